//! The tests in a real browser: the product's story in Chromium, with Playwright.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use anyhow::{Context, Result, ensure};

use super::tally::Tally;
use crate::{process, process::step, workspace};

/// Runs the browser tests on the programs that are compiled already.
pub fn all() -> Result<Tally> {
    step("browser tests");
    let mut command = process::command(workspace::path("node_modules/.bin/playwright"));
    command.current_dir(workspace::path("end2end"));
    command.args(["test", "--reporter=list", "--retries=2"]);
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().context("no standard output")?;
    let mut tally = Tally::default();
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        println!("{line}");
        tally += summary(&line).unwrap_or_default();
    }
    let status = child.wait()?;
    ensure!(
        status.success() || tally.failed > 0,
        "{command:?}: {status}"
    );
    Ok(tally)
}

/// What a line of the summary counts: `  4 passed (1.2m)`, `  1 failed`, `  2 flaky`. The last were run
/// again and passed; Playwright names them.
fn summary(line: &str) -> Option<Tally> {
    let (count, what) = line.trim().split_once(' ')?;
    let count = count.parse().ok()?;
    let mut tally = Tally::default();
    match what.split_once(" (").map_or(what, |(what, _)| what) {
        "passed" | "flaky" => tally.passed = count,
        "failed" | "did not run" | "interrupted" => tally.failed = count,
        _ => return None,
    }
    Some(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_counted() {
        let counted = |line| summary(line).map(|tally| (tally.passed, tally.failed));
        assert_eq!(counted("  6 passed (1.2m)"), Some((6, 0)));
        assert_eq!(counted("  2 failed"), Some((0, 2)));
        assert_eq!(counted("  1 flaky"), Some((1, 0)));
        assert_eq!(counted("  1 did not run"), Some((0, 1)));
        assert_eq!(counted("  ✓  1 specs/story.spec.ts:9:5 (4.1s)"), None);
    }
}
