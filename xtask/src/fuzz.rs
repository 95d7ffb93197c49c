//! `cargo xtask fuzz`: hostile input for the parsers, as much as fits into the time.

use std::fs;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::{
    cargo::cargo,
    process::{self, step},
    workspace,
};

/// What makes stable Rust count which branches an input takes: the passes that `cargo fuzz` asks for,
/// without the sanitizers that need a nightly compiler.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1";

/// What to feed and for how long.
#[derive(Args)]
pub struct Options {
    /// The parser
    target: Target,
    /// For how many seconds
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

#[derive(Clone, Copy, ValueEnum)]
enum Target {
    /// WhatsApp's formatting
    Formatting,
    /// Variables and alternatives
    Wording,
    /// Cron expressions
    Cron,
}

impl Target {
    const fn name(self) -> &'static str {
        match self {
            Self::Formatting => "formatting",
            Self::Wording => "wording",
            Self::Cron => "cron",
        }
    }
}

/// Runs one target until its time is over or an input breaks it; that input is kept.
pub fn fuzz(options: &Options) -> Result<()> {
    let name = options.target.name();
    let known = workspace::path("target/fuzz").join(name);
    fs::create_dir_all(&known).with_context(|| format!("failed to make {}", known.display()))?;
    seed(&known)?;
    step(&format!("fuzz: {name} for {} s", options.seconds));
    let host = host()?;
    let mut command = cargo();
    command
        .args([
            "run",
            "--quiet",
            "--release",
            "--manifest-path=fuzz/Cargo.toml",
        ])
        .args([
            "--target",
            &host,
            "--target-dir=target/fuzz-build",
            "--bin",
            name,
            "--",
        ])
        .arg(&known)
        .arg(format!("-artifact_prefix={}-", known.display()))
        .arg(format!("-max_total_time={}", options.seconds))
        .args(["-max_len=2048", "-timeout=5", "-rss_limit_mb=1024"])
        // For this target's code only: build scripts run without.
        .env("RUSTFLAGS", COVERAGE);
    process::run(&mut command)
}

/// The cases that a person wrote down are where it begins.
fn seed(known: &std::path::Path) -> Result<()> {
    let corpus = workspace::path("app/src/domain/formatting/corpus.txt");
    let corpus = fs::read_to_string(&corpus).context("failed to read the corpus")?;
    let written = corpus.lines().filter_map(|line| line.split_once(" => "));
    for (number, (written, _)) in written.enumerate() {
        let text = written.replace('↵', "\n").replace('·', " ");
        fs::write(known.join(format!("case-{number}")), text)?;
    }
    Ok(())
}

/// The triple of this machine.
fn host() -> Result<String> {
    let version = process::output(process::command("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc names no host")
}
