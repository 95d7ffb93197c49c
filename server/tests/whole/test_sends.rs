//! A campaign's message is tried on our own phone, over the wire and through a kill.

use arauto_app::api::CampaignTests;
use arauto_app::domain::{CampaignState, RunId, RunStatus};
use arauto_sim::{Fault, FaultOrder};

use crate::support::png;
use crate::world::{Store, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_test_to_oneself_survives_a_kill_and_is_shown_once_on_sqlite() {
    killed(Store::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_to_oneself_survives_a_kill_and_is_shown_once_on_mongodb() {
    killed(Store::Mongo).await;
}

async fn killed(store: Store) {
    let mut world = World::with_groups(store, 1, |program| program).await;
    let connection = world.link().await;
    let media = world.person.upload("vitrine.png", png(64, 64)).await;
    let form = [
        ("form[name]", "Fornada"),
        ("form[connection]", &*connection.to_string()),
        ("form[text]", "Saiu do forno, {{grupo}}"),
        ("form[media]", &*media.to_string()),
        ("form[then]", "test"),
    ];
    let leads_to = world.person.post("save-campaign", &form).await.unwrap();
    let campaign = leads_to.strip_prefix("/campanhas/");
    let campaign = campaign.and_then(|path| path.strip_suffix("/teste"));
    let campaign = campaign.unwrap_or_else(|| panic!("{leads_to}")).to_owned();
    let page = world.person.page(&leads_to).await;
    for words in ["Enviar teste", "Para mim", "Grupo 0", "Nenhum teste ainda."] {
        assert!(page.contains(words), "{words} is missing: {page}");
    }

    // WhatsApp has it, its acknowledgement is lost, and the process dies.
    let lost = FaultOrder {
        pn: None,
        fault: Fault::LoseAcks { next: Some(1) },
    };
    world.simulator.control().inject(lost).await.unwrap();
    let mut events = world.simulator.control().events();
    let form = [("id", &*campaign), ("to", "oneself"), ("seen", "0")];
    let leads_to = world.person.post("send-test", &form).await.unwrap();
    let run: RunId = leads_to.rsplit('/').next().unwrap().parse().unwrap();
    while world.simulator.control().messages(None, 0).await.is_empty() {
        // Lagging behind is no matter: the journal is read anew.
        let _ = events.recv().await;
    }
    world.program.kill().await;
    world.program.start().await;
    // The button is pressed again on the page of before.
    let again = world.person.post("send-test", &form).await;
    assert_eq!(again.as_ref(), Ok(&leads_to));
    let view = world.person.until_finished(run).await;
    assert_eq!(view.tally.status(), RunStatus::Completed, "{view:?}");

    let messages = world.simulator.control().messages(None, 0).await;
    let [message] = &messages[..] else {
        panic!("{messages:?}");
    };
    assert_eq!(message.chat, format!("{}@s.whatsapp.net", world.phone));
    assert_eq!(message.text.as_deref(), Some("Saiu do forno, Você"));
    assert!(message.media.is_some());
    assert_eq!(message.shown_by.len(), 1, "{message:?}");

    let tests: CampaignTests = world
        .person
        .see("campaign-tests", &[("id", &campaign)])
        .await;
    assert_eq!((tests.seen, tests.state), (1, CampaignState::Draft));
    let page = world.person.page(&format!("/execucoes/{run}")).await;
    assert!(page.contains("Enviar outro teste"), "{page}");
}
