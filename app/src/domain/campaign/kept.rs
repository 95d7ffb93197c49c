//! A campaign as it is kept, and where it stands.

use serde::{Deserialize, Serialize};

use super::draft::senders;
use super::{CampaignDraft, MessageContent};
use crate::domain::{
    CampaignId, CampaignState, ConnectionId, GroupJid, GroupListId, Pacing, PastRuns, Sender,
    Timestamp, Timing, UserId, WorkspaceId,
};

/// Who wrote something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// Their account.
    pub id: UserId,
    /// The name that they had then.
    pub name: String,
}

/// A campaign as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its identifier.
    pub id: CampaignId,
    /// The workspace that owns it.
    pub workspace: WorkspaceId,
    /// What its author calls it.
    pub name: String,
    /// The connection that sends it; `None` once that connection was removed.
    pub connection: Option<ConnectionId>,
    /// Whether it has none because that was removed, and nobody has chosen another since.
    #[serde(default)]
    pub lost_connection: bool,
    /// The lists whose groups receive it. Who is in them is read when a run begins.
    pub lists: Vec<GroupListId>,
    /// The groups that receive it besides.
    pub targets: Vec<GroupJid>,
    /// Its other connections, each with its own groups.
    pub also: Vec<Sender>,
    /// The time between two of its messages, when it wants to be slower than its connections.
    pub pace: Option<Pacing>,
    /// What it sends.
    pub content: MessageContent,
    /// What it sends to other groups instead: all variants go to as many groups each.
    pub others: Vec<MessageContent>,
    /// When it runs.
    pub timing: Timing,
    /// Where it is in its life.
    pub state: CampaignState,
    /// What it has behind it since it was last started.
    pub past: PastRuns,
    /// When the scheduler looks at it next; only while it is active.
    pub next_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed by a person.
    pub updated_at: Timestamp,
    /// By whom; `None` when that was before it was noted.
    #[serde(default)]
    pub updated_by: Option<Author>,
}

/// What moves about a campaign while it lives, without its author's pen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// See [`Campaign::state`].
    pub state: CampaignState,
    /// See [`Campaign::past`].
    pub past: PastRuns,
    /// See [`Campaign::next_at`].
    pub next_at: Option<Timestamp>,
}

impl Campaign {
    /// Where it stands.
    pub const fn standing(&self) -> Standing {
        Standing {
            state: self.state,
            past: self.past,
            next_at: self.next_at,
        }
    }

    /// Its connections, each with whom it sends to.
    pub fn senders(&self) -> Vec<Sender> {
        senders(self.connection, &self.lists, &self.targets, &self.also)
    }

    /// Whether one of its connections sends to the groups of a list.
    pub fn uses_list(&self, list: GroupListId) -> bool {
        let of_others = |sender: &Sender| sender.lists.contains(&list);
        self.lists.contains(&list) || self.also.iter().any(of_others)
    }

    /// What its author wrote.
    pub fn draft(&self) -> CampaignDraft {
        CampaignDraft {
            name: self.name.clone(),
            connection: self.connection,
            lists: self.lists.clone(),
            targets: self.targets.clone(),
            also: self.also.clone(),
            pace: self.pace,
            content: self.content.clone(),
            others: self.others.clone(),
            timing: self.timing.clone(),
        }
    }
}
