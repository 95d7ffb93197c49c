//! What a copy tells whoever runs it.

use arauto_app::say;

use super::CopyError;
use super::carry::Step;
use super::tally::{Part, Sum};
use crate::config::{STORE_FILE, StoreAddress};
use crate::store::Kind;

/// A part in words.
pub(super) fn part_name(part: Part) -> &'static str {
    let kind = match part {
        Part::Transfers => return say!(operator.copy_transfers),
        Part::Blobs => return say!(operator.copy_blobs),
        Part::Records(kind) => kind,
    };
    match kind {
        Kind::Facts => say!(operator.copy_facts),
        Kind::Workspaces => say!(operator.copy_workspaces),
        Kind::Users => say!(operator.copy_users),
        Kind::BrowserSessions => say!(operator.copy_browser_sessions),
        Kind::Connections => say!(operator.copy_connections),
        Kind::Transitions => say!(operator.copy_transitions),
        Kind::SessionKeys => say!(operator.copy_session_keys),
        Kind::GroupSyncs => say!(operator.copy_group_syncs),
        Kind::Groups => say!(operator.copy_groups),
        Kind::GroupLists => say!(operator.copy_group_lists),
        Kind::MediaItems => say!(operator.copy_media_items),
        Kind::Campaigns => say!(operator.copy_campaigns),
        Kind::MissedRuns => say!(operator.copy_missed_runs),
        Kind::Runs => say!(operator.copy_runs),
        Kind::Deliveries => say!(operator.copy_deliveries),
        Kind::Receipts => say!(operator.copy_receipts),
    }
}

/// The lines about steps: one for each part that has something, and one for each tenth of the bytes.
#[derive(Default)]
pub(super) struct Lines {
    tenths: u64,
}

impl Lines {
    pub(super) fn of(&mut self, step: Step) -> Option<String> {
        match step {
            Step::Carried(_, Sum { count: 0, .. }) => None,
            Step::Carried(part, sum) => Some(carried(part, &sum)),
            Step::Bytes { done, all } => {
                let tenths = done.saturating_mul(10) / all.max(1);
                // The last one is told with the whole part.
                let is_news = tenths > std::mem::replace(&mut self.tenths, tenths) && done < all;
                is_news.then(|| {
                    say!(
                        operator.copy_bytes,
                        done = megabytes(done),
                        all = megabytes(all)
                    )
                })
            }
            Step::Verifying => Some(say!(operator.copy_verifying).to_owned()),
        }
    }
}

fn carried(part: Part, sum: &Sum) -> String {
    let (name, records) = (part_name(part), sum.count);
    match part {
        Part::Records(_) => say!(operator.copy_part, part = name, records = records),
        Part::Transfers | Part::Blobs => say!(
            operator.copy_part_bytes,
            part = name,
            records = records,
            megabytes = megabytes(sum.bytes)
        ),
    }
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}

/// That everything is there, and what to do next.
pub(super) fn done(to: &StoreAddress, damaged: u64) -> String {
    let mut lines = vec![say!(operator.copy_done).to_owned()];
    if damaged > 0 {
        lines.push(say!(operator.copy_damaged, files = damaged));
    }
    lines.push(next(to));
    lines.push(say!(operator.copy_never_both).to_owned());
    lines.join("\n")
}

fn next(to: &StoreAddress) -> String {
    match to {
        StoreAddress::MongoDb(_) => say!(operator.copy_next_mongodb, to = to.to_string()),
        StoreAddress::File(path) if path.ends_with(STORE_FILE) => {
            let file = to.to_string();
            let folder = file.trim_end_matches(STORE_FILE).to_owned();
            say!(operator.copy_next_folder, folder = folder)
        }
        StoreAddress::File(_) => say!(operator.copy_next_file, file = to.to_string()),
    }
}

/// What happened to a copy that was not made, and what to do.
pub fn advice(error: &CopyError) -> String {
    match error {
        CopyError::Same(_) => say!(operator.copy_same).to_owned(),
        CopyError::NothingThere(store) => say!(operator.copy_nothing_there, store = store),
        CopyError::SourceUnfinished(store) => {
            say!(operator.copy_source_unfinished, store = store)
        }
        CopyError::InUse(store) => say!(operator.copy_in_use, store = store),
        CopyError::Schema {
            store,
            found,
            known,
        } if found < known => say!(
            operator.copy_schema_older,
            store = store,
            found = found,
            known = known
        ),
        CopyError::Schema {
            store,
            found,
            known,
        } => say!(
            operator.copy_schema_newer,
            store = store,
            found = found,
            known = known
        ),
        CopyError::NotEmpty { store, parts } => {
            let parts: Vec<_> = parts.iter().copied().map(part_name).collect();
            say!(
                operator.copy_not_empty,
                store = store,
                parts = parts.join(", ")
            )
        }
        CopyError::UnfinishedCopyOf { store, of } => {
            say!(operator.copy_unfinished_of, store = store, of = of)
        }
        CopyError::Source { store, .. } => say!(operator.copy_source_failed, store = store),
        CopyError::Target { store, .. } => say!(operator.copy_target_failed, store = store),
        CopyError::Differs(part) => say!(operator.copy_differs, part = part_name(*part)),
    }
}
