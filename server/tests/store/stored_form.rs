//! The form in which MongoDB keeps the domain's values. A field that is renamed in the code would
//! lose what is stored under its old name: this fails first, and asks for a migration.

use arauto::store::Seal;
use arauto_app::domain::wording::Seed;
use arauto_app::domain::{
    ConnectionCause, ConnectionState, Delivery, DeliveryEvent, FailureReason, MessageId,
};
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, Document, doc};

use super::home::Home;
use super::samples::{
    NOTHING_HELD, at, campaign, connection, deliveries, hold, jid, run, workspace_id,
};

const START: i64 = 1_700_000_000_000;

async fn stored(home: &Home, collection: &str) -> Document {
    let client = mongodb::Client::with_uri_str(&home.url).await.unwrap();
    let database = client.default_database().unwrap();
    let found = database.collection(collection).find_one(doc! {}).await;
    found.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn campaigns_and_connections_keep_their_form() {
    let home = Home::mongo().await;
    let campaign = campaign(workspace_id(), "Oferta");
    home.store.campaigns.insert(&campaign).await.unwrap();
    let author = campaign.updated_by.clone().unwrap();
    let expected = doc! {
        "_id": campaign.id.to_string(),
        "workspace": campaign.workspace.to_string(),
        "name": "Oferta",
        "search": "oferta",
        "connection": campaign.connection.unwrap().to_string(),
        "lost_connection": false,
        "lists": [campaign.lists[0].to_string()],
        "targets": [jid(1).as_str(), jid(2).as_str()],
        "also": [{
            "connection": campaign.also[0].connection.to_string(),
            "lists": [campaign.also[0].lists[0].to_string()],
            "targets": [jid(3).as_str()],
        }],
        "pace": { "shortest": 30_000_i64, "longest": 60_000_i64 },
        "content": {
            "text": campaign.content.text.as_str(),
            "media": campaign.content.media.unwrap().to_string(),
        },
        "others": [{ "text": "{Oi|Olá}, {{grupo}}", "media": Bson::Null }],
        "timing": {
            "schedule": { "schedule": "now" },
            "zone": "America/Sao_Paulo",
            "window": Bson::Null,
            "last_day": Bson::Null,
            "max_runs": Bson::Null,
            "tolerance_minutes": 120_i64,
        },
        "state": "draft",
        "past": { "first_at": Bson::Null, "runs": 0_i64, "last_due": Bson::Null },
        "next_at": Bson::Null,
        "created_at": START,
        "updated_at": START,
        "updated_by": { "id": author.id.to_string(), "name": "Ana" },
    };
    assert_eq!(stored(&home, "campaigns").await, expected);

    let mut connection = connection(workspace_id(), "Loja");
    connection.state = ConnectionState::Reconnecting {
        attempt: 2,
        next_at: at(5),
        cause: Some(ConnectionCause::Unreachable),
    };
    home.store.connections.insert(&connection).await.unwrap();
    let state = doc! {
        "state": "reconnecting", "attempt": 2_i64, "next_at": START + 5, "cause": "unreachable"
    };
    let found = stored(&home, "connections").await;
    assert_eq!(found.get_document("state").unwrap(), &state);
}

/// An Arauto that knew of no seals stored keys without them, and may still run beside this one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn session_keys_get_the_seal_that_they_lack() {
    let home = Home::mongo().await;
    let connection = super::samples::connection_id();
    let value = Binary {
        subtype: BinarySubtype::Generic,
        bytes: b"old-1 and more".to_vec(),
    };
    let bare = doc! {
        "connection": connection.to_string(), "space": "s", "key": "6b", "value": value
    };
    let client = mongodb::Client::with_uri_str(&home.url).await.unwrap();
    let keys = client.default_database().unwrap();
    let keys = keys.collection::<Document>("session_keys");
    keys.insert_one(bare).await.unwrap();
    let home = home.reopen().await;
    let seals = home.store.session_keys.every_seal().await.unwrap();
    assert_eq!(seals, [Seal::of(b"old-1")]);
    let found = stored(&home, "session_keys").await;
    assert_eq!(found.get_str("seal").unwrap(), hex::encode(b"old-1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_of_earlier_versions_ask_after_outages() {
    let home = Home::mongo().await;
    let connection = connection(workspace_id(), "Loja");
    home.store.connections.insert(&connection).await.unwrap();
    let client = mongodb::Client::with_uri_str(&home.url).await.unwrap();
    let database = client.default_database().unwrap();
    let fields = doc! { "$unset": { "after_outage": "", "able_at": "", "outage": "" } };
    let connections = database.collection::<Document>("connections");
    connections.update_many(doc! {}, fields).await.unwrap();
    let version = doc! { "$set": { "version": 1 } };
    let meta = database.collection::<Document>("meta");
    meta.update_one(doc! { "_id": "schema" }, version)
        .await
        .unwrap();
    let home = home.reopen().await;
    let (workspace, id) = (connection.workspace, connection.id);
    let read = home.store.connections.get(workspace, id).await.unwrap();
    assert_eq!(read, Some(connection));
}

/// Nobody looked for phones before: whoever is linked is not warned of at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn phones_count_from_the_version_that_looks_for_them() {
    let home = Home::mongo().await;
    let mut linked = connection(workspace_id(), "Loja");
    linked.linked_at = Some(at(1));
    let unlinked = connection(linked.workspace, "Outra");
    for connection in [&linked, &unlinked] {
        home.store.connections.insert(connection).await.unwrap();
    }
    let client = mongodb::Client::with_uri_str(&home.url).await.unwrap();
    let database = client.default_database().unwrap();
    let fields = doc! { "$unset": { "phone_seen_at": "" } };
    let connections = database.collection::<Document>("connections");
    connections.update_many(doc! {}, fields).await.unwrap();
    let version = doc! { "$set": { "version": 4 } };
    let meta = database.collection::<Document>("meta");
    meta.update_one(doc! { "_id": "schema" }, version)
        .await
        .unwrap();
    let home = home.reopen().await;
    let read = home.store.connections.list(linked.workspace).await.unwrap();
    assert!(read[0].phone_seen_at > linked.linked_at, "{read:?}");
    assert_eq!(read[1], unlinked);
}

/// An Arauto without schedules stored runs that tell of no gate.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_get_the_gate_that_they_lack() {
    let home = Home::mongo().await;
    let run = run(workspace_id(), super::samples::connection_id(), 0);
    home.store.journal.begin_run(&run, &[]).await.unwrap();
    let client = mongodb::Client::with_uri_str(&home.url).await.unwrap();
    let database = client.default_database().unwrap();
    let fields = doc! { "$unset": { "gate": "", "origin": "", "due_at": "", "reopened": "" } };
    let runs = database.collection::<Document>("runs");
    runs.update_many(doc! {}, fields).await.unwrap();
    let version = doc! { "$set": { "version": 6 } };
    let meta = database.collection::<Document>("meta");
    meta.update_one(doc! { "_id": "schema" }, version)
        .await
        .unwrap();
    let home = home.reopen().await;
    let read = home.store.journal.run(run.workspace, run.id).await.unwrap();
    assert_eq!(read, Some(run));
}

/// An Arauto without variables stored texts whose braces are meant as such.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_of_earlier_versions_say_what_they_said() {
    let home = Home::mongo().await;
    let mut campaign = campaign(workspace_id(), "Oferta");
    campaign.content.text = "{{grupo}} {a|b}".into();
    campaign.others.clear();
    home.store.campaigns.insert(&campaign).await.unwrap();
    let mut run = run(campaign.workspace, super::samples::connection_id(), 0);
    run.content.text = "Promoção".into();
    let delivery = deliveries(&run, 1).remove(0);
    let lease = hold(&home.store, run.workspace, run.connection).await;
    let journal = &home.store.journal;
    journal.begin_run(&run, &[delivery]).await.unwrap();
    let id = MessageId::from_wire("3EB0AA");
    let claimed = journal.claim_due(&lease, at(1), NOTHING_HELD, &id).await;
    let claimed = claimed.unwrap().unwrap();
    let client = mongodb::Client::with_uri_str(&home.url).await.unwrap();
    let database = client.default_database().unwrap();
    for (collection, fields) in [
        (
            "campaigns",
            vec!["others", "also", "pace", "lost_connection"],
        ),
        (
            "runs",
            vec![
                "others",
                "connection_name",
                "zone",
                "also",
                "pace",
                "rests_until",
            ],
        ),
        ("deliveries", vec!["variant", "seed", "first_at"]),
    ] {
        let unset: Document = fields
            .iter()
            .map(|field| ((*field).to_owned(), Bson::from("")))
            .collect();
        let documents = database.collection::<Document>(collection);
        let unset = doc! { "$unset": unset };
        documents.update_many(doc! {}, unset).await.unwrap();
    }
    let version = doc! { "$set": { "version": 13 } };
    let meta = database.collection::<Document>("meta");
    meta.update_one(doc! { "_id": "schema" }, version)
        .await
        .unwrap();
    let home = home.reopen().await.reopen().await;
    campaign.content.text = r"\{\{grupo\}\} \{a|b\}".into();
    // Nor had campaigns several connections, or a pace of their own.
    campaign.also.clear();
    campaign.pace = None;
    let store = &home.store;
    let read = store.campaigns.get(campaign.workspace, campaign.id).await;
    assert_eq!(read.unwrap(), Some(campaign));
    run.others.clear();
    run.connection_name.clear();
    let read = store.journal.run(run.workspace, run.id).await;
    assert_eq!(read.unwrap().as_ref(), Some(&run));
    let read = store.journal.deliveries(run.workspace, run.id).await;
    let expected = Delivery {
        seed: Seed::default(),
        ..claimed
    };
    assert_eq!(read.unwrap(), [expected]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_and_deliveries_keep_their_form() {
    let home = Home::mongo().await;
    let run = run(workspace_id(), super::samples::connection_id(), 0);
    let delivery = deliveries(&run, 1).remove(0);
    let lease = hold(&home.store, run.workspace, run.connection).await;
    let journal = &home.store.journal;
    journal
        .begin_run(&run, std::slice::from_ref(&delivery))
        .await
        .unwrap();
    let id = MessageId::from_wire("3EB0AA");
    let claimed = journal.claim_due(&lease, at(1), NOTHING_HELD, &id).await;
    claimed.unwrap().unwrap();
    let reason = FailureReason::Refused { code: 418 };
    let refused = journal.record_at(
        run.workspace,
        run.id,
        0,
        DeliveryEvent::Refused(reason),
        at(2),
    );
    assert!(refused.await.unwrap());
    let expected = doc! {
        "_id": run.id.to_string(),
        "workspace": run.workspace.to_string(),
        "campaign": run.campaign.to_string(),
        "number": 1_i64,
        "connection": run.connection.to_string(),
        "also": [],
        "pace": Bson::Null,
        "rests_until": 0_i64,
        "content": { "text": "Oferta", "media": Bson::Null },
        "others": [{
            "text": "{Oi|Olá}, {{grupo}}", "media": run.others[0].media.unwrap().to_string()
        }],
        "connection_name": "Loja",
        "zone": "America/Sao_Paulo",
        "origin": "person",
        "due_at": START,
        "started_at": START,
        "finished_at": Bson::Null,
        "gate": { "opens": 0_i64, "closes": i64::MAX },
        "reopened": 0_i64,
    };
    assert_eq!(stored(&home, "runs").await, expected);
    let expected = doc! {
        "_id": delivery.id.to_string(),
        "workspace": run.workspace.to_string(),
        "run": run.id.to_string(),
        "connection": run.connection.to_string(),
        "position": 0_i64,
        "target": jid(0).as_str(),
        "target_name": "Grupo 0",
        "search": "grupo 0",
        "members": 40_i64,
        "variant": 0_i64,
        "seed": -1_i64,
        "first_at": START + 1,
        "state": { "state": "failed", "reason": "refused", "code": 418 },
        "message_id": "3EB0AA",
        "attempts": 1_i64,
        "earlier": [],
        "retry_at": Bson::Null,
        "attempted_at": START + 1,
        "sent_at": Bson::Null,
        "delivered_at": Bson::Null,
        "read_at": Bson::Null,
        "failed_at": START + 2,
    };
    assert_eq!(stored(&home, "deliveries").await, expected);
}
