//! What a running server asks all the time is answered by its index on MongoDB, by which its cost does not
//! grow with what there is.

use arauto_app::domain::{CampaignState, DeliveryEvent, Gate};
use futures::TryStreamExt;
use mongodb::Database;
use mongodb::bson::{Document, doc};

use super::home::Home;
use super::journal::news;
use super::samples::{at, campaign, claim, stored_run, workspace_id};

/// How often each query is asked: the first times MongoDB may try out other ways.
const ASKED: i64 = 8;

/// How often an index answered a query of others than its own maker.
async fn answered_by(database: &Database, collection: &str, index: &str) -> i64 {
    let statistics = [
        doc! { "$indexStats": {} },
        doc! { "$match": { "name": index } },
    ];
    let found = database.collection::<Document>(collection);
    let found: Vec<Document> = found
        .aggregate(statistics)
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    let accesses = found[0].get_document("accesses").unwrap();
    accesses.get_i64("ops").unwrap()
}

async fn database(home: &Home) -> Database {
    let client = mongodb::Client::with_uri_str(&home.url).await.unwrap();
    client.default_database().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_find_the_delivery_by_any_of_its_messages() {
    let home = Home::mongo().await;
    let run = stored_run(&home.store, 64).await;
    let (workspace, journal) = (run.workspace, &home.store.journal);
    let mut messages = Vec::new();
    for position in 0..64 {
        let claimed = claim(&home.store, &run, at(0)).await.unwrap();
        messages.push(claimed.message_id.unwrap());
        if position % 2 == 0 {
            let given_up = DeliveryEvent::GivenUp;
            let changed = journal.record_at(workspace, run.id, position, given_up, at(1));
            assert!(changed.await.unwrap());
        }
    }
    let even: Vec<u32> = (0..64).step_by(2).collect();
    let renewed = journal.renew(workspace, run.id, 0, &even, Gate::OPEN, at(2));
    assert_eq!(renewed.await.unwrap(), 32);
    for message in messages.iter().skip(1).step_by(2).take(8) {
        let told = [news(message, DeliveryEvent::Acknowledged, at(3))];
        let changed = journal.record(workspace, run.connection, &told).await;
        assert_eq!(changed.unwrap(), [run.id]);
    }
    let database = database(&home).await;
    for index in [
        "workspace_1_connection_1_message_id_1",
        "workspace_1_connection_1_earlier.id_1",
    ] {
        let answered = answered_by(&database, "deliveries", index).await;
        assert!(answered >= ASKED, "{index} answered {answered}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_due_is_found_by_its_time() {
    let home = Home::mongo().await;
    let campaigns = &home.store.campaigns;
    let workspace = workspace_id();
    for number in 0..64 {
        let mut new = campaign(workspace, &format!("Campanha {number}"));
        new.state = CampaignState::Active;
        new.next_at = (number % 8 == 0).then_some(at(number));
        campaigns.insert(&new).await.unwrap();
    }
    for _ in 0..ASKED {
        assert_eq!(campaigns.due(at(20), 10).await.unwrap().len(), 3);
        assert_eq!(campaigns.next_due_at().await.unwrap(), Some(at(0)));
    }
    let database = database(&home).await;
    let answered = answered_by(&database, "campaigns", "next_at_1__id_1").await;
    assert!(answered >= 2 * ASKED, "it answered {answered}");
}
