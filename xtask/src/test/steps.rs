//! The steps of the whole test.

use std::time::Instant;

use anyhow::{Result, ensure};

use super::{browser, independent_client, rust, tally::Tally};
use crate::{build, check, setup};

/// Runs every check and every test, and ends with one line: `N passed, N failed`.
///
/// Each step is tried even when an earlier one failed, so that one run tells everything.
pub fn test() -> Result<()> {
    setup::prepare(&setup::Tool::ALL)?;
    let mut total = Tally::default();
    // First, so that the server is compiled once, with the site inside.
    total += timed("site", || {
        build::build_site(false).map(|()| Tally::default())
    });
    total += timed("fmt", || check::format().map(|()| Tally::default()));
    total += timed("clippy", || check::lint().map(|()| Tally::default()));
    total += timed("dependencies", || {
        check::dependencies().map(|()| Tally::default())
    });
    total += timed("Rust tests", rust::all);
    total += timed("independent client", independent_client::check);
    total += timed("browser tests", browser::all);
    conclude(total)
}

/// Runs the tests that start whole programs from outside: the independent client and the browser.
pub fn end_to_end() -> Result<()> {
    setup::prepare(&setup::Tool::ALL)?;
    build::build_site(false)?;
    rust::compile()?;
    let mut total = Tally::default();
    total += timed("independent client", independent_client::check);
    total += timed("browser tests", browser::all);
    conclude(total)
}

fn conclude(total: Tally) -> Result<()> {
    total.print();
    ensure!(total.is_success(), "something failed");
    Ok(())
}

/// Runs a step and says how long it took; a step that breaks counts as one failure.
fn timed(name: &str, step: impl FnOnce() -> Result<Tally>) -> Tally {
    let start = Instant::now();
    let tally = step().unwrap_or_else(|error| {
        println!("{name} failed: {error:#}");
        Tally {
            passed: 0,
            failed: 1,
        }
    });
    println!("--- {name}: {:.1} s", start.elapsed().as_secs_f64());
    tally
}
