//! A session of the engine as the rest of the server uses it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arauto_app::domain::{ConnectionCause, FailureReason, GroupJid, GroupMember, Recipient};
use async_trait::async_trait;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use wa_rs::{Client, ErrorChainExt, GroupError, GroupMetadata, Jid, SendOptions};
use wacore::iq::keepalive::KeepaliveSpec;
use wacore::store::traits::ProtocolStore;

use super::content;
use super::course::Course;
use super::failures::{cause_of_question, send_error};
use super::groups::{all_seen, members, seen};
use super::own::Own;
use super::uploads::Uploads;
use crate::whatsapp::keys::SessionKeys;
use crate::whatsapp::session::{SeenGroup, Session};
use crate::whatsapp::{OutgoingMessage, SendError};

/// How long unlinking at WhatsApp may take before it is given up.
const LOGOUT_DEADLINE: Duration = Duration::from_secs(8);

/// A session under way.
pub(super) struct LiveSession {
    /// The library's client, while there is one.
    pub(super) client: watch::Receiver<Option<Arc<Client>>>,
    pub(super) keys: Arc<SessionKeys>,
    pub(super) course: Arc<Course>,
    pub(super) uploads: Arc<Uploads>,
    pub(super) stop: CancellationToken,
    pub(super) done: CancellationToken,
    pub(super) _task: AbortOnDropHandle<()>,
}

impl LiveSession {
    fn client(&self) -> Option<Arc<Client>> {
        self.client.borrow().clone()
    }

    /// The client, if it is logged in.
    fn online(&self) -> Option<Arc<Client>> {
        self.client()
            .filter(|client| client.is_connected() && client.is_logged_in())
    }

    /// Unlinks the device at WhatsApp, if a phone has linked it.
    async fn unlink(&self) {
        let linked = self.client().filter(|client| client.pn().is_some());
        let Some(client) = linked else { return };
        if self.online().is_none() && client.wait_for_connected(LOGOUT_DEADLINE).await.is_err() {
            tracing::warn!("failed to unlink the device at WhatsApp: it did not log in");
            return;
        }
        client.logout().await;
    }
}

impl LiveSession {
    /// Lets the next message to a group carry the group's key for every device. The library counts
    /// a device as having it from the moment of sending, although WhatsApp may refuse or lose that
    /// very message.
    async fn hand_out_keys_again(&self, group: &GroupJid) {
        if let Err(error) = self.keys.clear_sender_key_devices(group.as_str()).await {
            // The message goes all the same: a device without the key asks for it.
            tracing::warn!("failed to hand out the keys of {group} again: {error}");
        }
    }
}

impl Drop for LiveSession {
    fn drop(&mut self) {
        // The library's background tasks hold its client: without this they would outlive us.
        self.keys.retire();
        self.course.gone.cancel();
        if let Some(client) = self.client() {
            client.signal_shutdown_sync();
        }
    }
}

#[async_trait]
impl Session for LiveSession {
    async fn send(&self, message: &OutgoingMessage) -> Result<(), SendError> {
        let client = self.online().ok_or(SendError::Offline)?;
        let to = chat(&client, &message.to)?;
        let content = match &message.media {
            None => content::text(&message.text),
            Some(media) => {
                let upload = self.uploads.of(&client, media).await?;
                content::media(media, &message.text, &upload)
            }
        };
        if let (Recipient::Group(group), true) = (&message.to, message.again) {
            self.hand_out_keys_again(group).await;
        }
        let options = SendOptions::default().with_message_id(message.id.as_str());
        match client.send_message_with_options(to, content, options).await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::warn!(message = %message.id, "failed to hand a message over: {error}");
                Err(send_error(&error))
            }
        }
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "a round trip is measured on the monotonic clock and decides nothing"
    )]
    async fn ping(&self, deadline: Duration) -> Option<Duration> {
        let client = self.online()?;
        let asked = Instant::now();
        let question = client.execute(KeepaliveSpec::with_timeout(deadline));
        tokio::time::timeout(deadline, question).await.ok()?.ok()?;
        Some(asked.elapsed())
    }

    async fn groups(&self) -> Result<Vec<SeenGroup>, ConnectionCause> {
        let client = self.online().ok_or(ConnectionCause::ConnectionLost)?;
        let groups = client.groups().get_participating().await;
        let groups = groups.map_err(|error| {
            tracing::warn!("failed to read the groups: {error}");
            cause_of_question(&error)
        })?;
        Ok(all_seen(groups.values(), &Own::of(&client)))
    }

    async fn group(&self, jid: &GroupJid) -> Result<Option<SeenGroup>, ConnectionCause> {
        let client = self.online().ok_or(ConnectionCause::ConnectionLost)?;
        let jid: Jid = jid
            .as_str()
            .parse()
            .map_err(|_| ConnectionCause::Protocol)?;
        let Some(group) = described(&client, &jid).await? else {
            return Ok(None);
        };
        let community = match &group.parent_group_jid {
            // Without its name the group is worth keeping all the same.
            Some(parent) => described(&client, parent).await.unwrap_or_default(),
            None => None,
        };
        let community = community.map(|community| community.subject);
        Ok(seen(&group, community.as_deref(), &Own::of(&client)))
    }

    async fn members(&self, jid: &GroupJid) -> Result<Option<Vec<GroupMember>>, ConnectionCause> {
        let client = self.online().ok_or(ConnectionCause::ConnectionLost)?;
        let jid: Jid = jid
            .as_str()
            .parse()
            .map_err(|_| ConnectionCause::Protocol)?;
        let group = described(&client, &jid).await?;
        Ok(group.map(|group| members(&group, &Own::of(&client))))
    }

    async fn log_out(&self) {
        // Best effort: an unreachable WhatsApp must not keep anybody from removing a number.
        if tokio::time::timeout(LOGOUT_DEADLINE, self.unlink())
            .await
            .is_err()
        {
            tracing::warn!("failed to unlink the device at WhatsApp in time");
        }
        self.close().await;
    }

    async fn close(&self) {
        self.stop.cancel();
        self.done.cancelled().await;
    }
}

/// The chat in which somebody is written to.
fn chat(client: &Client, to: &Recipient) -> Result<Jid, SendError> {
    match to {
        Recipient::Group(group) => {
            let jid = group.as_str().parse();
            jid.map_err(|_| SendError::Final(FailureReason::UnknownRecipient))
        }
        // The number that is linked now; one that logs in always has it.
        Recipient::Oneself => Ok(client.pn().ok_or(SendError::Offline)?.to_non_ad()),
    }
}

/// What WhatsApp says of a group; `None` when it is none of our business (any more).
async fn described(client: &Client, jid: &Jid) -> Result<Option<GroupMetadata>, ConnectionCause> {
    match client.groups().get_metadata(jid).await {
        Ok(group) => Ok(Some(group)),
        Err(error) if is_unknown(&error) => Ok(None),
        Err(error) => Err(cause_of_question(&error)),
    }
}

/// WhatsApp's way of saying that a group is none of our business (any more).
fn is_unknown(error: &GroupError) -> bool {
    error
        .server_rejection()
        .is_some_and(|rejection| matches!(rejection.code, 401 | 403 | 404))
}
