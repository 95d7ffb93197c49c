//! Everything that a store keeps, in a form that belongs to neither: what a copy carries from one store to
//! another.
//!
//! What the stores keep beside the domain's values (texts as searches read them, who finds a run by its
//! senders, seals) follows from the records and is made anew by whoever takes them. What is no record is
//! named in [`Place`], with the reason.

use arauto_app::domain::{
    Campaign, Connection, ConnectionId, ContentHash, Delivery, DeliveryId, Group, GroupList,
    GroupSync, MediaItem, Missed, Run, RunId, Timestamp, Transfer, Transition, User, Workspace,
    WorkspaceId,
};
use async_trait::async_trait;
use futures::stream::BoxStream;
use serde::Serialize;

use super::{SessionRow, StoreError};

/// Under which name the store of an unfinished copy knows where that comes from. A server does not start
/// on it, and a copy takes it away as the last it does.
pub const UNFINISHED_COPY: &str = "unfinished-copy";

/// How many records are in a page at most.
pub(super) const PAGE: u32 = 200;

/// What kind of thing a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// What the installation knows of itself, such as the generated master key.
    Facts,
    /// Workspaces.
    Workspaces,
    /// Users with their password hashes.
    Users,
    /// Browsers that are signed in.
    BrowserSessions,
    /// Connections with the fences of their leases.
    Connections,
    /// What connections went through.
    Transitions,
    /// Keys of WhatsApp sessions.
    SessionKeys,
    /// The latest sync of each connection's groups.
    GroupSyncs,
    /// Groups.
    Groups,
    /// Lists of groups.
    GroupLists,
    /// Media items.
    MediaItems,
    /// Campaigns.
    Campaigns,
    /// Runs that never began.
    MissedRuns,
    /// Runs.
    Runs,
    /// Deliveries.
    Deliveries,
    /// Whom deliveries reached.
    Receipts,
}

impl Kind {
    /// All of them, in the order in which a store takes them: what others refer to comes first.
    pub const ALL: [Self; 16] = [
        Self::Facts,
        Self::Workspaces,
        Self::Users,
        Self::BrowserSessions,
        Self::Connections,
        Self::Transitions,
        Self::SessionKeys,
        Self::GroupSyncs,
        Self::Groups,
        Self::GroupLists,
        Self::MediaItems,
        Self::Campaigns,
        Self::MissedRuns,
        Self::Runs,
        Self::Deliveries,
        Self::Receipts,
    ];
}

/// One thing that is kept. Its serialised form is what copies are compared by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(
    clippy::large_enum_variant,
    reason = "pages of one kind are short, and most kinds are about as large as the largest"
)]
pub enum Record {
    /// A fact of the installation.
    Fact {
        /// Its name.
        name: String,
        /// Its value.
        value: Vec<u8>,
    },
    /// A workspace.
    Workspace(Workspace),
    /// A user.
    User {
        /// Who.
        user: User,
        /// The PHC string of their password.
        password_hash: String,
    },
    /// A browser that is signed in.
    BrowserSession(SessionRow),
    /// A connection.
    Connection {
        /// As it is.
        connection: Connection,
        /// How many holders its lease had: the next one counts on from here, and finds the keys of the
        /// one before.
        fence: i64,
    },
    /// A state that a connection entered.
    Transition {
        /// Which connection.
        connection: ConnectionId,
        /// Which state, and when.
        transition: Transition,
    },
    /// A key of a WhatsApp session, sealed as it is.
    SessionKey {
        /// Whose.
        connection: ConnectionId,
        /// The space that it belongs to.
        space: String,
        /// Its name within its space.
        key: Vec<u8>,
        /// Its value.
        value: Vec<u8>,
    },
    /// The latest sync of a connection's groups.
    GroupSync {
        /// The workspace of the connection.
        workspace: WorkspaceId,
        /// Which connection.
        connection: ConnectionId,
        /// How it went.
        sync: GroupSync,
    },
    /// A group.
    Group {
        /// The workspace of its connection.
        workspace: WorkspaceId,
        /// As it is.
        group: Group,
    },
    /// A list of groups.
    GroupList(GroupList),
    /// A media item; its bytes are a blob.
    MediaItem(MediaItem),
    /// A campaign.
    Campaign(Campaign),
    /// Runs that never began.
    Missed(Missed),
    /// A run.
    Run {
        /// As it is.
        run: Run,
        /// When it last had its turn among the runs of its connection; 0 for never.
        served_at: Timestamp,
    },
    /// A delivery.
    Delivery(Delivery),
    /// Whom a delivery reached.
    Receipts(Receipts),
}

/// The members that gave receipts of a delivery, as the numbers that tell them apart, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Receipts {
    /// The run.
    pub run: RunId,
    /// The delivery's place in it.
    pub position: u32,
    /// The delivery.
    pub delivery: DeliveryId,
    /// Who received it.
    pub delivered: Vec<i64>,
    /// Who of them read it.
    pub read: Vec<i64>,
}

impl Record {
    /// Its kind.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Fact { .. } => Kind::Facts,
            Self::Workspace(_) => Kind::Workspaces,
            Self::User { .. } => Kind::Users,
            Self::BrowserSession(_) => Kind::BrowserSessions,
            Self::Connection { .. } => Kind::Connections,
            Self::Transition { .. } => Kind::Transitions,
            Self::SessionKey { .. } => Kind::SessionKeys,
            Self::GroupSync { .. } => Kind::GroupSyncs,
            Self::Group { .. } => Kind::Groups,
            Self::GroupList(_) => Kind::GroupLists,
            Self::MediaItem(_) => Kind::MediaItems,
            Self::Campaign(_) => Kind::Campaigns,
            Self::Missed(_) => Kind::MissedRuns,
            Self::Run { .. } => Kind::Runs,
            Self::Delivery(_) => Kind::Deliveries,
            Self::Receipts(_) => Kind::Receipts,
        }
    }
}

/// Bytes that are stored: read and written by [`BlobStore`](super::BlobStore).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StoredBlob {
    /// Whose.
    pub workspace: WorkspaceId,
    /// What they are called by.
    pub content: ContentHash,
    /// How many.
    pub len: u64,
}

/// A table or collection of a store, and what a copy does about it.
pub type Place = (&'static str, Fate);

/// What a copy does about a [`Place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// What it holds is copied as records.
    Copied(Kind),
    /// What it holds is copied as blobs with their bytes.
    Blobs,
    /// What it holds is copied as transfers with their pieces.
    Transfers,
    /// What it holds follows from records, and is made anew.
    Derived(Kind),
    /// What it holds belongs to this store, or to the servers that live on it.
    Left,
}

/// Pages of something, each read when it is asked for.
pub type Pages<T> = BoxStream<'static, Result<Vec<T>, StoreError>>;

/// A store as something to be copied. Nobody else writes to it meanwhile.
#[async_trait]
pub trait CopyStore: Send + Sync {
    /// Every table or collection that the store has.
    fn places(&self) -> &'static [Place];
    /// All records of a kind, in the order of their keys, which is the same for every store. What nobody
    /// can see any more (deliveries whose run did not become one, keys of a lost lease) is none.
    fn records(&self, kind: Kind) -> Pages<Record>;
    /// All blobs that are complete, in the order of their workspaces and contents.
    fn blobs(&self) -> Pages<StoredBlob>;
    /// All files on their way, in the order of their ids.
    fn transfers(&self) -> Pages<Transfer>;
    /// Stores records, durably, none of which is there yet. Of runs the records come before those of their
    /// deliveries, and of connections before those of their keys.
    async fn accept(&self, records: Vec<Record>) -> Result<(), StoreError>;
    /// Deletes everything but [`UNFINISHED_COPY`]. Only for a store that holds nothing but that.
    async fn clear(&self) -> Result<(), StoreError>;
}
