//! The WASM target without rustup: Rust's standard library, built from the source of this very
//! compiler, which Debian's archive carries as `rust-src`.
//!
//! Nothing of the machine's package manager changes: apt works here with lists and folders of its
//! own, and checks the archive's signatures as always. A folder or `tar.xz` of the same `library/`
//! may be named in the environment variable `ARAUTO_RUST_SRC`, and is used when the archive has no
//! source of this version.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use super::wasm_target::{TARGET, works};
use crate::{cargo::cargo, process, workspace};

/// Debian's suites that may hold the version, the likeliest first.
const SUITES: [&str; 4] = ["trixie-backports", "forky", "sid", "trixie"];

/// The compiler whose standard library is built.
struct Compiler {
    release: String,
    commit: String,
}

/// Builds the standard library for the target and puts it into the compiler's folder.
pub fn install() -> Result<()> {
    let compiler = Compiler::current()?;
    let work = workspace::cache().join("rust-source");
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    fs::create_dir_all(&work)?;
    let library = from_archive(&compiler, &work).or_else(|error| {
        println!("{error:#}");
        from_environment(&work)
    })?;
    let built = build(&compiler, &library, &work)?;
    let installed = copy_libraries(&built)?;
    ensure!(
        works(Command::new("rustc"))?,
        "the {installed} libraries just built do not work"
    );
    fs::remove_dir_all(&work)?;
    Ok(())
}

impl Compiler {
    fn current() -> Result<Self> {
        let version = process::output(process::command("rustc").arg("-vV"))?;
        let field = |name: &str| {
            let line = version.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim().to_owned())
                .with_context(|| format!("rustc tells no {name}"))
        };
        Ok(Self {
            release: field("release:")?,
            commit: field("commit-hash:")?,
        })
    }
}

/// Downloads and unpacks the source from Debian's archive.
fn from_archive(compiler: &Compiler, work: &Path) -> Result<PathBuf> {
    let apt = Apt::new(work)?;
    for suite in SUITES {
        if let Some(version) = apt.version_in(suite, &compiler.release)? {
            let package = apt.download(&version)?;
            return unpack(&package, &compiler.release, work);
        }
    }
    bail!(
        "Debian's archive has no source of Rust {}",
        compiler.release
    )
}

/// apt with state of its own, so that the machine's stays untouched.
struct Apt {
    folder: PathBuf,
    mirror: String,
}

impl Apt {
    fn new(work: &Path) -> Result<Self> {
        let folder = work.join("apt");
        for state in ["lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(folder.join(state))?;
        }
        Ok(Self {
            folder,
            mirror: mirror()?,
        })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let options = [
            ("Dir::State::lists", "lists"),
            ("Dir::Cache", "cache"),
            ("Dir::Etc::sourcelist", "sources.list"),
            ("Dir::Etc::sourceparts", "none"),
        ];
        for (option, path) in options {
            command
                .arg("-o")
                .arg(format!("{option}={}", self.folder.join(path).display()));
        }
        // As root, apt reads as another user, who may not enter this folder.
        command
            .args(["-o", "APT::Sandbox::User=root"])
            .current_dir(&self.folder);
        command
    }

    /// The version of `rust-src` in this suite, when it is of this release.
    fn version_in(&self, suite: &str, release: &str) -> Result<Option<String>> {
        let source = format!("deb {} {suite} main\n", self.mirror);
        fs::write(self.folder.join("sources.list"), source)?;
        if process::run(self.command("apt-get").args(["update", "-qq"])).is_err() {
            return Ok(None);
        }
        let versions = process::output(self.command("apt-cache").args(["madison", "rust-src"]))?;
        let mut versions = versions
            .lines()
            .filter_map(|line| line.split('|').nth(1).map(str::trim));
        let wanted = format!("{release}+");
        Ok(versions
            .find(|version| version.starts_with(&wanted))
            .map(str::to_owned))
    }

    fn download(&self, version: &str) -> Result<PathBuf> {
        process::run(self.command("apt-get").args([
            "download",
            "-qq",
            &format!("rust-src={version}"),
        ]))?;
        fs::read_dir(&self.folder)?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .find(|file| file.extension().is_some_and(|extension| extension == "deb"))
            .context("apt-get downloaded no package")
    }
}

/// The mirror of Debian's archive that this machine uses, as apt tells.
fn mirror() -> Result<String> {
    let addresses = process::output(Command::new("apt-get").args(["update", "--print-uris"]))?;
    addresses
        .lines()
        .filter_map(|line| line.trim_start_matches('\'').split_once("/dists/"))
        .find(|(mirror, _)| mirror.ends_with("/debian"))
        .map(|(mirror, _)| mirror.to_owned())
        .context("apt knows no mirror of Debian's archive")
}

/// Unpacks the standard library of a package, without the crates that Debian adds.
fn unpack(package: &Path, release: &str, work: &Path) -> Result<PathBuf> {
    let mut archive = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(package)
        .stdout(Stdio::piped())
        .spawn()
        .context("failed to start dpkg-deb")?;
    let content = archive.stdout.take().context("dpkg-deb has no output")?;
    let folder = format!("usr/src/rustc-{release}/library");
    let mut tar = Command::new("tar");
    tar.arg("-x")
        .arg("-C")
        .arg(work)
        .arg(format!("./{folder}"))
        .stdin(content);
    process::run(&mut tar)?;
    ensure!(
        archive.wait()?.success(),
        "dpkg-deb failed to read the package"
    );
    Ok(work.join(folder))
}

/// The source that the environment names, unpacked.
fn from_environment(work: &Path) -> Result<PathBuf> {
    let source = env::var_os("ARAUTO_RUST_SRC").map(PathBuf::from).context(
        "the WASM target is missing, and neither rustup nor Debian's archive has it: name a copy of \
         the standard library's source in ARAUTO_RUST_SRC",
    )?;
    if source.is_dir() {
        return Ok(source);
    }
    process::run(
        Command::new("tar")
            .arg("-xJf")
            .arg(&source)
            .arg("-C")
            .arg(work),
    )?;
    Ok(work.join("library"))
}

/// Builds the standard library as Rust's own build does, and returns the folder of the results.
fn build(compiler: &Compiler, library: &Path, work: &Path) -> Result<PathBuf> {
    let target_folder = work.join("target");
    let remap = format!("{}=/rustc/{}/library", library.display(), compiler.commit);
    let flags = [
        "-Zforce-unstable-if-unmarked",
        "--remap-path-prefix",
        &remap,
    ]
    .join("\x1f");
    let mut command = cargo();
    command
        .current_dir(work)
        .args([
            "build",
            "--locked",
            "--profile=dist",
            "--features=backtrace",
            "--target",
            TARGET,
        ])
        .arg("--manifest-path")
        .arg(library.join("sysroot/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target_folder)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("__CARGO_DEFAULT_LIB_METADATA", "stablestd")
        .env("CARGO_ENCODED_RUSTFLAGS", flags);
    process::run(&mut command)?;
    Ok(target_folder.join(TARGET).join("dist/deps"))
}

/// Puts the libraries where the compiler looks for them, and returns how many they were.
fn copy_libraries(built: &Path) -> Result<usize> {
    let folder = process::output(process::command("rustc").args([
        "--print=target-libdir",
        "--target",
        TARGET,
    ]))?;
    let folder = Path::new(folder.trim());
    fs::create_dir_all(folder)?;
    // What is there does not work, and a second copy of a crate would not either.
    for entry in fs::read_dir(folder)? {
        fs::remove_file(entry?.path())?;
    }
    let mut copied = 0;
    for entry in fs::read_dir(built)? {
        let file = entry?.path();
        if let Some(name) = file
            .file_name()
            .filter(|_| file.extension().is_some_and(|kind| kind == "rlib"))
        {
            fs::copy(&file, folder.join(name))?;
            copied += 1;
        }
    }
    Ok(copied)
}
