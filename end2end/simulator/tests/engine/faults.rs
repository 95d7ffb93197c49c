//! What goes wrong on purpose, and what the engine makes of it.

use std::time::Duration;

use arauto_sim::{Addressing, Fault, FaultOrder, MessageView, Owner, Simulator};
use wa_rs::prelude::Event;

use crate::harness::{DEADLINE, Engine, network, phone};
use crate::messages::{group, journaled, send};

async fn inject(simulator: &Simulator, fault: Fault) {
    simulator
        .control()
        .inject(FaultOrder { pn: None, fault })
        .await
        .unwrap();
}

async fn linked() -> (Simulator, Engine, String) {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    let engine = Engine::linked(&simulator, &pn).await;
    (simulator, engine, pn)
}

async fn until_shown_by(simulator: &Simulator, id: &str, count: usize) -> MessageView {
    let mut changes = simulator.control().events();
    let shown = async {
        loop {
            let message = journaled(simulator, id).await;
            if message.shown_by.len() == count {
                return message;
            }
            changes.recv().await.unwrap();
        }
    };
    tokio::time::timeout(DEADLINE, shown)
        .await
        .expect("not shown to all in time")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_comes_back_by_itself() {
    let (simulator, engine, _) = linked().await;
    inject(&simulator, Fault::Drop).await;
    engine
        .until("loss", |e| {
            matches!(e, Event::Disconnected(_)).then_some(())
        })
        .await;
    engine.until_connected().await;
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nack_reaches_the_sender_and_nobody_else() {
    let (simulator, engine, pn) = linked().await;
    let group = group(&simulator, &pn, Addressing::Lid, 5, false).await;
    inject(
        &simulator,
        Fault::Nack {
            code: 479,
            next: Some(1),
            chat: None,
        },
    )
    .await;
    send(&engine, &group.jid, "3EB0NACK", "não").await;
    assert_eq!(engine.ack_of("3EB0NACK").await.as_deref(), Some("479"));
    let message = journaled(&simulator, "3EB0NACK").await;
    assert_eq!((message.accepted, message.shown_by.len()), (0, 0));
    assert_eq!(message.refused, [479]);

    send(&engine, &group.jid, "3EB0NACK", "agora").await;
    assert_eq!(engine.ack_of("3EB0NACK").await, None);
    // The group's key went down with the refused attempt: the members ask for the message again.
    let message = until_shown_by(&simulator, "3EB0NACK", 4).await;
    assert_eq!(message.accepted, 1);
    assert_eq!(message.failures, Vec::<String>::new());
    send(&engine, &group.jid, "3EB0NEXT", "e agora direto").await;
    assert_eq!(engine.ack_of("3EB0NEXT").await, None);
    assert_eq!(until_shown_by(&simulator, "3EB0NEXT", 4).await.accepted, 1);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announce_only_group_refuses_those_who_are_no_administrators() {
    let (simulator, engine, pn) = linked().await;
    let group = group(&simulator, &pn, Addressing::Lid, 5, true).await;
    send(&engine, &group.jid, "3EB0ANNOUNCE", "aviso").await;
    assert_eq!(engine.ack_of("3EB0ANNOUNCE").await.as_deref(), Some("420"));

    let add = vec![Owner { pn, admin: true }];
    let change = arauto_sim::GroupChange {
        add,
        ..Default::default()
    };
    simulator
        .control()
        .change_group(&group.jid, change)
        .await
        .unwrap();
    send(&engine, &group.jid, "3EB0ADMIN", "aviso").await;
    assert_eq!(engine.ack_of("3EB0ADMIN").await, None);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_ack_leaves_the_message_with_its_recipients() {
    let (simulator, engine, pn) = linked().await;
    let group = group(&simulator, &pn, Addressing::Lid, 5, false).await;
    inject(&simulator, Fault::LoseAcks { next: Some(1) }).await;
    let mut changes = simulator.control().events();
    send(&engine, &group.jid, "3EB0LOST", "chegou").await;
    while !matches!(
        changes.recv().await.unwrap(),
        arauto_sim::NetworkEvent::Message { .. }
    ) {}
    send(&engine, &group.jid, "3EB0LOST", "chegou").await;
    assert_eq!(engine.ack_of("3EB0LOST").await, None);
    let message = journaled(&simulator, "3EB0LOST").await;
    assert_eq!((message.accepted, message.shown_by.len()), (2, 4));
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unlinking_logs_the_engine_out_now_or_at_its_next_login() {
    let (simulator, engine, pn) = linked().await;
    assert_eq!(simulator.control().unlink(&pn, None).await.unwrap(), 1);
    engine
        .until("logout", |e| matches!(e, Event::LoggedOut(_)).then_some(()))
        .await;
    assert!(simulator.control().phones().await[0].devices.is_empty());

    let store = Engine::linked(&simulator, &pn).await.stop().await;
    simulator.control().unlink(&pn, None).await.unwrap();
    let again = Engine::resume(&simulator, store).await;
    again
        .until("logout", |e| matches!(e, Event::LoggedOut(_)).then_some(()))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_connection_of_the_same_device_replaces_the_first() {
    let (simulator, engine, _) = linked().await;
    let second = Engine::resume(&simulator, engine.store.clone()).await;
    engine
        .until("replacement", |e| {
            matches!(e, Event::StreamReplaced(_)).then_some(())
        })
        .await;
    second.until_connected().await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_temporary_ban_is_told_at_login() {
    let (simulator, engine, _) = linked().await;
    let store = engine.stop().await;
    let ban = Fault::RefuseLogins {
        reason: 402,
        code: Some(101),
        expire: Some(3600),
        next: None,
    };
    inject(&simulator, ban).await;
    let engine = Engine::resume(&simulator, store).await;
    let expire = engine
        .until("ban", |event| match event {
            Event::TemporaryBan(ban) => Some(ban.expire),
            _ => None,
        })
        .await;
    assert_eq!(expire.num_seconds(), 3600);
}

/// A half-open connection: the engine's watchdog has to notice, which takes it up to two minutes.
#[tokio::test(flavor = "multi_thread")]
async fn silence_is_noticed_and_survived() {
    let (simulator, engine, pn) = linked().await;
    inject(&simulator, Fault::Silent).await;
    simulator.control().lift_faults(None).await;
    let mut changes = simulator.control().events();
    let noticed = async {
        while simulator.control().phones().await.remove(0).devices[0].logins < 2 {
            changes.recv().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(150), noticed)
        .await
        .expect("no new login in time");
    engine.until_connected().await;
    let group = group(&simulator, &pn, Addressing::Lid, 5, false).await;
    send(&engine, &group.jid, "3EB0AGAIN", "de novo").await;
    assert_eq!(engine.ack_of("3EB0AGAIN").await, None);
    engine.stop().await;
}
