//! Looks at everything, in order, and tells.

use std::io::Write;

use super::report::{Report, Verdict};
use super::{clocks, connections, keys, media, network, running, settings, storage, table};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::startup::StartError;

/// Writes the diagnosis, without any secret; tells whether nothing failed.
///
/// # Errors
/// When it cannot be written.
pub async fn run(config: &Config, json: bool, out: &mut impl Write) -> Result<bool, StartError> {
    let report = diagnose(config, &SystemClock).await;
    let text = if json {
        let json = serde_json::to_string_pretty(&report);
        // Texts and numbers always have a JSON form.
        json.unwrap_or_default()
    } else {
        table::of(&report, SystemClock.now())
    };
    writeln!(out, "{text}").map_err(StartError::Output)?;
    Ok(report.ok)
}

async fn diagnose(config: &Config, clock: &dyn Clock) -> Report {
    let at = clock.now();
    let steady = clocks::Steady::begin(clock);
    let mut checks = vec![
        settings::check(config),
        running::check(config.address).await,
    ];

    let (opened, found) = storage::check(config, clock).await;
    checks.extend(found);
    let mut of_connections = Vec::new();
    if let Some(inspection) = &opened {
        let store = &inspection.store;
        let (ring, found) = keys::check(config, store).await;
        checks.extend(found);
        match connections::check(store, ring.as_ref()).await {
            Ok((latest, found)) => {
                checks.push(clocks::against_stored(latest, clock.now()));
                of_connections = found;
            }
            Err(error) => checks.push(connections::unreadable(&error)),
        }
        checks.push(media::check(store).await);
    }
    checks.push(media::ffmpeg(&config.ffmpeg).await);
    checks.extend(network::check(config, clock).await);
    checks.push(steady.end(clock));

    let mut report = Report {
        ok: false,
        version: env!("CARGO_PKG_VERSION"),
        at: table::machine(at),
        settings: settings::list(config),
        checks,
        connections: of_connections,
    };
    report.ok = report.count(Verdict::Failed) == 0;
    report
}
