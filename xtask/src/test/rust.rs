//! The tests written in Rust, by nextest where it is installed.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, Result, ensure};

use super::again::Failures;
use super::tally::Tally;
use crate::{
    cargo::cargo,
    process::{self, step},
};

/// The server's tests talk to the simulated network.
const FEATURES: &str = "--features=arauto/simulator";

/// Runs the tests of the whole workspace; what fails is run a second time.
pub fn all() -> Result<Tally> {
    step("Rust tests");
    let mut command = runner();
    command.arg(FEATURES);
    let (mut tally, failures) = count(command)?;
    // Something may have failed without a name, by ending the whole program.
    if tally.failed > 0 && tally.failed == failures.tests.len() as u64 {
        tally.failed = again(&failures)?.failed;
        tally.passed += failures.tests.len() as u64 - tally.failed;
    }
    Ok(tally)
}

/// Runs the tests that failed a second time, by themselves.
fn again(failures: &Failures) -> Result<Tally> {
    step("what failed, once more");
    let mut tally = Tally::default();
    for program in &failures.programs {
        let mut command = runner();
        command.arg(FEATURES).args(program);
        command.args(["--", "--exact"]).args(&failures.tests);
        tally += count(command)?.0;
    }
    let found = tally.passed + tally.failed;
    ensure!(
        found >= failures.tests.len() as u64,
        "only {found} of the tests that failed ran again"
    );
    if tally.failed == 0 {
        println!("unsteady, failed at first and passed when run again:");
        for test in &failures.tests {
            println!("    {test}");
        }
    }
    Ok(tally)
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
    Ok(count(command)?.0)
}

/// Plain `cargo test`, on every machine alike: the tests of one program share a MongoDB server, which
/// a runner with a process per test would start anew for each.
fn runner() -> Command {
    let mut command = cargo();
    command.args(["test", "--quiet", "--no-fail-fast"]);
    // Many tests wait for the wire, a deadline or a fault to end: more of them than cores can do so.
    command.env("RUST_TEST_THREADS", "4");
    command
}

/// Compiles what [`all`] runs. The programs that the browser tests start are among it, so that they
/// are compiled once for both.
pub fn compile() -> Result<()> {
    step("programs and tests");
    let mut command = cargo();
    command.args(["test", "--no-run", "--quiet", FEATURES]);
    process::run(&mut command)
}

/// Runs the tests, passing on what they print, and adds up the runner's summaries.
fn count(mut command: Command) -> Result<(Tally, Failures)> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().context("no standard output")?;
    let stderr = child.stderr.take().context("no standard error")?;
    let errors = thread::spawn(move || pass_on(stderr));
    let (mut tally, mut failures) = pass_on(stdout);
    let (more, others) = errors.join().unwrap_or_default();
    tally += more;
    failures.merge(others);
    let status = child.wait()?;
    ensure!(
        status.success() || tally.failed > 0,
        "{command:?}: {status}"
    );
    Ok((tally, failures))
}

fn pass_on(output: impl Read) -> (Tally, Failures) {
    let (mut tally, mut failures) = (Tally::default(), Failures::default());
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        println!("{line}");
        tally += summary(&line).unwrap_or_default();
        failures.read(&line);
    }
    (tally, failures)
}

/// What a summary line counts: `test result: FAILED. 2 passed; 1 failed; 4 ignored; …`.
fn summary(line: &str) -> Option<Tally> {
    let counts = line.split_once("test result: ")?.1.split_once(". ")?.1;
    let mut tally = Tally::default();
    for count in counts.split(';') {
        let mut words = count.split_whitespace();
        let Some(Ok(number)) = words.next().map(str::parse::<u64>) else {
            continue;
        };
        match words.next() {
            Some("passed") => tally.passed += number,
            Some("failed") => tally.failed += number,
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
