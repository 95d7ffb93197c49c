//! What servers ask of each other: whoever answers a page need not run its connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use arauto_app::api::{ApiError, LiveEvent, NotFound};
use arauto_app::domain::{ConnectionId, GroupJid, WorkspaceId};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::super::Hub;
use super::letter::{Errand, Letter, Reply, SeenMembers};
use crate::store::ServerId;

/// How long another server may take to do what it was asked.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);
/// How long WhatsApp may take to say who is in a group.
pub(in super::super) const MEMBERS_WITHIN: Duration = Duration::from_secs(20);
/// How long it may take to close a session and store everything of it.
const SETTLE_WITHIN: Duration = Duration::from_secs(30);

/// How often to look for the server that runs a connection on its way from one to another, and how
/// far apart.
const LOOKS_FOR_A_HOLDER: u32 = 10;
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Why an errand was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) enum Refusal {
    /// There is no such connection.
    Unknown,
    /// Its state does not allow that now.
    WrongState,
    /// It is not online.
    Offline,
    /// No server runs it at this moment, or the one that does not answer.
    Adrift,
}

/// What the product answers to a person whose errand was not done.
pub(in super::super) fn refusal_error(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::Unknown => ApiError::NotFound(NotFound::Connection),
        Refusal::WrongState => ApiError::ConnectionState,
        Refusal::Offline => ApiError::ConnectionOffline,
        Refusal::Adrift => ApiError::ConnectionAdrift,
    }
}

/// By the number of the errand, who hears how it went.
type Waiting = HashMap<u64, oneshot::Sender<Result<Reply, Refusal>>>;

/// The errands of this server that wait for an answer.
#[derive(Default)]
pub(super) struct Office(Mutex<Waiting>);

impl Office {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does an errand with a connection, wherever it runs.
pub(in super::super) async fn run_errand(
    hub: &Hub,
    workspace: WorkspaceId,
    connection: ConnectionId,
    errand: Errand,
) -> Result<(), Refusal> {
    carry(hub, workspace, connection, errand).await.map(drop)
}

/// Asks WhatsApp who is in a group, wherever the connection runs.
pub(in super::super) async fn members_of(
    hub: &Hub,
    workspace: WorkspaceId,
    connection: ConnectionId,
    group: GroupJid,
) -> Result<SeenMembers, Refusal> {
    match carry(hub, workspace, connection, Errand::Members(group)).await? {
        Reply::Members(seen) => Ok(seen),
        // From a server of another version.
        Reply::Done => Err(Refusal::Adrift),
    }
}

async fn carry(
    hub: &Hub,
    workspace: WorkspaceId,
    connection: ConnectionId,
    errand: Errand,
) -> Result<Reply, Refusal> {
    let mut looks = LOOKS_FOR_A_HOLDER;
    loop {
        if let Some(outcome) = hub.do_here(workspace, connection, errand.clone()).await {
            return outcome;
        }
        looks -= 1;
        match holder(hub, workspace, connection).await {
            Ok(holder) => return send(hub, holder, workspace, connection, errand).await,
            Err(Refusal::Adrift) if looks > 0 => hub.around.clock.sleep(LOOK_EVERY).await,
            Err(refusal) => return Err(refusal),
        }
    }
}

async fn send(
    hub: &Hub,
    holder: ServerId,
    workspace: WorkspaceId,
    connection: ConnectionId,
    errand: Errand,
) -> Result<Reply, Refusal> {
    let number = u64::from_be_bytes(hub.around.random.bytes());
    let (answer, wait) = oneshot::channel();
    let office = &hub.tenancy.office;
    office.waiting().insert(number, answer);
    let patience = match errand {
        Errand::Settle => SETTLE_WITHIN,
        Errand::Members(_) => MEMBERS_WITHIN + ANSWER_WITHIN,
        Errand::Request(_) | Errand::SyncGroups | Errand::CancelSync => ANSWER_WITHIN,
    };
    let letter = Letter::Errand {
        number,
        workspace,
        connection,
        errand,
    };
    let outcome = match hub.tenancy.post(Some(holder), &letter).await {
        Ok(()) => tokio::time::timeout(patience, wait).await,
        Err(error) => {
            tracing::warn!(%connection, "failed to {error}");
            Ok(Ok(Err(Refusal::Adrift)))
        }
    };
    office.waiting().remove(&number);
    match outcome {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) | Err(_) => Err(Refusal::Adrift),
    }
}

/// The other server that runs a connection.
async fn holder(
    hub: &Hub,
    workspace: WorkspaceId,
    connection: ConnectionId,
) -> Result<ServerId, Refusal> {
    let tenure = hub.tenancy.leases.tenure(workspace, connection).await;
    let tenure = tenure.map_err(|error| {
        tracing::warn!(%connection, "failed to {error}");
        Refusal::Adrift
    })?;
    let (holder, _) = tenure
        .ok_or(Refusal::Unknown)?
        .holder
        .ok_or(Refusal::Adrift)?;
    // Ours on paper: it is just coming, or just leaving.
    if holder == hub.tenancy.config.server {
        return Err(Refusal::Adrift);
    }
    Ok(holder)
}

/// Tells the server that runs a connection, if that is another one, to look at what is stored of it.
pub(in super::super) async fn rouse(hub: &Hub, workspace: WorkspaceId, connection: ConnectionId) {
    if let Ok(holder) = holder(hub, workspace, connection).await {
        let letter = Letter::Rouse {
            workspace,
            connection,
        };
        if let Err(error) = hub.tenancy.post(Some(holder), &letter).await {
            tracing::warn!(%connection, "failed to {error}; it waits for the next look");
        }
    }
}

/// Reads this server's letters until the hub is dropped.
pub(super) async fn read_letters(hub: Weak<Hub>) {
    let Some(mut letters) = hub.upgrade().and_then(|hub| {
        let exchange = hub.tenancy.exchange.as_ref()?;
        Some(exchange.letters(hub.tenancy.config.server))
    }) else {
        return;
    };
    while let Some(bytes) = letters.next().await {
        let Some(hub) = hub.upgrade() else { return };
        if let Some(letter) = hub.tenancy.unseal(&bytes) {
            open(&hub, letter);
        } else {
            tracing::debug!("failed to understand a letter");
        }
    }
}

fn open(hub: &Arc<Hub>, letter: Letter) {
    match letter {
        Letter::Notices(notices) => {
            for (workspace, event) in notices {
                if event == LiveEvent::Connections {
                    hub.tenancy.ring();
                }
                hub.around.live.post_from_elsewhere(workspace, event);
            }
        }
        Letter::Errand {
            number,
            workspace,
            connection,
            errand,
        } => {
            let hub = Arc::clone(hub);
            tokio::spawn(async move {
                let done = hub.do_here(workspace, connection, errand).await;
                let outcome = done.unwrap_or(Err(Refusal::Adrift));
                // To all: only the one that asked knows the number.
                let answer = Letter::Answer { number, outcome };
                if let Err(error) = hub.tenancy.post(None, &answer).await {
                    tracing::warn!(%connection, "failed to {error}");
                }
            });
        }
        Letter::Answer { number, outcome } => {
            let asked = hub.tenancy.office.waiting().remove(&number);
            if let Some(asked) = asked {
                // Whoever asked may have lost patience.
                let _ = asked.send(outcome);
            }
        }
        Letter::Rouse {
            workspace,
            connection,
        } => hub.rouse_here((workspace, connection)),
        Letter::Freed => hub.tenancy.ring(),
    }
}
