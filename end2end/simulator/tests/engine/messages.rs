//! Groups and messages as their recipients see them.

use std::collections::BTreeSet;

use arauto_sim::{
    Addressing, GroupView, MessageView, NetworkEvent, NewGroup, Owner, ReceiptKind, ReceiptOrder,
    ReceiptTargets, Simulator,
};
use wa_rs::Jid;
use wa_rs::prelude::{Event, MessageBuilderExt as _, SendOptions, wa};

use crate::harness::{DEADLINE, Engine, network, phone};

/// A group in which the phone is.
pub async fn group(
    simulator: &Simulator,
    pn: &str,
    mode: Addressing,
    size: usize,
    announce: bool,
) -> GroupView {
    let owners = vec![Owner {
        pn: pn.to_owned(),
        admin: false,
    }];
    let subject = format!("Grupo de {size}");
    let new = NewGroup {
        subject,
        addressing_mode: mode,
        size,
        announce,
        owners,
        ..Default::default()
    };
    simulator.control().create_group(new).await.unwrap()
}

pub async fn send(engine: &Engine, to: &str, id: &str, text: &str) {
    let to: Jid = to.parse().unwrap();
    let options = SendOptions::default().with_message_id(id);
    let message = wa::Message::text(text);
    engine
        .client()
        .send_message_with_options(to, message, options)
        .await
        .unwrap();
}

pub async fn journaled(simulator: &Simulator, id: &str) -> MessageView {
    simulator
        .control()
        .message(id, None)
        .await
        .expect("the message is in the journal")
}

/// Everyone in the group except the phone shows it.
fn assert_shown_by_all(message: &MessageView, group: &GroupView, pn: &str) {
    assert_eq!(message.failures, Vec::<String>::new());
    let members = group
        .members
        .as_ref()
        .unwrap()
        .iter()
        .map(|member| member.pn.clone());
    let others: BTreeSet<String> = members.filter(|member| member != pn).collect();
    assert_eq!(
        message.shown_by.iter().cloned().collect::<BTreeSet<_>>(),
        others
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_member_decrypts_in_both_addressing_modes() {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    let engine = Engine::linked(&simulator, &pn).await;
    for mode in [Addressing::Lid, Addressing::Pn] {
        let group = group(&simulator, &pn, mode, 25, false).await;
        for round in 1..=3 {
            let id = format!("3EB0{mode:?}{round}");
            let text = format!("mensagem {round}");
            send(&engine, &group.jid, &id, &text).await;
            assert_eq!(engine.ack_of(&id).await, None);
            let message = journaled(&simulator, &id).await;
            assert_eq!(message.text, Some(text));
            assert_eq!(message.kind.as_deref(), Some("text"));
            assert_eq!(message.accepted, 1);
            assert_shown_by_all(&message, &group, &pn);
        }
    }
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_lists_its_groups() {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    let engine = Engine::linked(&simulator, &pn).await;
    let first = group(&simulator, &pn, Addressing::Lid, 12, true).await;
    let second = group(&simulator, &pn, Addressing::Pn, 5, false).await;
    let groups = engine.client().groups().get_participating().await.unwrap();
    assert_eq!(groups.len(), 2);
    for expected in [first, second] {
        let jid: Jid = expected.jid.parse().unwrap();
        let found = &groups[&jid];
        assert_eq!(found.subject, expected.subject);
        assert_eq!(found.participants.len(), expected.size);
        assert_eq!(found.is_announcement, expected.announce);
    }
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_id_is_accepted_again_and_shown_once() {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    let engine = Engine::linked(&simulator, &pn).await;
    let group = group(&simulator, &pn, Addressing::Lid, 6, false).await;
    for _ in 0..2 {
        send(&engine, &group.jid, "3EB0REPEATED", "uma vez").await;
        assert_eq!(engine.ack_of("3EB0REPEATED").await, None);
    }
    let messages = simulator.control().messages(Some(&group.jid), 0).await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].accepted, 2);
    assert_shown_by_all(&messages[0], &group, &pn);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_receives_and_gives_receipts() {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    let engine = Engine::linked(&simulator, &pn).await;
    send(&engine, "5500900000012@s.whatsapp.net", "3EB0DIRECT", "olá").await;
    assert_eq!(engine.ack_of("3EB0DIRECT").await, None);
    let message = journaled(&simulator, "3EB0DIRECT").await;
    assert_eq!(message.text.as_deref(), Some("olá"));
    assert_eq!(message.shown_by, ["5500900000012"]);
    assert_eq!(message.failures, Vec::<String>::new());

    let order = ReceiptOrder {
        id: "3EB0DIRECT".into(),
        chat: None,
        kind: ReceiptKind::Read,
        members: ReceiptTargets::All,
    };
    assert_eq!(
        simulator
            .control()
            .give_receipts(order.clone())
            .await
            .unwrap(),
        1
    );
    assert_eq!(simulator.control().give_receipts(order).await.unwrap(), 0);
    engine
        .until("receipt", |event| match event {
            Event::Receipt(receipt) => receipt
                .message_ids
                .iter()
                .any(|id| id == "3EB0DIRECT")
                .then_some(()),
            _ => None,
        })
        .await;
    assert_eq!(journaled(&simulator, "3EB0DIRECT").await.read, 1);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_a_group_give_receipts_one_by_one() {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    let engine = Engine::linked(&simulator, &pn).await;
    let group = group(&simulator, &pn, Addressing::Lid, 10, false).await;
    send(&engine, &group.jid, "3EB0RECEIPTS", "olá").await;
    assert_eq!(engine.ack_of("3EB0RECEIPTS").await, None);
    let mut changes = simulator.control().events();
    let order = ReceiptOrder {
        id: "3EB0RECEIPTS".into(),
        chat: Some(group.jid.clone()),
        kind: ReceiptKind::Delivered,
        members: ReceiptTargets::First(4),
    };
    assert_eq!(simulator.control().give_receipts(order).await.unwrap(), 4);
    let change = tokio::time::timeout(DEADLINE, changes.recv())
        .await
        .unwrap()
        .unwrap();
    assert!(matches!(change, NetworkEvent::Receipts { .. }));
    assert_eq!(journaled(&simulator, "3EB0RECEIPTS").await.delivered, 4);
    let mut members = BTreeSet::new();
    while members.len() < 4 {
        let sender = engine
            .until("receipt", |event| match event {
                Event::Receipt(receipt) => Some(receipt.source.sender.clone()),
                _ => None,
            })
            .await;
        members.insert(sender.to_string());
    }
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_linked_device_receives_what_a_member_sends() {
    let simulator = network().await;
    let (sender, member) = (phone(&simulator).await, phone(&simulator).await);
    let new = NewGroup {
        subject: "Dois celulares".into(),
        size: 5,
        owners: [&sender, &member]
            .map(|pn| Owner {
                pn: pn.clone(),
                admin: true,
            })
            .to_vec(),
        ..Default::default()
    };
    let group = simulator.control().create_group(new).await.unwrap();
    let sending = Engine::linked(&simulator, &sender).await;
    let receiving = Engine::linked(&simulator, &member).await;
    send(&sending, &group.jid, "3EB0FANOUT", "para todos").await;
    let text = receiving
        .until("message", |event| match event {
            Event::Messages(batch) => batch.messages.iter().find_map(|inbound| {
                use wa_rs::prelude::MessageExt as _;
                inbound.message.text_content().map(str::to_owned)
            }),
            _ => None,
        })
        .await;
    assert_eq!(text, "para todos");
    sending.stop().await;
    receiving.stop().await;
}
