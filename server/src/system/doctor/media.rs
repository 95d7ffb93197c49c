//! Whether the library's files are still what they were.

use arauto_app::domain::MediaItem;
use arauto_app::say;

use super::report::{Check, Verdict};
use crate::media::{Damage, Ffmpeg, FfmpegAbsent, FfmpegChoice, Integrity, check_integrity};
use crate::store::Store;

/// How many files are named; of more it is said how many.
const NAMED: usize = 20;

/// Reads every file.
pub(super) async fn check(store: &Store) -> Check {
    let (verdict, found) = match check_integrity(store).await {
        Ok(Integrity { items, damaged }) if damaged.is_empty() => {
            (Verdict::Ok, say!(media.integrity_ok, count = items))
        }
        Ok(Integrity { damaged, .. }) => (Verdict::Failed, names(&damaged)),
        Err(error) => {
            let found = say!(media.integrity_unreadable, reason = error.to_string());
            return Check::new("media", say!(media.title), Verdict::Failed, found);
        }
    };
    let check = Check::new("media", say!(media.title), verdict, found);
    match verdict {
        Verdict::Failed => check.advise(say!(media.integrity_advice)),
        _ => check,
    }
}

/// Whether files can be converted. They need not be.
pub(super) async fn ffmpeg(choice: &FfmpegChoice) -> Check {
    let check = |verdict, found| Check::new("ffmpeg", say!(doctor.ffmpeg), verdict, found);
    let absent = match Ffmpeg::find(choice).await {
        Ok(ffmpeg) => {
            let version = ffmpeg.version().to_owned();
            return check(Verdict::Ok, say!(doctor.ffmpeg_ok, version = version));
        }
        Err(absent) => absent,
    };
    let (verdict, found) = match absent {
        FfmpegAbsent::Off => return check(Verdict::Skipped, say!(doctor.ffmpeg_off).to_owned()),
        // Nobody asked for it.
        FfmpegAbsent::Missing if *choice == FfmpegChoice::Found => {
            (Verdict::Skipped, say!(doctor.ffmpeg_missing).to_owned())
        }
        FfmpegAbsent::Missing => (Verdict::Warning, say!(doctor.ffmpeg_missing).to_owned()),
        FfmpegAbsent::Broken(_) => (Verdict::Warning, say!(doctor.ffmpeg_broken).to_owned()),
        FfmpegAbsent::Lacks(encoder) => (
            Verdict::Warning,
            say!(doctor.ffmpeg_lacks, encoder = encoder),
        ),
    };
    check(verdict, found).advise(say!(doctor.ffmpeg_advice))
}

fn names(damaged: &[(MediaItem, Damage)]) -> String {
    let named = damaged.iter().take(NAMED).map(|(item, damage)| {
        let name = item.name.clone();
        match damage {
            Damage::Missing => say!(media.integrity_missing, name = name),
            Damage::Changed => say!(media.integrity_changed, name = name),
        }
    });
    let mut told: Vec<String> = named.collect();
    if let Some(more) = damaged.len().checked_sub(NAMED).filter(|more| *more > 0) {
        told.push(say!(media.integrity_more, count = more));
    }
    told.join("; ")
}
