//! The persistence port: one small trait by aggregate, with the verbs of the domain.
//!
//! Two implementations stand behind it, [`sqlite`] and [`mongo`], and one conformance suite
//! (`tests/store.rs`) that both must pass. Ids and times come from the application. Every method
//! that touches a tenant's data takes its [`WorkspaceId`]; the few that look across workspaces
//! serve the start of the process and say so in their name (`every_…`).
//!
//! [`WorkspaceId`]: arauto_app::domain::WorkspaceId

mod accounts;
mod blobs;
mod campaigns;
mod connections;
mod copying;
mod error;
mod exchange;
mod folded;
mod group_lists;
mod groups;
mod inspection;
mod journal;
mod leases;
mod media;
mod media_uses;
mod meta;
pub mod mongo;
mod open;
mod order;
mod run_records;
mod session_keys;
pub mod sqlite;
mod transfers;

pub use accounts::{AccountStore, SessionRow, TokenHash};
pub use blobs::{BlobReader, BlobStore, BlobWriter};
pub use campaigns::CampaignStore;
pub use connections::{ConnectionStore, HISTORY_KEPT, HISTORY_MOST};
pub use copying::{
    CopyStore, Fate, Kind, Pages, Place, Receipts, Record, StoredBlob, UNFINISHED_COPY,
};
pub use error::StoreError;
pub use exchange::{Exchange, LETTER_LIVES, SIGHT_LIVES};
pub use folded::folded;
pub use group_lists::GroupListStore;
pub use groups::{GroupFact, GroupStore};
pub use inspection::Inspection;
pub use journal::{DeliveryUpdate, Due, HandOvers, Journal};
pub use leases::{Lease, LeaseStore, ServerId, Tenancies, Tenure};
pub use media::{Face, MediaStore};
pub use media_uses::MediaUses;
pub use meta::MetaStore;
pub use run_records::RunRecords;
pub use session_keys::{KeyExchange, KeyWrite, Seal, SessionKeyStore, StoredKey};
pub use transfers::TransferStore;

use std::sync::Arc;

/// Everything that the server keeps, as one handle that is cheap to clone.
#[derive(Clone)]
pub struct Store {
    /// Workspaces, users and their sessions.
    pub accounts: Arc<dyn AccountStore>,
    /// Connections.
    pub connections: Arc<dyn ConnectionStore>,
    /// Groups of connections.
    pub groups: Arc<dyn GroupStore>,
    /// Lists of groups.
    pub group_lists: Arc<dyn GroupListStore>,
    /// Media items.
    pub media: Arc<dyn MediaStore>,
    /// The bytes of media.
    pub blobs: Arc<dyn BlobStore>,
    /// Files on their way into the library, piece by piece.
    pub transfers: Arc<dyn TransferStore>,
    /// Campaigns.
    pub campaigns: Arc<dyn CampaignStore>,
    /// Runs and deliveries.
    pub journal: Arc<dyn Journal>,
    /// Keys of WhatsApp sessions.
    pub session_keys: Arc<dyn SessionKeyStore>,
    /// Which server runs which connection.
    pub leases: Arc<dyn LeaseStore>,
    /// What servers tell each other; absent where there can be only one.
    pub exchange: Option<Arc<dyn Exchange>>,
    /// What the installation knows of itself.
    pub meta: Arc<dyn MetaStore>,
    /// All of it, to be copied.
    pub copying: Arc<dyn CopyStore>,
}
