//! What the members of each group read when a message has variants, alternatives and variables.

use arauto_app::api::{Acted, RunView};
use arauto_app::domain::*;
use arauto_sim::{Fault, FaultOrder};

use crate::house::{House, addresses, campaigns, group, network};

fn message(text: &str) -> MessageContent {
    MessageContent {
        text: text.into(),
        media: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_group_reads_its_own_text_and_a_repetition_says_the_same() {
    let simulator = network().await;
    let mut targets = Vec::new();
    for subject in ["Vizinhos", "Turma {A|B}", "Clube"] {
        targets.push(group(&simulator, subject, 3).await);
    }
    let house = House::new(addresses(&simulator)).await;
    let connection = house.paired(&simulator).await;
    let engine = campaigns(&house);
    let draft = CampaignDraft {
        name: "Oferta".into(),
        connection: Some(connection),
        targets,
        content: message("{Oi|Olá}, {{grupo}}! Aqui é {{conexao}}: {{data}} {{hora}}"),
        others: vec![message(r"\{{{grupo}}\} {a|{b|c}}")],
        ..CampaignDraft::default()
    };
    let id = engine.campaigns().save(&house.who, None, draft).await;
    let start = CampaignAction::Start;
    let lost = FaultOrder {
        pn: None,
        fault: Fault::LoseAcks { next: Some(1) },
    };
    simulator.control().inject(lost).await.unwrap();
    let acted = engine
        .campaigns()
        .act(&house.who, id.unwrap().id, start)
        .await;
    let Ok(Acted::Began(run)) = acted else {
        panic!("no run began: {acted:?}");
    };
    let runs = engine.runs();
    let view: RunView = house
        .until("the run ends", async |house: &House| {
            let every = DeliveryQuery::default();
            let view = runs.get(&house.who, run, &every, 1).await.unwrap();
            view.run.finished_at.map(|_| view)
        })
        .await;
    assert_eq!(view.tally.acknowledged(), 3, "{view:?}");
    let repeated = |delivery: &Delivery| delivery.attempts > 1;
    assert!(view.deliveries.iter().any(repeated), "{view:?}");
    let of_first = view
        .deliveries
        .iter()
        .filter(|one| one.variant == 0)
        .count();
    assert!((1..=2).contains(&of_first), "{view:?}");

    let name = view.senders[0].name.clone().unwrap();
    for (delivery, text) in view.deliveries.iter().zip(&view.texts) {
        let id = delivery.message_id.as_ref().unwrap();
        let seen = simulator
            .control()
            .message(id.as_str(), None)
            .await
            .unwrap();
        assert_eq!(seen.text.as_ref(), Some(text));
        assert_eq!(seen.shown_by.len(), seen.recipients, "shown once by each");
        let group = &delivery.target_name;
        if delivery.variant == 0 {
            let greetings = ["Oi", "Olá"].map(|hi| format!("{hi}, {group}! Aqui é {name}: "));
            assert!(greetings.iter().any(|greeting| text.starts_with(greeting)));
            let zone = Zone::embedded(&view.run.zone).unwrap();
            let first = zone.local(delivery.first_at.unwrap());
            let told = first.strftime("%d/%m/%Y %H:%M").to_string();
            assert!(text.ends_with(&told), "{text} {told}");
        } else {
            let outcomes = ["a", "b", "c"].map(|end| format!("{{{group}}} {end}"));
            assert!(outcomes.contains(text), "{text}");
        }
    }
    engine.shutdown().await;
    house.hub.shutdown().await;
}
