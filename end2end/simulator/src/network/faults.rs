//! Faults: what goes wrong on purpose, for one account or for all.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wacore_binary::Node;

use super::links::Link;

/// One thing that goes wrong. Fields called `next` say how often; absent means until lifted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// Connections stay up, but nothing passes in either direction. What exists turns half-open
    /// for good (what was lost on it is lost); new connections meet the same until this is lifted.
    Silent,
    /// Connections that exist are cut at once. Happens when ordered; nothing remains.
    Drop,
    /// New connections are refused; connections that exist stay.
    Refuse,
    /// Messages are accepted and not acknowledged.
    LoseAcks {
        /// How many.
        next: Option<u32>,
    },
    /// Acknowledgements come late; when several are under way their order is not kept.
    DelayAcks {
        /// Milliseconds.
        delay_ms: u64,
    },
    /// Acknowledgements come twice.
    DuplicateAcks {
        /// How many.
        next: Option<u32>,
    },
    /// Messages are refused with a code and reach nobody.
    Nack {
        /// The code, for instance 479.
        code: u16,
        /// How many.
        next: Option<u32>,
        /// Only messages to this chat's JID.
        chat: Option<String>,
    },
    /// The media host answers uploads with an HTTP status.
    RejectUploads {
        /// The status, for instance 413.
        status: u16,
        /// How many.
        next: Option<u32>,
    },
    /// The media host takes its time before it answers an upload.
    SlowUploads {
        /// Milliseconds.
        delay_ms: u64,
    },
    /// The media host answers downloads with an HTTP status.
    RejectDownloads {
        /// The status, for instance 404.
        status: u16,
        /// How many.
        next: Option<u32>,
    },
    /// Logins fail (S18): 401 logged out, 402 temporary ban, 403 locked, 405 outdated, 503 later.
    RefuseLogins {
        /// The reason.
        reason: u16,
        /// The detail that goes with reason 402.
        code: Option<u16>,
        /// Seconds until a temporary ban ends.
        expire: Option<u64>,
        /// How many.
        next: Option<u32>,
    },
    /// The phone spoils a pairing: what it signs after a scan is not genuine, so the client refuses
    /// it; the keys that a client sends after a code was typed are refused.
    RefusePairing {
        /// How many.
        next: Option<u32>,
    },
    /// A pairing is answered with a demand for the account's passkey, and does not go on.
    DemandPasskey {
        /// How many.
        next: Option<u32>,
    },
    /// Connections get a stream error and are closed. Happens when ordered; nothing remains.
    StreamError {
        /// The code, for instance 515 or 503.
        code: Option<u16>,
        /// The type of a `<conflict>` inside, for instance `replaced`.
        conflict: Option<String>,
    },
    /// Queries are refused, for instance with 429 `rate-overlimit`.
    RefuseQueries {
        /// The code.
        code: u16,
        /// The text that goes with it.
        text: String,
        /// Only queries of this namespace, for instance `w:g2`.
        xmlns: Option<String>,
        /// How many.
        next: Option<u32>,
    },
    /// Queries are answered as of the time when they were asked, and the answers are sent when this
    /// is lifted.
    HoldAnswers {
        /// Only to queries of this namespace, for instance `w:g2`.
        xmlns: Option<String>,
    },
}

impl Fault {
    fn remaining(&mut self) -> Option<&mut u32> {
        match self {
            Self::LoseAcks { next }
            | Self::DuplicateAcks { next }
            | Self::Nack { next, .. }
            | Self::RejectUploads { next, .. }
            | Self::RejectDownloads { next, .. }
            | Self::RefuseLogins { next, .. }
            | Self::RefusePairing { next }
            | Self::DemandPasskey { next }
            | Self::RefuseQueries { next, .. } => next.as_mut(),
            _ => None,
        }
    }
}

/// A fault and whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultOrder {
    /// The account's phone number; absent: all accounts.
    #[serde(default)]
    pub pn: Option<String>,
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
}

/// A fault in force.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ActiveFault {
    #[serde(flatten)]
    pub(crate) order: FaultOrder,
}

/// What becomes of an acknowledgement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AckFate {
    pub(crate) copies: u8,
    pub(crate) delay: Duration,
}

/// An error code and the words that go with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: u16,
    pub(crate) text: String,
}

/// How a login is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LoginRefusal {
    pub(crate) reason: u16,
    pub(crate) code: Option<u16>,
    pub(crate) expire: Option<u64>,
}

/// The faults in force. They are not kept over a restart of the simulator.
#[derive(Default)]
pub(crate) struct Faults {
    active: Vec<ActiveFault>,
    /// Answers that wait for the end of [`Fault::HoldAnswers`].
    held: Vec<(Arc<Link>, Node)>,
}

impl Faults {
    pub(crate) fn add(&mut self, order: FaultOrder) {
        self.active.push(ActiveFault { order });
    }

    /// Lifts the faults of one account, or all faults, and lets go of the answers that were held.
    pub(crate) fn lift(&mut self, pn: Option<&str>) {
        self.active
            .retain(|active| pn.is_some() && active.order.pn.as_deref() != pn);
        for (link, answer) in self.held.drain(..) {
            link.send(answer);
        }
    }

    /// Whether the answer to a query is to be held.
    pub(crate) fn holds(&mut self, pn: &str, namespace: &str) -> bool {
        self.take(Some(pn), |fault| match fault {
            Fault::HoldAnswers { xmlns } => xmlns
                .as_deref()
                .is_none_or(|xmlns| xmlns == namespace)
                .then_some(()),
            _ => None,
        })
        .is_some()
    }

    /// Holds an answer.
    pub(crate) fn hold(&mut self, link: Arc<Link>, answer: Node) {
        self.held.push((link, answer));
    }

    /// How many answers are held.
    pub(crate) fn held(&self) -> usize {
        self.held.len()
    }

    pub(crate) fn list(&self) -> &[ActiveFault] {
        &self.active
    }

    /// The first fault that concerns the account and for which `pick` has an answer. It is used
    /// up by one, and lifted when none remain.
    fn take<T>(&mut self, pn: Option<&str>, pick: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        for index in 0..self.active.len() {
            let order = &mut self.active[index].order;
            if order.pn.is_some() && order.pn.as_deref() != pn {
                continue;
            }
            let Some(answer) = pick(&order.fault) else {
                continue;
            };
            if let Some(remaining) = order.fault.remaining() {
                *remaining = remaining.saturating_sub(1);
                if *remaining == 0 {
                    self.active.remove(index);
                }
            }
            return Some(answer);
        }
        None
    }

    pub(crate) fn silences(&mut self, pn: Option<&str>) -> bool {
        self.take(pn, |fault| matches!(fault, Fault::Silent).then_some(()))
            .is_some()
    }

    pub(crate) fn refuses_connection(&mut self, pn: Option<&str>) -> bool {
        self.take(pn, |fault| matches!(fault, Fault::Refuse).then_some(()))
            .is_some()
    }

    pub(crate) fn login_refusal(&mut self, pn: &str) -> Option<LoginRefusal> {
        self.take(Some(pn), |fault| match *fault {
            Fault::RefuseLogins {
                reason,
                code,
                expire,
                ..
            } => Some(LoginRefusal {
                reason,
                code,
                expire,
            }),
            _ => None,
        })
    }

    pub(crate) fn refuses_pairing(&mut self, pn: &str) -> bool {
        self.take(Some(pn), |fault| {
            matches!(fault, Fault::RefusePairing { .. }).then_some(())
        })
        .is_some()
    }

    pub(crate) fn demands_passkey(&mut self, pn: &str) -> bool {
        self.take(Some(pn), |fault| {
            matches!(fault, Fault::DemandPasskey { .. }).then_some(())
        })
        .is_some()
    }

    pub(crate) fn nack(&mut self, pn: &str, to: &str) -> Option<u16> {
        self.take(Some(pn), |fault| match fault {
            Fault::Nack { code, chat, .. } if chat.as_deref().is_none_or(|chat| chat == to) => {
                Some(*code)
            }
            _ => None,
        })
    }

    pub(crate) fn ack_fate(&mut self, pn: &str) -> AckFate {
        let delay = self.take(Some(pn), |fault| match fault {
            Fault::DelayAcks { delay_ms } => Some(Duration::from_millis(*delay_ms)),
            _ => None,
        });
        let lost = self.take(Some(pn), |fault| {
            matches!(fault, Fault::LoseAcks { .. }).then_some(())
        });
        let doubled = self.take(Some(pn), |fault| {
            matches!(fault, Fault::DuplicateAcks { .. }).then_some(())
        });
        let copies = match (lost, doubled) {
            (Some(()), _) => 0,
            (None, Some(())) => 2,
            (None, None) => 1,
        };
        AckFate {
            copies,
            delay: delay.unwrap_or_default(),
        }
    }

    pub(crate) fn query_refusal(&mut self, pn: &str, namespace: &str) -> Option<Refusal> {
        self.take(Some(pn), |fault| match fault {
            Fault::RefuseQueries {
                code, text, xmlns, ..
            } if xmlns.as_deref().is_none_or(|xmlns| xmlns == namespace) => Some(Refusal {
                code: *code,
                text: text.clone(),
            }),
            _ => None,
        })
    }

    pub(crate) fn upload_delay(&mut self, pn: Option<&str>) -> Duration {
        let delay = self.take(pn, |fault| match fault {
            Fault::SlowUploads { delay_ms } => Some(Duration::from_millis(*delay_ms)),
            _ => None,
        });
        delay.unwrap_or_default()
    }

    pub(crate) fn upload_rejection(&mut self, pn: Option<&str>) -> Option<u16> {
        self.take(pn, |fault| match fault {
            Fault::RejectUploads { status, .. } => Some(*status),
            _ => None,
        })
    }

    pub(crate) fn download_rejection(&mut self) -> Option<u16> {
        self.take(None, |fault| match fault {
            Fault::RejectDownloads { status, .. } => Some(*status),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests;
