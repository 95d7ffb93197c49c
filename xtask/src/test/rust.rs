//! The tests written in Rust, by nextest where it is installed.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, Result, ensure};

use super::tally::Tally;
use crate::{
    cargo::{self, cargo},
    process::step,
};

/// The server's tests talk to the simulated network.
const FEATURES: &str = "--features=arauto/simulator";

/// Runs the tests of the whole workspace.
pub fn all() -> Result<Tally> {
    step("Rust tests");
    let mut command = runner();
    command.arg(FEATURES);
    count(command)
}

/// Runs the tests of these crates.
pub fn crates(names: &BTreeSet<&str>) -> Result<Tally> {
    let mut command = runner();
    for name in names {
        command.args(["--package", name]);
    }
    if names.contains("arauto") {
        command.arg(FEATURES);
    }
    count(command)
}

fn runner() -> Command {
    let mut command = cargo();
    if cargo::has("nextest") {
        command.args([
            "nextest",
            "run",
            "--no-fail-fast",
            "--no-tests=pass",
            "--cargo-quiet",
        ]);
    } else {
        command.args(["test", "--quiet", "--no-fail-fast"]);
    }
    command
}

/// Runs the tests, passing on what they print, and adds up the runner's summaries.
fn count(mut command: Command) -> Result<Tally> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().context("no standard output")?;
    let stderr = child.stderr.take().context("no standard error")?;
    let errors = thread::spawn(move || pass_on(stderr));
    let mut tally = pass_on(stdout);
    tally += errors.join().unwrap_or_default();
    let status = child.wait()?;
    ensure!(
        status.success() || tally.failed > 0,
        "{command:?}: {status}"
    );
    Ok(tally)
}

fn pass_on(output: impl Read) -> Tally {
    let mut tally = Tally::default();
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        println!("{line}");
        tally += summary(&line).unwrap_or_default();
    }
    tally
}

/// What a summary line counts: nextest's `… 3 tests run: 2 passed, 1 timed out, 4 skipped` or
/// libtest's `test result: FAILED. 2 passed; 1 failed; 4 ignored; …`.
fn summary(line: &str) -> Option<Tally> {
    let counts = match line.split_once("test result: ") {
        Some((_, result)) => result.split_once(". ")?.1,
        None => {
            line.trim_start()
                .strip_prefix("Summary [")?
                .split_once(" run: ")?
                .1
        }
    };
    let mut tally = Tally::default();
    for count in counts.split([',', ';']) {
        let mut words = count.split_whitespace();
        let Some(Ok(number)) = words.next().map(str::parse::<u64>) else {
            continue;
        };
        match words.next() {
            Some("passed") => tally.passed += number,
            Some("failed" | "timed" | "exec") => tally.failed += number,
            _ => {}
        }
    }
    Some(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_counted() {
        let cases = [
            (
                "     Summary [   0.022s] 3 tests run: 3 passed, 0 skipped",
                3,
                0,
            ),
            (
                "     Summary [   1.2s] 7 tests run: 4 passed (1 slow, 2 leaky), 2 failed, 1 timed out, 9 skipped",
                4,
                3,
            ),
            (
                "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
                3,
                0,
            ),
            (
                "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
                3,
                2,
            ),
        ];
        for (line, passed, failed) in cases {
            assert_eq!(summary(line), Some(Tally { passed, failed }), "{line}");
        }
        assert_eq!(summary("a test that says 3 passed"), None);
    }
}
