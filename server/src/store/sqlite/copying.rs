//! Everything in SQLite, as something to be copied: a page is one query from the key of the last row on.

use arauto_app::domain::Transfer;
use async_trait::async_trait;
use futures::stream::try_unfold;
use futures::{StreamExt, TryStreamExt};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::SqliteStore;
use super::copying_rows::{self, Source};
use super::readers::Readers;
use crate::store::copying::PAGE;
use crate::store::{
    CopyStore, Fate, Kind, Pages, Place, Record, StoreError, StoredBlob, UNFINISHED_COPY,
};

/// What refers to another table comes after it.
const PLACES: [Place; 22] = [
    ("meta", Fate::Copied(Kind::Facts)),
    ("workspaces", Fate::Copied(Kind::Workspaces)),
    ("users", Fate::Copied(Kind::Users)),
    ("browser_sessions", Fate::Copied(Kind::BrowserSessions)),
    ("connections", Fate::Copied(Kind::Connections)),
    ("connection_history", Fate::Copied(Kind::Transitions)),
    ("session_keys", Fate::Copied(Kind::SessionKeys)),
    ("group_syncs", Fate::Copied(Kind::GroupSyncs)),
    ("groups", Fate::Copied(Kind::Groups)),
    ("group_lists", Fate::Copied(Kind::GroupLists)),
    ("media", Fate::Copied(Kind::MediaItems)),
    ("blobs", Fate::Blobs),
    ("blob_chunks", Fate::Blobs),
    ("transfers", Fate::Transfers),
    ("transfer_pieces", Fate::Transfers),
    ("campaigns", Fate::Copied(Kind::Campaigns)),
    ("missed_runs", Fate::Copied(Kind::MissedRuns)),
    ("runs", Fate::Copied(Kind::Runs)),
    // By `Run::also`.
    ("run_senders", Fate::Derived(Kind::Runs)),
    ("deliveries", Fate::Copied(Kind::Deliveries)),
    // By `Delivery::earlier`.
    ("earlier_messages", Fate::Derived(Kind::Deliveries)),
    ("receipts", Fate::Copied(Kind::Receipts)),
];

#[async_trait]
impl CopyStore for SqliteStore {
    fn places(&self) -> &'static [Place] {
        &PLACES
    }

    fn records(&self, kind: Kind) -> Pages<Record> {
        pages(self.readers.clone(), copying_rows::source(kind))
    }

    fn blobs(&self) -> Pages<StoredBlob> {
        pages(self.readers.clone(), &copying_rows::BLOBS)
    }

    fn transfers(&self) -> Pages<Transfer> {
        pages(self.readers.clone(), &copying_rows::TRANSFERS)
    }

    async fn accept(&self, records: Vec<Record>) -> Result<(), StoreError> {
        self.write(move |db| {
            let mut records = records.iter();
            records.try_for_each(|record| copying_rows::insert(db, record))
        })
        .await
    }

    async fn clear(&self) -> Result<(), StoreError> {
        // A table at a time: what a copy left may be large, and a crash in between harms nothing.
        for (table, _) in PLACES.iter().rev() {
            self.write(move |db| {
                match *table {
                    "meta" => db.execute("DELETE FROM meta WHERE name <> ?1", [UNFINISHED_COPY])?,
                    table => db.execute(&format!("DELETE FROM {table}"), [])?,
                };
                Ok(())
            })
            .await?;
        }
        Ok(())
    }
}

/// The key of a row.
type Key = Vec<Value>;

fn pages<T: Send + 'static>(readers: Readers, source: &'static Source<T>) -> Pages<T> {
    let pages = try_unfold(Some(Key::new()), move |after| {
        let readers = readers.clone();
        async move {
            let Some(after) = after else {
                return Ok(None);
            };
            let (page, last) = readers.run(move |db| page(db, source, &after)).await?;
            let is_full = page.len() == PAGE as usize;
            Ok((!page.is_empty()).then_some((page, last.filter(|_| is_full))))
        }
    });
    pages.into_stream().boxed()
}

/// The rows after a key, or the first ones, and the key of the last of them.
fn page<T>(
    db: &Connection,
    source: &Source<T>,
    after: &Key,
) -> Result<(Vec<T>, Option<Key>), StoreError> {
    let Source { select, key, read } = source;
    let quoted: Vec<String> = key.iter().map(|column| format!("\"{column}\"")).collect();
    let columns = quoted.join(", ");
    let later = if after.is_empty() {
        String::new()
    } else {
        let places = vec!["?"; key.len()].join(", ");
        format!("AND ({columns}) > ({places})")
    };
    let mut query =
        db.prepare_cached(&format!("{select} {later} ORDER BY {columns} LIMIT {PAGE}"))?;
    let mut rows = query.query(params_from_iter(after))?;
    let (mut page, mut last) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        page.push(read(row)?);
        let key = key.iter().map(|column| row.get(*column));
        last = Some(key.collect::<rusqlite::Result<Key>>()?);
    }
    Ok((page, last))
}
