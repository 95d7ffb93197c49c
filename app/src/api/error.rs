//! What a server function answers when it cannot do what was asked.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use super::SavedBy;
use crate::domain::{
    AccountProblem, ConnectionCause, DraftProblem, GroupListProblem, MediaProblem, PaceProblem,
    PhoneProblem, RepeatObstacle, Timestamp,
};

/// Why a request was not carried out. It crosses to the browser as data; `locales/` has the
/// sentence for each, so no variant carries words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", content = "detail", rename_all = "snake_case")]
pub enum ApiError {
    /// Nobody is signed in, or the session ended.
    #[error("authenticate: nobody is signed in")]
    SignedOut,
    /// E-mail or password do not match an account.
    #[error("authenticate: wrong credentials")]
    WrongCredentials,
    /// Too many wrong passwords; try again after so many seconds.
    #[error("authenticate: too many attempts, retry in {retry_after_seconds} s")]
    TooManyAttempts {
        /// Seconds until the next attempt is looked at.
        retry_after_seconds: u64,
    },
    /// The server already has its administrator.
    #[error("create the administrator: there is one")]
    AlreadySetUp,
    /// The form of an account has these problems.
    #[error("accept the account: {0:?}")]
    Account(Vec<AccountProblem>),
    /// The connection's name is empty.
    #[error("accept the connection: its name is empty")]
    ConnectionNameMissing,
    /// The connection's name is too long.
    #[error("accept the connection: its name is too long")]
    ConnectionNameTooLong,
    /// The phone number cannot be one.
    #[error("accept the phone number: {0:?}")]
    Phone(PhoneProblem),
    /// The connection's state does not allow that now.
    #[error("act on the connection in its present state")]
    ConnectionState,
    /// The connection is not online.
    #[error("use the connection: it is offline")]
    ConnectionOffline,
    /// The question about what waited through an outage was answered already.
    #[error("settle the outage: it is settled")]
    OutageSettled,
    /// The pace of a connection has these problems.
    #[error("accept the pace: {0:?}")]
    Pace(Vec<PaceProblem>),
    /// The restriction was lifted already, or another one is in force.
    #[error("resume the sending: that restriction is not in force")]
    RestrictionLifted,
    /// WhatsApp did not answer a question, for this reason.
    #[error("ask WhatsApp: {0:?}")]
    Unanswered(ConnectionCause),
    /// No server runs the connection at this moment; one will within seconds.
    #[error("use the connection: no server runs it at this moment")]
    ConnectionAdrift,
    /// The list of groups cannot be made or changed like that.
    #[error("accept the list of groups: {0:?}")]
    GroupList(GroupListProblem),
    /// Active campaigns of these names use the list.
    #[error("delete the list of groups: {0:?} use it")]
    GroupListInUse(Vec<String>),
    /// The campaign's form has these problems.
    #[error("accept the campaign: {0:?}")]
    Draft(Vec<DraftProblem>),
    /// The campaign's state does not allow that now.
    #[error("act on the campaign in its present state")]
    CampaignState,
    /// Somebody saved the campaign since the copy was read that the change was made from.
    #[error("save the campaign: it was changed meanwhile")]
    CampaignChanged {
        /// When it was saved last.
        at: Timestamp,
        /// By whom.
        by: SavedBy,
    },
    /// Nothing of the run can be sent again.
    #[error("send messages of the run again: {0:?}")]
    NotRepeatable(RepeatObstacle),
    /// Campaigns of these names use the media.
    #[error("delete the media: {0:?} use it")]
    MediaInUse(Vec<String>),
    /// The uploaded file was not taken.
    #[error("accept the file: {0:?}")]
    Media(MediaProblem),
    /// What was asked for does not exist in this workspace.
    #[error("find the {0:?}")]
    NotFound(NotFound),
    /// The database does not answer right now; asking again later may work.
    #[error("reach the store")]
    StoreUnavailable,
    /// Something that is our own fault; the server's log has the details under this number.
    #[error("complete the request (incident {incident})")]
    Internal {
        /// Names the line of the log.
        incident: String,
    },
    /// The browser could not reach the server, or the two did not understand each other.
    #[error("reach the server")]
    ServerUnreachable,
}

/// What was looked for and not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotFound {
    /// A connection.
    Connection,
    /// A group.
    Group,
    /// A list of groups.
    GroupList,
    /// A media item.
    Media,
    /// A campaign.
    Campaign,
    /// A run.
    Run,
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        // Raised by Leptos' own machinery: the network between browser and server, or a page of
        // another version than the server's. Either way the answer is to reload.
        leptos::logging::debug_warn!("server function: {error}");
        Self::ServerUnreachable
    }
}
