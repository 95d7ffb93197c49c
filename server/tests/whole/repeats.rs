//! What failed is sent again by its owner, over the wire.

use arauto_app::domain::{RepeatAction, RunId, RunStatus};
use arauto_sim::{Fault, FaultOrder};

use crate::world::{Store, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_is_sent_again_and_shown_once_on_sqlite() {
    refused_once(Store::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_is_sent_again_and_shown_once_on_mongodb() {
    refused_once(Store::Mongo).await;
}

async fn refused_once(store: Store) {
    let world = World::with_groups(store, 3, |program| program).await;
    let connection = world.link().await;
    let refused = world.groups[1].clone();
    let nack = Fault::Nack {
        code: 479,
        next: Some(1),
        chat: Some(refused.clone()),
    };
    let control = world.simulator.control();
    let everywhere = FaultOrder {
        pn: None,
        fault: nack,
    };
    control.inject(everywhere).await.expect("a fault");
    let text = "chega uma vez";
    let run = world
        .person
        .start_campaign(connection, &world.groups, text, None)
        .await;
    let view = world.person.until_finished(run).await;
    assert_eq!(view.tally.failed, 1);
    assert_eq!(view.repeatable.failures, 1);

    let (one, two) = tokio::join!(repeat(&world, run), repeat(&world, run));
    assert_eq!((one.is_ok(), two.is_ok()), (true, true), "{one:?} {two:?}");
    let view = world
        .person
        .until("the failure is sent again", async || {
            let view = world.person.run(run).await;
            (view.run.reopened > 0 && view.run.finished_at.is_some()).then_some(view)
        })
        .await;
    assert_eq!(view.tally.status(), RunStatus::Completed);
    assert_eq!(view.tally.acknowledged(), 3);
    let messages = control.messages(Some(&refused), 0).await;
    let shown: Vec<_> = messages
        .iter()
        .filter(|message| !message.shown_by.is_empty())
        .collect();
    assert_eq!(shown.len(), 1, "{messages:?}");
    assert_eq!(shown[0].text.as_deref(), Some(text));
    assert_eq!(shown[0].shown_by.len(), shown[0].recipients);
    assert_eq!(shown[0].accepted, 1);
}

async fn repeat(world: &World, run: RunId) -> Result<String, serde_json::Value> {
    let form = [
        ("id", &*run.to_string()),
        ("action", RepeatAction::Failures.as_str()),
        ("seen", "0"),
    ];
    world.person.post("repeat-run", &form).await
}
