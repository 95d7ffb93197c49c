//! What groups receive, and what WhatsApp tells about it.

use arauto::whatsapp::{Messenger, OutgoingMessage, SendError};
use arauto_app::domain::{DeliveryEvent, FailureReason, Recipient};
use arauto_sim::{Addressing, Fault, FaultOrder, NewGroup, Owner, ReceiptKind, ReceiptOrder};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::house::{House, PATIENCE, PHONE, addresses, group, network, text};
use crate::media::image;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_member_decrypts_the_text_in_both_addressing_modes() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let mut signals = house.signals();
    let id = house.paired(&simulator).await;
    for addressing_mode in [Addressing::Lid, Addressing::Pn] {
        let new = NewGroup {
            subject: "Turma".into(),
            addressing_mode,
            size: 9,
            owners: vec![Owner {
                pn: PHONE.into(),
                admin: false,
            }],
            ..Default::default()
        };
        let group = simulator.control().create_group(new).await.unwrap();
        let group = group.jid.parse().unwrap();
        let message = text(&group, "Reunião às *19h*");
        house.send(id, message.clone()).await;
        let signal = signals.of(&message.id).await;
        assert_eq!(signal.event, DeliveryEvent::Acknowledged);
        assert_eq!(
            (signal.workspace, signal.connection),
            (house.who.workspace_id(), id)
        );

        let seen = simulator
            .control()
            .message(message.id.as_str(), None)
            .await
            .unwrap();
        assert_eq!(seen.chat, group.as_str());
        assert_eq!(seen.text.as_deref(), Some("Reunião às *19h*"));
        assert_eq!(seen.shown_by.len(), 8);
        assert!(seen.failures.is_empty(), "{:?}", seen.failures);
    }
    assert!(house.view(id).await.health.last_ack_at.is_some());
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_image_arrives_unchanged_and_goes_up_once_for_all_groups() {
    let simulator = network().await;
    let groups = [
        group(&simulator, "Um", 4).await,
        group(&simulator, "Dois", 4).await,
    ];
    let house = House::new(addresses(&simulator)).await;
    let mut signals = house.signals();
    let id = house.paired(&simulator).await;
    let bytes: Bytes = (0..40_000_u32).flat_map(u32::to_le_bytes).collect();
    let digest = hex::encode(Sha256::digest(&bytes));
    for (number, group) in groups.iter().enumerate() {
        if number == 1 {
            // Were the file to go up again, it would be refused.
            let fault = Fault::RejectUploads {
                status: 500,
                next: None,
            };
            let order = FaultOrder { pn: None, fault };
            simulator.control().inject(order).await.unwrap();
        }
        let message = OutgoingMessage {
            media: Some(image(&bytes)),
            ..text(group, "Cartaz")
        };
        house.send(id, message.clone()).await;
        signals.of(&message.id).await;
        let seen = simulator
            .control()
            .message(message.id.as_str(), None)
            .await
            .unwrap();
        assert_eq!(seen.text.as_deref(), Some("Cartaz"));
        assert_eq!(seen.shown_by.len(), 3);
        assert!(seen.failures.is_empty(), "{:?}", seen.failures);
        let (received, mime) = simulator
            .control()
            .media(message.id.as_str(), None)
            .await
            .unwrap();
        assert_eq!(hex::encode(Sha256::digest(&received)), digest);
        assert_eq!(mime.as_deref(), Some("image/png"));
    }
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_and_receipts_are_told_by_message() {
    let simulator = network().await;
    let group = group(&simulator, "Turma", 6).await;
    let house = House::new(addresses(&simulator)).await;
    let mut signals = house.signals();
    let id = house.paired(&simulator).await;

    let fault = Fault::Nack {
        code: 479,
        next: Some(1),
        chat: None,
    };
    let order = FaultOrder { pn: None, fault };
    simulator.control().inject(order).await.unwrap();
    let refused = text(&group, "recusada");
    house.send(id, refused.clone()).await;
    let event = signals.of(&refused.id).await.event;
    assert_eq!(event, DeliveryEvent::Refused(FailureReason::InvalidMessage));

    let taken = text(&group, "aceita");
    house.send(id, taken.clone()).await;
    let mut events = vec![signals.of(&taken.id).await.event];
    for kind in [ReceiptKind::Delivered, ReceiptKind::Read] {
        let order = ReceiptOrder {
            id: taken.id.as_str().into(),
            chat: None,
            kind,
            members: arauto_sim::ReceiptTargets::First(1),
        };
        simulator.control().give_receipts(order).await.unwrap();
        events.push(signals.of(&taken.id).await.event);
    }
    assert_eq!(
        events,
        [
            DeliveryEvent::Acknowledged,
            DeliveryEvent::Received,
            DeliveryEvent::Read,
        ]
    );
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_id_sent_again_is_shown_once() {
    let simulator = network().await;
    let group = group(&simulator, "Turma", 5).await;
    let house = House::new(addresses(&simulator)).await;
    let mut signals = house.signals();
    let id = house.paired(&simulator).await;
    let fault = Fault::LoseAcks { next: Some(1) };
    let order = FaultOrder { pn: None, fault };
    simulator.control().inject(order).await.unwrap();

    let message = text(&group, "uma vez só");
    let mut events = simulator.control().events();
    house.send(id, message.clone()).await;
    // Its acknowledgement is the one that is lost; a connection that closes first would lose the
    // message itself.
    let accepted = async {
        let control = simulator.control();
        while control.message(message.id.as_str(), None).await.is_none() {
            // Lagging behind is a reason to look again, like an event.
            let _ = events.recv().await;
        }
    };
    let accepted = tokio::time::timeout(PATIENCE, accepted).await;
    accepted.expect("the message does not arrive");
    house.hub.reconnect(id).await;
    house
        .until("it is online again", async |house: &House| {
            let view = house.view(id).await;
            (view.health.reconnections == 1 && view.connection.state.can_send()).then_some(())
        })
        .await;
    house.send(id, message.clone()).await;
    assert_eq!(
        signals.of(&message.id).await.event,
        DeliveryEvent::Acknowledged
    );
    let seen = simulator
        .control()
        .message(message.id.as_str(), None)
        .await
        .unwrap();
    assert_eq!(seen.accepted, 2);
    assert_eq!(seen.shown_by.len(), 4);
    assert!(seen.failures.is_empty(), "{:?}", seen.failures);
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_sent_says_whether_trying_again_helps() {
    let simulator = network().await;
    let group = group(&simulator, "Turma", 3).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    let bytes = Bytes::from_static(b"some image");
    let with_image = OutgoingMessage {
        media: Some(image(&bytes)),
        ..text(&group, "")
    };
    for (status, expected) in [
        (413, SendError::Final(FailureReason::MediaRefused)),
        (500, SendError::Retry),
    ] {
        let fault = Fault::RejectUploads { status, next: None };
        let order = FaultOrder { pn: None, fault };
        simulator.control().inject(order).await.unwrap();
        let refused = house.hub.send(id, with_image.clone()).await;
        assert_eq!(refused, Err(expected), "{status}");
        simulator.control().lift_faults(None).await;
    }
    house.hub.send(id, with_image).await.unwrap();

    let unknown = "120363999999999999@g.us".parse().unwrap();
    let refused = house.hub.send(id, text(&unknown, "olá")).await;
    assert_eq!(refused, Err(SendError::Final(FailureReason::NotInGroup)));

    house.hub.shutdown().await;
    let refused = house.hub.send(id, text(&group, "olá")).await;
    assert_eq!(refused, Err(SendError::Offline));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_to_oneself_arrives_on_our_own_phone() {
    let simulator = network().await;
    let group = group(&simulator, "Turma", 3).await;
    let house = House::new(addresses(&simulator)).await;
    let mut signals = house.signals();
    let id = house.paired(&simulator).await;
    let message = OutgoingMessage {
        to: Recipient::Oneself,
        ..text(&group, "Só para mim")
    };
    house.send(id, message.clone()).await;
    let mut told = Vec::new();
    // The own phone may be faster than the server's word.
    let expected = [DeliveryEvent::Acknowledged, DeliveryEvent::Received];
    while !expected.iter().all(|event| told.contains(event)) {
        told.push(signals.of(&message.id).await.event);
    }

    let seen = simulator.control().message(message.id.as_str(), None).await;
    let seen = seen.unwrap();
    assert_eq!(seen.chat, format!("{PHONE}@s.whatsapp.net"));
    assert_eq!(seen.text.as_deref(), Some("Só para mim"));
    assert_eq!((seen.accepted, seen.shown_by.len()), (1, 1));
    assert!(seen.failures.is_empty(), "{:?}", seen.failures);

    // Sent once more with its id, as after a crash, it is the same message.
    let again = OutgoingMessage {
        again: true,
        ..message.clone()
    };
    house.send(id, again).await;
    signals.of(&message.id).await;
    let seen = simulator.control().message(message.id.as_str(), None).await;
    assert_eq!(seen.unwrap().shown_by.len(), 1);
    house.hub.shutdown().await;
}
