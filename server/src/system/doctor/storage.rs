//! Whether the store can be reached, understood and written to.

use std::path::Path;

use arauto_app::say;

use super::clocks;
use super::report::{Check, Verdict};
use crate::clock::Clock;
use crate::config::{Config, StoreChoice};
use crate::startup;
use crate::store::{Inspection, Store, StoreError, UNFINISHED_COPY};

/// Below so much free disk a warning is given, and below the second it fails, in bytes.
const DISK: (u64, u64) = (1 << 30, 100 << 20);

/// Opens the store to look at it; `None` when that cannot be done.
pub(super) async fn check(config: &Config, clock: &dyn Clock) -> (Option<Inspection>, Vec<Check>) {
    let mut checks = Vec::new();
    if config.store == StoreChoice::Embedded {
        checks.extend(disk(&config.data));
        if !startup::store_file(config).exists() {
            let none = say!(doctor.store_none);
            checks.push(reach(Verdict::Skipped, none));
            return (None, checks);
        }
    }
    let inspection = match open(config).await {
        Ok(inspection) => inspection,
        Err(error) => {
            let reason = error.to_string();
            let failed = reach(Verdict::Failed, say!(doctor.store_away, reason = reason));
            checks.push(failed.advise(say!(doctor.store_away_advice)));
            return (None, checks);
        }
    };
    let time = inspection
        .time
        .map(|time| clocks::against_store(time, clock.now()));
    let name = inspection.store.meta.describe();
    checks.push(if inspection.in_use {
        reach(Verdict::Ok, say!(doctor.store_in_use, name = name))
    } else {
        reach(Verdict::Ok, say!(doctor.store_ok, name = name))
    });
    let schema = schema(inspection.found, inspection.known);
    checks.extend(time);
    let is_known = schema.verdict != Verdict::Failed;
    checks.push(schema);
    if is_known && inspection.found > 0 {
        checks.push(writes(&inspection).await);
        checks.extend(unfinished_copy(&inspection).await);
        return (Some(inspection), checks);
    }
    (None, checks)
}

async fn open(config: &Config) -> Result<Inspection, StoreError> {
    match &config.store {
        StoreChoice::Embedded => Store::inspect_sqlite(startup::store_file(config)),
        StoreChoice::MongoDb(url) => Store::inspect_mongo(url).await,
    }
}

fn reach(verdict: Verdict, found: impl Into<String>) -> Check {
    Check::new("store.reach", say!(doctor.store), verdict, found)
}

fn schema(found: u32, known: u32) -> Check {
    let check = |verdict, text| Check::new("store.schema", say!(doctor.schema), verdict, text);
    if found == 0 {
        check(Verdict::Ok, say!(doctor.schema_empty).to_owned())
    } else if found == known {
        check(Verdict::Ok, say!(doctor.schema_ok, version = found))
    } else if found < known {
        let older = say!(doctor.schema_older, found = found, known = known);
        check(Verdict::Warning, older).advise(say!(doctor.schema_older_advice))
    } else {
        let newer = say!(doctor.schema_newer, found = found, known = known);
        check(Verdict::Failed, newer).advise(say!(doctor.schema_newer_advice))
    }
}

async fn writes(inspection: &Inspection) -> Check {
    let check = |verdict, text| Check::new("store.write", say!(doctor.write), verdict, text);
    if inspection.in_use {
        return check(Verdict::Skipped, say!(doctor.write_in_use).to_owned());
    }
    match inspection.store.meta.ping().await {
        Ok(()) => check(Verdict::Ok, say!(doctor.write_ok).to_owned()),
        Err(error) => {
            let reason = error.to_string();
            check(Verdict::Failed, say!(doctor.write_bad, reason = reason))
                .advise(say!(doctor.write_advice))
        }
    }
}

/// A store that a copy has not ended on is no store yet: no server starts on it.
async fn unfinished_copy(inspection: &Inspection) -> Option<Check> {
    let mark = inspection.store.meta.get(UNFINISHED_COPY).await.ok()??;
    let of = String::from_utf8_lossy(&mark).into_owned();
    let found = say!(doctor.copy_unfinished, of = of);
    let check = Check::new("store.copy", say!(doctor.copy), Verdict::Failed, found);
    Some(check.advise(say!(doctor.copy_unfinished_advice)))
}

/// How much room is left for the embedded store. The folder may not exist yet: then its nearest
/// ancestor counts.
#[cfg(unix)]
fn disk(folder: &Path) -> Option<Check> {
    let folder = std::path::absolute(folder).ok()?;
    let place = folder.ancestors().find(|folder| folder.exists())?;
    let room = rustix::fs::statvfs(place).ok()?;
    let free = room.f_bavail.saturating_mul(room.f_frsize);
    let (warning, failure) = DISK;
    let verdict = match free {
        _ if free < failure => Verdict::Failed,
        _ if free < warning => Verdict::Warning,
        _ => Verdict::Ok,
    };
    let found = say!(doctor.disk_free, megabytes = free >> 20);
    let check = Check::new("store.disk", say!(doctor.disk), verdict, found);
    Some(match verdict {
        Verdict::Ok => check,
        _ => check.advise(say!(doctor.disk_advice)),
    })
}

#[cfg(not(unix))]
fn disk(_: &Path) -> Option<Check> {
    None
}
