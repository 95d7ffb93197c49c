//! Linking, logging in, and both again.

use arauto_sim::{ControlError, Scan, ScanRefusal};
use wa_rs::prelude::Event;

use crate::harness::{Engine, network, phone};

#[tokio::test]
async fn a_phone_links_the_engine_and_it_connects() {
    let simulator = network().await;
    let engine = Engine::start(&simulator).await;
    let paired = engine.scan(&simulator, None).await;
    assert_eq!(paired.device, 1);
    engine
        .until("pairing", |e| {
            matches!(e, Event::PairSuccess(_)).then_some(())
        })
        .await;
    engine.until_connected().await;

    let phones = simulator.control().phones().await;
    assert_eq!(phones.len(), 1);
    assert_eq!(phones[0].pn, paired.pn);
    assert!(phones[0].devices[0].online);
    assert!(simulator.control().pairings().await.is_empty());
    engine.stop().await;
}

#[tokio::test]
async fn stored_credentials_connect_again_without_a_code() {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    let store = Engine::linked(&simulator, &pn).await.stop().await;
    let again = Engine::resume(&simulator, store).await;
    again.until_connected().await;
    let devices = simulator.control().phones().await.remove(0).devices;
    assert_eq!(devices.len(), 1);
    assert!(devices[0].logins >= 2);
    again.stop().await;
}

#[tokio::test]
async fn a_code_that_is_wrong_is_refused_with_the_reason() {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    let engine = Engine::start(&simulator).await;
    let qr = engine
        .until("code", |event| match event {
            Event::PairingQrCode(code) => Some(code.code.clone()),
            _ => None,
        })
        .await;
    let control = simulator.control();
    let scan = |qr: String| {
        control.scan(Scan {
            qr,
            pn: Some(pn.clone()),
        })
    };

    let four_fields = qr.rsplit_once(',').unwrap().0.to_owned();
    assert!(matches!(
        scan(four_fields).await,
        Err(ControlError::Scan(ScanRefusal::Fields(4)))
    ));
    let (_, fields) = qr.rsplit_once('#').unwrap_or(("", &qr));
    let unknown = format!("2@unknown,{}", fields.split_once(',').unwrap().1);
    assert!(matches!(
        scan(unknown).await,
        Err(ControlError::Scan(ScanRefusal::UnknownRef))
    ));
    control.set_offline(&pn, true).await.unwrap();
    assert!(matches!(
        scan(qr.clone()).await,
        Err(ControlError::Scan(ScanRefusal::PhoneOffline))
    ));
    control.set_offline(&pn, false).await.unwrap();
    assert_eq!(scan(qr).await.unwrap().pn, pn);
    engine.until_connected().await;
    engine.stop().await;
}
