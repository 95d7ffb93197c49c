//! Running other programs.

use std::{
    env,
    ffi::OsStr,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

/// How often a running program is looked at.
const POLL: Duration = Duration::from_millis(50);

/// Announces a step.
pub fn step(what: &str) {
    println!("==> {what}");
}

/// A command in the workspace's folder.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(crate::workspace::root());
    command
}

/// Runs a program to its end; it must succeed.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| failed_to_start(command))?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}

/// Runs a program to its end, which must come within the limit and be a success.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    let mut child = command.spawn().with_context(|| failed_to_start(command))?;
    let Some(status) = wait_within(&mut child, limit)? else {
        child.kill()?;
        child.wait()?;
        bail!("{command:?}: no end within {} s", limit.as_secs());
    };
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}

/// Waits for a program's end, at most for the limit; none: it still runs.
pub fn wait_within(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

/// Runs a program and returns what it printed on its standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| failed_to_start(command))?;
    ensure!(output.status.success(), "{command:?}: {}", output.status);
    String::from_utf8(output.stdout).with_context(|| format!("{command:?} printed no UTF-8"))
}

/// Whether a program runs silently and successfully.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The first of these programs that is on the `PATH`.
pub fn find(programs: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    programs
        .iter()
        .flat_map(|program| folders.iter().map(move |folder| folder.join(program)))
        .find(|candidate| candidate.is_file())
}

fn failed_to_start(command: &Command) -> String {
    format!(
        "failed to start {}",
        command.get_program().to_string_lossy()
    )
}
