//! Linking by a code that is typed into the phone, and how that fails.

use arauto_sim::{
    ControlError, Fault, FaultOrder, PairedDevice, ScanRefusal, Simulator, TypedCode,
};
use wa_rs::pair_code::PairCodeRejection;
use wa_rs::prelude::Event;

use crate::harness::{Engine, network, phone};

async fn type_code(
    simulator: &Simulator,
    pn: &str,
    code: &str,
) -> Result<PairedDevice, ControlError> {
    let typed = TypedCode {
        code: code.to_owned(),
        pn: pn.to_owned(),
    };
    simulator.control().type_code(typed).await
}

fn refusal(outcome: Result<PairedDevice, ControlError>) -> ScanRefusal {
    match outcome {
        Err(ControlError::Scan(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn inject(simulator: &Simulator, fault: Fault) {
    let order = FaultOrder { pn: None, fault };
    simulator.control().inject(order).await.unwrap();
}

#[tokio::test]
async fn the_right_code_links_the_engine_and_it_connects_even_after_a_wrong_one() {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    let other = phone(&simulator).await;
    let (engine, code) = Engine::showing_code(&simulator, &pn).await;
    let waiting = simulator.control().pairings().await;
    assert_eq!(waiting[0].code_for.as_deref(), Some(pn.as_str()));

    let wrong = type_code(&simulator, &pn, "AAAA-1111").await;
    assert_eq!(refusal(wrong), ScanRefusal::WrongCode);
    let elsewhere = type_code(&simulator, &other, &code).await;
    assert_eq!(refusal(elsewhere), ScanRefusal::UnknownCode);

    let dashed = format!("{}-{}", &code[..4], code[4..].to_lowercase());
    let paired = type_code(&simulator, &pn, &dashed).await.unwrap();
    assert_eq!(paired.pn, pn);
    engine.until_connected().await;
    engine.stop().await;
}

#[tokio::test]
async fn a_code_that_was_withdrawn_is_worth_nothing() {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    let (engine, code) = Engine::showing_code(&simulator, &pn).await;
    simulator.control().withdraw_code(&pn).await.unwrap();
    engine
        .until("the end of the code", |event| {
            matches!(event, Event::PairingCodeRefresh(_)).then_some(())
        })
        .await;
    let late = type_code(&simulator, &pn, &code).await;
    assert_eq!(refusal(late), ScanRefusal::UnknownCode);
    engine.stop().await;
}

#[tokio::test]
async fn codes_are_refused_with_the_reason() {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    let throttled = Fault::RefuseQueries {
        code: 429,
        text: "rate-overlimit".into(),
        xmlns: Some("md".into()),
        next: Some(1),
    };
    inject(&simulator, throttled).await;
    let engine = Engine::asking_for_code(&simulator, &pn).await;
    let rejection = engine.until("the refusal", code_rejection).await;
    assert_eq!(rejection, PairCodeRejection::RateOverlimit);
    engine.stop().await;

    let engine = Engine::asking_for_code(&simulator, "5511000000000").await;
    let rejection = engine.until("the refusal", code_rejection).await;
    assert_eq!(rejection, PairCodeRejection::BadRequest);
    engine.stop().await;
}

#[tokio::test]
async fn a_phone_that_refuses_is_told_to_both_sides() {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    let (engine, code) = Engine::showing_code(&simulator, &pn).await;
    inject(&simulator, Fault::RefusePairing { next: Some(1) }).await;
    let refused = type_code(&simulator, &pn, &code).await;
    assert_eq!(refusal(refused), ScanRefusal::Refused);
    let rejection = engine.until("the refusal", code_rejection).await;
    assert_eq!(rejection, PairCodeRejection::BadRequest);
    engine.stop().await;

    inject(&simulator, Fault::RefusePairing { next: Some(1) }).await;
    let engine = Engine::start(&simulator).await;
    let scanned = engine.try_scan(&simulator, Some(&pn)).await;
    assert!(matches!(refusal(scanned), ScanRefusal::Client(_)));
    engine
        .until("the refusal", |event| {
            matches!(event, Event::PairError(_)).then_some(())
        })
        .await;
    engine.stop().await;
}

#[tokio::test]
async fn a_passkey_is_demanded_of_either_way() {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    inject(&simulator, Fault::DemandPasskey { next: Some(2) }).await;
    let (by_code, code) = Engine::showing_code(&simulator, &pn).await;
    let demanded = type_code(&simulator, &pn, &code).await;
    assert_eq!(refusal(demanded), ScanRefusal::Passkey);
    let by_qr = Engine::start(&simulator).await;
    let demanded = by_qr.try_scan(&simulator, Some(&pn)).await;
    assert_eq!(refusal(demanded), ScanRefusal::Passkey);
    for engine in [by_code, by_qr] {
        let options = engine
            .until("the demand", |event| match event {
                Event::PairPasskeyRequest(request) => Some(request.request_options_json.clone()),
                _ => None,
            })
            .await;
        let request = wa_rs::passkey::parse_request_options(&options).unwrap();
        assert_eq!(request.rp_id.as_deref(), Some("web.whatsapp.com"));
        engine.stop().await;
    }
}

fn code_rejection(event: &Event) -> Option<PairCodeRejection> {
    match event {
        Event::PairingCodeError(error) => error.rejection,
        _ => None,
    }
}
