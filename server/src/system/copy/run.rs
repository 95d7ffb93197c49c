//! Carries out the command.

use std::io::Write;
use std::time::Duration;

use arauto_app::say;

use super::carry::carry;
use super::open;
use super::report::{Lines, done};
use crate::clock::{Clock, SystemClock};
use crate::config::StoreAddress;
use crate::startup::StartError;

/// Sessions of browsers that end within this time are not compared: a copy may take that long.
const LONGEST: Duration = Duration::from_hours(24);

/// Copies everything and tells what was done.
///
/// # Errors
/// When nothing was copied, or not all; the source is as it was.
pub async fn run(
    from: &StoreAddress,
    to: &StoreAddress,
    out: &mut (impl Write + Send),
) -> Result<(), StartError> {
    let source_name = from.to_string();
    let source = open::source(from).await?;
    let target = open::target(to, &source_name).await?;
    // A file has its whole name once it is there.
    let target_name = to.to_string();
    let begin = say!(operator.copy_begin, from = &source_name, to = &target_name);
    writeln!(out, "{begin}").map_err(StartError::Output)?;

    let (names, horizon) = (
        (&*source_name, &*target_name),
        SystemClock.now().plus(LONGEST),
    );
    let mut lines = Lines::default();
    let mut tell = |step| {
        if let Some(line) = lines.of(step) {
            // With the standard output closed there is nobody to tell, and the copy goes on.
            let _ = writeln!(out, "{line}");
        }
    };
    let damaged = carry(&source, &target, names, horizon, &mut tell).await?;
    // What is written to an embedded store is one file once it is closed.
    drop(target);
    writeln!(out, "{}", done(to, damaged)).map_err(StartError::Output)
}
