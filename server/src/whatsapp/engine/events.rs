//! The library's events in our words, in the order in which they arise.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use arauto_app::domain::{ConnectionCause, MessageId, Timestamp};
use tokio::sync::mpsc;
use wa_rs::Client;
use wacore::companion_reg::NATIVE_CAMERA_DEEP_LINK_PREFIX;
use wacore::types::events::{
    ConnectFailure, ConnectFailureReason, Event, EventHandler, LoggedOut, PairingCodeError,
    ServerAck, TemporaryBan,
};

use super::course::Course;
use super::failures::cause_of_code_refusal;
use super::groups::{address, change};
use super::own::Own;
use super::traces::{received, written};
use crate::whatsapp::session::SessionEvent;

/// Translates events. It is called while the library dispatches, one event after the other, so
/// nothing is lost or out of order, and it must not take long.
pub(super) struct Translator {
    client: Weak<Client>,
    /// A pairing code is wanted: the QR codes that come anyway are of no use.
    by_code: bool,
    course: Arc<Course>,
    events: mpsc::UnboundedSender<SessionEvent>,
    /// A phone linked the device in this session.
    paired: AtomicBool,
}

impl Translator {
    pub(super) fn new(
        client: &Arc<Client>,
        by_code: bool,
        course: Arc<Course>,
        events: mpsc::UnboundedSender<SessionEvent>,
    ) -> Self {
        Self {
            client: Arc::downgrade(client),
            by_code,
            course,
            events,
            paired: AtomicBool::new(false),
        }
    }

    /// After a phone linked the device WhatsApp closes the connection and expects the same client
    /// back, which remembers that it has everything to read. It may do so before the library tells
    /// of the link, so a session without one may come back from the beginning, unless its
    /// connection is lost in any other way. Once it is back, one session is one connection again.
    fn let_reconnect(&self, allowed: bool) {
        if let Some(client) = self.client.upgrade() {
            let reconnects = &client.enable_auto_reconnect;
            reconnects.store(allowed, Ordering::Relaxed);
        }
    }

    fn translate(&self, event: &Event) -> Option<SessionEvent> {
        Some(match event {
            Event::PairingQrCode(_) | Event::PairingQrCodesExhausted(_) if self.by_code => {
                return None;
            }
            Event::PairingCode(pairing) => {
                self.course.settled.cancel();
                SessionEvent::PairingCode {
                    code: pairing.code.clone(),
                    valid_for: pairing.timeout,
                }
            }
            Event::PairingCodeRefresh(_) => SessionEvent::PairingCodeOver {
                cause: ConnectionCause::CodeExpired,
            },
            Event::PairingCodeError(error) => return self.code_refused(error),
            Event::PairPasskeyRequest(_) | Event::PairPasskeyError(_) => {
                SessionEvent::PasskeyDemanded
            }
            Event::PairingQrCode(qr) => {
                self.course.settled.cancel();
                SessionEvent::Qr {
                    text: format!("{NATIVE_CAMERA_DEEP_LINK_PREFIX}{}", qr.code),
                    valid_for: qr.timeout,
                }
            }
            Event::PairingQrCodesExhausted(_) => SessionEvent::QrExhausted,
            Event::PairError(_) | Event::QrScannedWithoutMultidevice(_) => {
                self.let_reconnect(false);
                SessionEvent::PairingRefused
            }
            Event::PairSuccess(pair) => {
                self.paired.store(true, Ordering::Relaxed);
                self.let_reconnect(true);
                SessionEvent::Paired {
                    phone: pair.id.user.to_string(),
                }
            }
            Event::Connected(_) => {
                self.let_reconnect(false);
                self.course.settled.cancel();
                SessionEvent::Connected
            }
            Event::ServerAck(ack) => return acked(ack),
            Event::Receipt(receipt) => received(receipt, &self.own()?),
            Event::Messages(batch) => written(batch.iter().map(|message| &*message.info)),
            Event::UndecryptableMessage(message) => written([&*message.info]),
            Event::GroupUpdate(update) => SessionEvent::GroupChanged {
                jid: address(&update.group_jid)?,
                change: change(&update.action, &self.own()?)?,
                at: Timestamp::from_seconds(update.timestamp.timestamp()),
            },
            Event::LoggedOut(out) => logged_out(out),
            Event::StreamReplaced(_) => SessionEvent::Replaced,
            Event::TemporaryBan(ban) => temporarily_banned(ban),
            Event::ClientOutdated(_) => SessionEvent::ClientOutdated,
            Event::ConnectFailure(failure) => return self.connect_failure(failure),
            Event::StreamError(_) => {
                self.course.note_trouble();
                return None;
            }
            Event::Disconnected(_) => {
                if !self.paired.load(Ordering::Relaxed) {
                    self.let_reconnect(false);
                }
                return None;
            }
            _ => SessionEvent::Traffic,
        })
    }

    fn own(&self) -> Option<Own> {
        Some(Own::of(&*self.client.upgrade()?))
    }

    fn code_refused(&self, error: &PairingCodeError) -> Option<SessionEvent> {
        let Some(rejection) = error.rejection else {
            // No answer: as good as not connected.
            self.course.lost.cancel();
            return None;
        };
        tracing::warn!(%rejection, "WhatsApp gave no pairing code");
        let cause = cause_of_code_refusal(rejection);
        Some(SessionEvent::PairingCodeOver { cause })
    }

    fn connect_failure(&self, failure: &ConnectFailure) -> Option<SessionEvent> {
        if failure.reason.should_reconnect() {
            self.course.note_trouble();
            return None;
        }
        tracing::warn!(reason = ?failure.reason, "WhatsApp refused the login");
        Some(match failure.reason {
            ConnectFailureReason::TempBanned => SessionEvent::TemporarilyBanned { lasts: None },
            _ => SessionEvent::Refused,
        })
    }
}

impl EventHandler for Translator {
    fn handle_event(&self, event: Arc<Event>) {
        if let Some(event) = self.translate(&event) {
            // Nobody listens any more when the session's end was asked for.
            let _ = self.events.send(event);
        }
    }
}

fn acked(ack: &ServerAck) -> Option<SessionEvent> {
    if ack.class.as_deref() != Some("message") {
        return Some(SessionEvent::Traffic);
    }
    let error = match ack.error.as_deref().map(str::parse) {
        None => None,
        Some(Ok(code)) => Some(code),
        Some(Err(_)) => {
            // Neither taken nor refused in a way that we know: the deadline decides.
            tracing::warn!(error = ?ack.error, "an acknowledgement carries an unknown error");
            return None;
        }
    };
    Some(SessionEvent::Acked {
        message: MessageId::from_wire(ack.id.clone()),
        error,
    })
}

fn logged_out(out: &LoggedOut) -> SessionEvent {
    match out.reason {
        ConnectFailureReason::AccountLocked => SessionEvent::Banned,
        _ => SessionEvent::LoggedOut,
    }
}

fn temporarily_banned(ban: &TemporaryBan) -> SessionEvent {
    let seconds = u64::try_from(ban.expire.num_seconds()).ok();
    SessionEvent::TemporarilyBanned {
        lasts: seconds.map(Duration::from_secs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ack(class: &str, error: Option<&str>) -> Option<SessionEvent> {
        let ack = ServerAck::builder()
            .id("3EB0".to_owned())
            .class(class.to_owned())
            .maybe_error(error.map(str::to_owned))
            .build();
        acked(&ack)
    }

    #[test]
    fn only_acknowledgements_of_messages_count_and_an_unknown_error_decides_nothing() {
        let of = |error| {
            Some(SessionEvent::Acked {
                message: MessageId::from_wire("3EB0"),
                error,
            })
        };
        assert_eq!(ack("message", None), of(None));
        assert_eq!(ack("message", Some("479")), of(Some(479)));
        assert_eq!(ack("message", Some("no number")), None);
        assert_eq!(ack("receipt", None), Some(SessionEvent::Traffic));
    }
}
