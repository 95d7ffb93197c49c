//! The store goes away in the middle of a run.

use std::collections::BTreeMap;

use arauto_app::api::ApiError;
use arauto_app::domain::*;

use super::faults::Fault;
use super::network::Behaviour;
use super::world::World;

use DeliveryEvent::{Acknowledged, Received};

#[tokio::test]
async fn an_outage_of_any_length_loses_nothing_and_doubles_nothing() {
    let world = World::with_groups(12).await;
    let process = world.start_process();
    // Slow answers, so that some come while the store is away.
    world
        .network
        .follow(|_, _| Behaviour::answers([(4_000, Acknowledged), (9_000, Received)]));
    let (_, run) = process.launch(&world.who, world.draft(12)).await;
    world
        .until_run(&process, run, |view| view.tally.acknowledged() >= 3)
        .await;
    world.faults.set_away(true);
    world
        .while_time_passes(async {
            // Ten minutes: ten times the deadline for acknowledgements.
            let begin = world.network.handed_over().len();
            let end =
                arauto::clock::Clock::now(&world.clock).plus(std::time::Duration::from_mins(10));
            arauto::clock::Clock::sleep_until(&world.clock, end).await;
            let meanwhile = world.network.handed_over().len() - begin;
            assert!(meanwhile <= 1, "nothing leaves without a stored claim");
        })
        .await;
    let start = process.engine.campaigns().list(&world.who).await;
    assert_eq!(start, Err(ApiError::StoreUnavailable));
    world.faults.set_away(false);
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.acknowledged(), 12);
    let reached = world.network.reached();
    assert_eq!(
        reached.len(),
        12,
        "what was answered during the outage was not sent again"
    );
}

#[tokio::test]
async fn a_claim_whose_answer_is_lost_goes_out_with_the_id_that_was_stored() {
    let world = World::with_groups(5).await;
    let process = world.start_process();
    let campaigns = process.engine.campaigns();
    let campaign = campaigns
        .save(&world.who, None, world.draft(5))
        .await
        .unwrap()
        .id;
    // Whatever call it is: lose the answer of every third.
    let plan: BTreeMap<u64, Fault> = (24..200)
        .step_by(3)
        .map(|n| (n, Fault::AnswerLost))
        .collect();
    world.faults.plan(plan);
    let run = process.start(&world.who, campaign).await.unwrap();
    let finished = async || {
        let stored = process
            .store
            .journal
            .run(world.workspace(), run)
            .await
            .unwrap();
        stored.unwrap().finished_at.is_some()
    };
    let mut notices = world.live.subscribe();
    world
        .while_time_passes(async {
            while !finished().await {
                let _ = notices.recv().await;
            }
        })
        .await;
    let deliveries = process.deliveries(&world.who, run).await;
    assert!(
        deliveries
            .iter()
            .all(|delivery| delivery.state == DeliveryState::Sent)
    );
    for message in world.network.reached() {
        let delivery = deliveries
            .iter()
            .find(|delivery| delivery.target == message.to);
        assert_eq!(delivery.unwrap().message_id.as_ref(), Some(&message.id));
    }
}

#[tokio::test]
async fn a_start_without_an_answer_from_the_store_goes_on_if_it_was_made() {
    let world = World::with_groups(3).await;
    let process = world.start_process();
    let campaigns = process.engine.campaigns();
    let campaign = campaigns
        .save(&world.who, None, world.draft(3))
        .await
        .unwrap()
        .id;
    // Let the scheduler come to rest, which was told of the new campaign.
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
    // The calls of a start: the campaign, its latest run, then that it is active.
    world.faults.plan(BTreeMap::from([(2, Fault::AnswerLost)]));
    let started = process.start(&world.who, campaign).await;
    assert_eq!(started, Err(ApiError::StoreUnavailable));
    let again = process.start(&world.who, campaign).await;
    assert_eq!(again, Err(ApiError::CampaignState), "it is active already");
    let run = world.until_begun(&process, campaign, 1).await.id;
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 3);
    let summary = process.campaign(&world.who, campaign).await;
    assert_eq!(summary.campaign.state, CampaignState::Completed);
}
