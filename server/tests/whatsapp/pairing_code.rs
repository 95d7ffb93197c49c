//! Linking a phone by a code that is typed into it.

use arauto_app::api::{ApiError, Connections};
use arauto_app::domain::{
    ConnectionCause, ConnectionId, ConnectionState, PairingStep, PairingWay, PhoneProblem,
};
use arauto_sim::{ControlError, Fault, PairedDevice, ScanRefusal, Simulator, TypedCode};

use crate::house::{House, PHONE, addresses, network, now};
use crate::phones::{inject, nobody_waits, scan, try_scan};

/// The phone's number as its owner would type it.
const TYPED: &str = "+55 (00) 8111-11111";

/// Makes a connection and asks for a code.
async fn ask_for_code(house: &House) -> ConnectionId {
    let id = house.connections.create(&house.who, "Loja").await.unwrap();
    ask_again(house, id).await;
    id
}

async fn ask_again(house: &House, id: ConnectionId) {
    let asked = house.connections.pair_by_code(&house.who, id, TYPED);
    asked.await.unwrap();
}

/// Waits for a code other than `before`.
async fn until_code(house: &House, id: ConnectionId, before: &str) -> String {
    house
        .until("a code is shown", async |house: &House| {
            let view = house.view(id).await;
            let (code, _) = view.code()?;
            (code != before).then(|| code.to_owned())
        })
        .await
}

async fn type_code(simulator: &Simulator, code: &str) -> Result<PairedDevice, ControlError> {
    let typed = TypedCode {
        code: code.into(),
        pn: PHONE.into(),
    };
    simulator.control().type_code(typed).await
}

fn refusal(outcome: Result<PairedDevice, ControlError>) -> ScanRefusal {
    match outcome {
        Err(ControlError::Scan(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_typed_into_the_phone_links_it_even_after_a_wrong_one() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let id = ask_for_code(&house).await;
    let code = until_code(&house, id, "").await;
    assert_eq!(code.len(), 8);
    let view = house.view(id).await;
    assert_eq!(view.code_for.as_deref(), Some(PHONE));
    let (_, expires_at) = view.code().unwrap();
    let left = expires_at.since(now()).as_secs();
    assert!((100..=180).contains(&left), "{left}");
    assert_eq!(
        view.qr_svg, None,
        "the QR codes that come anyway are not shown"
    );

    // What is kept of it is worth nothing to whoever reads the database.
    let workspace = house.who.workspace_id();
    let row = house.store.connections.get(workspace, id).await.unwrap();
    let opening = PairingStep::Opening {
        way: PairingWay::Code,
    };
    let kept = row.unwrap().state;
    assert_eq!(kept, ConnectionState::Pairing { step: opening });

    let wrong = type_code(&simulator, "AAAA1111").await;
    assert_eq!(refusal(wrong), ScanRefusal::WrongCode);
    assert_eq!(
        until_code(&house, id, "").await,
        code,
        "it can be typed again"
    );
    type_code(&simulator, &code).await.unwrap();
    let view = house.until_online(id).await;
    assert_eq!(view.connection.phone.as_deref(), Some(PHONE));
    assert!(view.connection.is_linked());
    assert_eq!(view.code_for, None);
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_ended_says_so_and_another_one_can_be_asked_for() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let id = ask_for_code(&house).await;
    let first = until_code(&house, id, "").await;
    simulator.control().withdraw_code(PHONE).await.unwrap();
    let cause = house.until_given_up(id).await;
    assert_eq!(cause, Some(ConnectionCause::CodeExpired));
    assert_eq!(house.view(id).await.code_for.as_deref(), Some(PHONE));

    ask_again(&house, id).await;
    let second = until_code(&house, id, &first).await;
    // While one is shown another one can be asked for: the first is worth nothing from then on.
    ask_again(&house, id).await;
    let third = until_code(&house, id, &second).await;
    let wrong = type_code(&simulator, &second).await;
    assert_eq!(refusal(wrong), ScanRefusal::WrongCode);
    type_code(&simulator, &third).await.unwrap();
    house.until_online(id).await;
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_can_be_given_up_and_changed_for_a_qr_code() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let id = ask_for_code(&house).await;
    let code = until_code(&house, id, "").await;
    let connections = &house.connections;
    connections.cancel_pairing(&house.who, id).await.unwrap();
    assert_eq!(house.until_given_up(id).await, None);
    nobody_waits(&simulator).await;
    let late = type_code(&simulator, &code).await;
    assert_eq!(refusal(late), ScanRefusal::UnknownCode);

    ask_again(&house, id).await;
    until_code(&house, id, &code).await;
    connections.pair(&house.who, id).await.unwrap();
    scan(&simulator, house.until_qr(id).await).await;
    house.until_online(id).await;
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_while_a_code_is_shown_gives_it_up_and_leaves_no_keys() {
    let simulator = network().await;
    let mut house = House::new(addresses(&simulator)).await;
    let id = ask_for_code(&house).await;
    for orderly in [true, false] {
        let code = until_code(&house, id, "").await;
        house = if orderly {
            house.after_restart().await
        } else {
            house.after_crash().await
        };
        assert_eq!(house.until_given_up(id).await, None);
        house
            .until("the keys are erased", async |house: &House| {
                let device = house.store.session_keys.get(id, "device", &[]).await;
                device.unwrap().is_none().then_some(())
            })
            .await;
        nobody_waits(&simulator).await;
        let late = type_code(&simulator, &code).await;
        assert_eq!(refusal(late), ScanRefusal::UnknownCode);
        ask_again(&house, id).await;
    }
    let code = until_code(&house, id, "").await;
    type_code(&simulator, &code).await.unwrap();
    house.until_online(id).await;
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_whatsapp_and_the_phone_refuse_is_told_and_can_be_tried_again() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let refuse = |code, text: &str| Fault::RefuseQueries {
        code,
        text: text.into(),
        xmlns: Some("md".into()),
        next: Some(1),
    };
    inject(&simulator, refuse(429, "rate-overlimit")).await;
    let id = ask_for_code(&house).await;
    let cause = house.until_given_up(id).await;
    assert_eq!(cause, Some(ConnectionCause::CodesThrottled));

    inject(&simulator, refuse(452, "feature-not-available")).await;
    ask_again(&house, id).await;
    let cause = house.until_given_up(id).await;
    assert_eq!(cause, Some(ConnectionCause::CodesUnavailable));

    ask_again(&house, id).await;
    let code = until_code(&house, id, "").await;
    inject(&simulator, Fault::RefusePairing { next: Some(1) }).await;
    let refused = type_code(&simulator, &code).await;
    assert_eq!(refusal(refused), ScanRefusal::Refused);
    let cause = house.until_given_up(id).await;
    assert_eq!(cause, Some(ConnectionCause::CodeRefused));

    // A spoilt answer to a scan.
    house.connections.pair(&house.who, id).await.unwrap();
    let qr = house.until_qr(id).await;
    inject(&simulator, Fault::RefusePairing { next: Some(1) }).await;
    let spoilt = try_scan(&simulator, PHONE, qr).await;
    assert!(matches!(refusal(spoilt), ScanRefusal::Client(_)));
    let cause = house.until_given_up(id).await;
    assert_eq!(cause, Some(ConnectionCause::PairingRefused));

    ask_again(&house, id).await;
    let code = until_code(&house, id, "").await;
    type_code(&simulator, &code).await.unwrap();
    house.until_online(id).await;
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demanded_passkey_is_told_and_the_phone_may_go_on_without_it() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let id = ask_for_code(&house).await;
    let code = until_code(&house, id, "").await;
    inject(&simulator, Fault::DemandPasskey { next: Some(1) }).await;
    let demanded = type_code(&simulator, &code).await;
    assert_eq!(refusal(demanded), ScanRefusal::Passkey);
    house
        .until_state(id, "the passkey is explained", |state| {
            let way = PairingWay::Code;
            let step = PairingStep::PasskeyRequired { way };
            *state == ConnectionState::Pairing { step }
        })
        .await;
    type_code(&simulator, &code).await.unwrap();
    house.until_online(id).await;
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_cannot_be_one_is_refused_before_anything_is_asked() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.connections.create(&house.who, "Loja").await.unwrap();
    let cases = [
        ("", PhoneProblem::Missing),
        ("95550-0142", PhoneProblem::AreaCodeMissing),
        ("(00) 95550-0142", PhoneProblem::AreaCodeUnknown),
        ("loja", PhoneProblem::Characters),
    ];
    for (typed, problem) in cases {
        let refused = house.connections.pair_by_code(&house.who, id, typed).await;
        assert_eq!(refused, Err(ApiError::Phone(problem)), "{typed}");
    }
    assert_eq!(house.until_given_up(id).await, None);
    assert!(simulator.control().pairings().await.is_empty());
}
