//! What devices leave behind with receipts and messages: members' devices tell how far our messages
//! came, and our own phone that it is there.

use arauto_app::domain::{MessageId, Timestamp};
use wacore::types::events::Receipt;
use wacore::types::message::MessageInfo;
use wacore::types::presence::ReceiptType;

use super::own::Own;
use crate::whatsapp::session::SessionEvent;

/// The device number of an account's phone; linked devices count from 1.
const PHONE: u16 = 0;

/// What a receipt tells. A device of our own number gives one too (`type="sender"`, or another about
/// what was written on it), and the library leaves it to us to find that out.
pub(super) fn received(receipt: &Receipt, own: &Own) -> SessionEvent {
    if own.is(&receipt.source.sender) {
        return if receipt.source.sender.device == PHONE {
            SessionEvent::PhoneSeen {
                at: Timestamp::from_millis(receipt.timestamp.timestamp_millis()),
                took: taken_from_oneself(receipt, own),
            }
        } else {
            SessionEvent::Traffic
        };
    }
    let read = match receipt.r#type {
        ReceiptType::Delivered => false,
        ReceiptType::Read | ReceiptType::Played => true,
        // Asking for a repetition, or about something else.
        _ => return SessionEvent::Traffic,
    };
    let messages = receipt.message_ids.iter();
    SessionEvent::Receipt {
        messages: messages
            .map(|id| MessageId::from_wire(id.clone()))
            .collect(),
        read,
        member: receipt.source.sender.to_non_ad_string(),
    }
}

/// What our own phone received in the chat with ourselves: there it is a member like any other.
fn taken_from_oneself(receipt: &Receipt, own: &Own) -> Vec<MessageId> {
    let has_them = matches!(receipt.r#type, ReceiptType::Sender | ReceiptType::Delivered);
    if !has_them || !own.is(&receipt.source.chat) {
        return Vec::new();
    }
    let messages = receipt.message_ids.iter().cloned();
    messages.map(MessageId::from_wire).collect()
}

/// What messages that came in tell: whether one of them was written on our own phone.
pub(super) fn written<'a>(messages: impl IntoIterator<Item = &'a MessageInfo>) -> SessionEvent {
    let ours = messages
        .into_iter()
        .filter(|info| info.source.is_from_me && info.source.sender.device == PHONE);
    let latest = ours.map(|info| info.timestamp.timestamp_millis()).max();
    latest.map_or(SessionEvent::Traffic, |at| SessionEvent::PhoneSeen {
        at: Timestamp::from_millis(at),
        took: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use wacore::types::message::MessageSource;

    use super::*;

    fn receipt(sender: &str, kind: ReceiptType) -> SessionEvent {
        receipt_in("120363@g.us", sender, kind)
    }

    fn receipt_in(chat: &str, sender: &str, kind: ReceiptType) -> SessionEvent {
        let own = Own {
            phone: Some("5511:7@s.whatsapp.net".parse().unwrap()),
            lid: Some("77:7@lid".parse().unwrap()),
        };
        let source = MessageSource {
            chat: chat.parse().unwrap(),
            sender: sender.parse().unwrap(),
            ..Default::default()
        };
        let receipt = Receipt::builder()
            .source(source)
            .message_ids(vec!["A".into(), "B".into()])
            .timestamp(wacore::time::from_secs(1_795_359_600).unwrap())
            .r#type(kind)
            .offline(false)
            .build();
        received(&receipt, &own)
    }

    #[test]
    fn receipts_of_members_name_all_their_messages() {
        let messages = vec![MessageId::from_wire("A"), MessageId::from_wire("B")];
        let of = |read| SessionEvent::Receipt {
            member: "9@lid".into(),
            messages: messages.clone(),
            read,
        };
        assert_eq!(receipt("9@lid", ReceiptType::Delivered), of(false));
        assert_eq!(receipt("9:3@lid", ReceiptType::Read), of(true));
        assert_eq!(receipt("9@lid", ReceiptType::Played), of(true));
        for kind in [ReceiptType::Retry, ReceiptType::ReadSelf] {
            assert_eq!(receipt("9@lid", kind), SessionEvent::Traffic);
        }
    }

    #[test]
    fn our_own_phone_is_seen_and_our_other_devices_do_not_count() {
        let seen = SessionEvent::PhoneSeen {
            at: Timestamp::from_seconds(1_795_359_600),
            took: Vec::new(),
        };
        for own in ["77@lid", "5511@s.whatsapp.net"] {
            for kind in [
                ReceiptType::Sender,
                ReceiptType::Delivered,
                ReceiptType::ReadSelf,
            ] {
                assert_eq!(receipt(own, kind), seen);
            }
        }
        for kind in [ReceiptType::Sender, ReceiptType::Read] {
            assert_eq!(receipt("77:3@lid", kind), SessionEvent::Traffic);
        }
    }

    #[test]
    fn what_our_phone_took_counts_in_the_chat_with_ourselves_only() {
        let took = |chat, kind| match receipt_in(chat, "5511@s.whatsapp.net", kind) {
            SessionEvent::PhoneSeen { took, .. } => took.len(),
            other => panic!("{other:?}"),
        };
        for own in ["5511@s.whatsapp.net", "77@lid"] {
            assert_eq!(took(own, ReceiptType::Sender), 2);
            assert_eq!(took(own, ReceiptType::Retry), 0);
        }
        assert_eq!(took("120363@g.us", ReceiptType::Sender), 0);
        assert_eq!(took("5512@s.whatsapp.net", ReceiptType::Sender), 0);
    }

    #[test]
    fn what_was_written_on_our_phone_is_a_trace_of_it() {
        let message = |sender: &str, is_from_me, at| MessageInfo {
            source: MessageSource {
                sender: sender.parse().unwrap(),
                is_from_me,
                ..Default::default()
            },
            timestamp: wacore::time::from_secs(at).unwrap(),
            ..Default::default()
        };
        let others = [message("9@lid", false, 5), message("77:3@lid", true, 6)];
        assert_eq!(written(&others), SessionEvent::Traffic);
        let ours = [
            message("77@lid", true, 3),
            message("77@lid", true, 2),
            message("9@lid", false, 9),
        ];
        let seen = SessionEvent::PhoneSeen {
            at: Timestamp::from_seconds(3),
            took: Vec::new(),
        };
        assert_eq!(written(&ours), seen);
    }
}
