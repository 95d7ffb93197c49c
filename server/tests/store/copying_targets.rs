//! Targets of copies on which something goes wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arauto::store::{CopyStore, Kind, Pages, Place, Record, Store, StoreError, StoredBlob};
use arauto_app::domain::{Connection, Timestamp, Transfer};
use async_trait::async_trait;

use super::samples::{SERVER, take_lease};

/// What goes wrong.
pub enum Trouble {
    /// It breaks off after so many records, in the middle of a page.
    BreaksOff(AtomicU64),
    /// It keeps less of one kind than it was given.
    Forgets(Kind),
    /// A server runs this connection of the source while the last kind is taken, and ends.
    Disturbs(Box<(Store, Connection)>),
}

/// The store as a target on which this goes wrong.
pub fn troubled(store: &Store, trouble: Trouble) -> Store {
    let inner = store.copying.clone();
    Store {
        copying: Arc::new(Troubled { inner, trouble }),
        ..store.clone()
    }
}

struct Troubled {
    inner: Arc<dyn CopyStore>,
    trouble: Trouble,
}

#[async_trait]
impl CopyStore for Troubled {
    fn places(&self) -> &'static [Place] {
        self.inner.places()
    }

    fn records(&self, kind: Kind) -> Pages<Record> {
        self.inner.records(kind)
    }

    fn blobs(&self) -> Pages<StoredBlob> {
        self.inner.blobs()
    }

    fn transfers(&self) -> Pages<Transfer> {
        self.inner.transfers()
    }

    async fn accept(&self, mut records: Vec<Record>) -> Result<(), StoreError> {
        match &self.trouble {
            Trouble::BreaksOff(left) => return self.break_off(left, records).await,
            Trouble::Forgets(kind) => {
                let of_kind = records.iter_mut().filter(|one| one.kind() == *kind);
                of_kind.for_each(forget);
            }
            Trouble::Disturbs(disturbed) => {
                let (source, connection) = &**disturbed;
                if records.iter().any(|one| one.kind() == Kind::Receipts) {
                    take_lease(source, connection.workspace, connection.id).await;
                    source.leases.retire(SERVER).await?;
                }
            }
        }
        self.inner.accept(records).await
    }

    async fn clear(&self) -> Result<(), StoreError> {
        self.inner.clear().await
    }
}

impl Troubled {
    async fn break_off(
        &self,
        left: &AtomicU64,
        mut records: Vec<Record>,
    ) -> Result<(), StoreError> {
        let (rest, len) = (left.load(Ordering::Relaxed), records.len() as u64);
        if rest >= len {
            left.fetch_sub(len, Ordering::Relaxed);
            return self.inner.accept(records).await;
        }
        records.truncate(usize::try_from(rest).unwrap());
        if !records.is_empty() {
            self.inner.accept(records).await?;
        }
        Err(StoreError::Unavailable("as the test has it".into()))
    }
}

fn forget(record: &mut Record) {
    match record {
        Record::Connection { fence, .. } => *fence = 0,
        Record::Run { served_at, .. } => *served_at = Timestamp::default(),
        Record::Delivery(delivery) => delivery.earlier.clear(),
        Record::Receipts(receipts) => receipts.read.clear(),
        other => panic!("{other:?}"),
    }
}
