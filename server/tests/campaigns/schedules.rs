//! Campaigns that run by their schedule: what begins, what is missed, what a pause and the window hold.

use std::time::Duration;

use arauto::clock::Clock as _;
use arauto::whatsapp::SendError;
use arauto_app::api::{Acted, ApiError};
use arauto_app::domain::*;

use super::network::Behaviour;
use super::world::{Process, World};

const HOUR: Duration = Duration::from_hours(1);

fn every(n: u32, unit: IntervalUnit) -> Timing {
    Timing {
        schedule: Schedule::Every { n, unit },
        ..Timing::default()
    }
}

async fn saved(world: &World, process: &Process, groups: u32, timing: Timing) -> CampaignId {
    let mut draft = world.draft(groups);
    draft.timing = timing;
    let campaigns = process.engine.campaigns();
    campaigns.save(&world.who, None, draft).await.unwrap().id
}

async fn missed(world: &World, process: &Process, campaign: CampaignId) -> Vec<Missed> {
    let campaigns = process.engine.campaigns();
    let past = campaigns.past(&world.who, campaign, None).await;
    past.unwrap().missed
}

#[tokio::test]
async fn an_interval_that_never_ran_sends_at_once_and_counts_from_there() {
    let world = World::with_groups(2).await;
    let process = world.start_process();
    let campaign = saved(&world, &process, 2, every(2, IntervalUnit::Hours)).await;
    let started_at = world.clock.now();
    let run = process.start(&world.who, campaign).await.unwrap();
    let summary = process.campaign(&world.who, campaign).await;
    assert_eq!(summary.campaign.state, CampaignState::Active);
    assert_eq!(summary.next_run, Some(started_at.plus(2 * HOUR)));
    world.until_finished(&process, run).await;

    let second = world.until_begun(&process, campaign, 2).await;
    assert_eq!(second.origin, RunOrigin::Schedule);
    assert_eq!(second.due_at, started_at.plus(2 * HOUR));
    world.until_finished(&process, second.id).await;
    let third = world.until_begun(&process, campaign, 3).await;
    assert_eq!(third.due_at, started_at.plus(4 * HOUR));
    world.until_finished(&process, third.id).await;
    assert_eq!(world.network.reached().len(), 6);
    assert!(missed(&world, &process, campaign).await.is_empty());
}

#[tokio::test]
async fn a_campaign_with_a_last_run_is_completed_by_it() {
    let world = World::with_groups(1).await;
    let process = world.start_process();
    let timing = Timing {
        max_runs: Some(2),
        ..every(1, IntervalUnit::Hours)
    };
    let campaign = saved(&world, &process, 1, timing).await;
    process.start(&world.who, campaign).await.unwrap();
    let second = world.until_begun(&process, campaign, 2).await;
    world.until_finished(&process, second.id).await;
    let state = async || process.campaign(&world.who, campaign).await.campaign.state;
    let mut notices = world.live.subscribe();
    world
        .while_time_passes(async {
            while state().await != CampaignState::Completed {
                let _ = notices.recv().await;
            }
        })
        .await;
}

#[tokio::test]
async fn what_was_due_while_the_server_was_down_is_told_and_the_latest_begins_late() {
    let world = World::with_groups(1).await;
    let process = world.start_process();
    let campaign = saved(&world, &process, 1, every(1, IntervalUnit::Hours)).await;
    let started_at = world.clock.now();
    let run = process.start(&world.who, campaign).await.unwrap();
    world.until_finished(&process, run).await;
    process.engine.shutdown().await;
    drop(process);

    let back_at = started_at.plus(4 * HOUR + Duration::from_mins(30));
    world.clock.advance(back_at.since(world.clock.now()));
    let process = world.start_process();
    let late = world.until_begun(&process, campaign, 2).await;
    assert_eq!(late.due_at, started_at.plus(4 * HOUR));
    assert!(late.started_at >= back_at);
    let missed = missed(&world, &process, campaign).await;
    let told: Vec<_> = missed
        .iter()
        .map(|missed| (missed.runs, missed.why))
        .collect();
    let expected = MissedRuns {
        count: 3,
        from: started_at.plus(HOUR),
        to: started_at.plus(3 * HOUR),
    };
    assert_eq!(told, [(expected, MissedWhy::TooLate)]);
}

#[tokio::test]
async fn a_run_that_is_still_going_is_not_piled_upon() {
    let world = World::with_groups(1).await;
    let process = world.start_process();
    world
        .network
        .follow(|_, _| Behaviour::fails(SendError::Retry));
    let campaign = saved(&world, &process, 1, every(1, IntervalUnit::Hours)).await;
    let started_at = world.clock.now();
    let run = process.start(&world.who, campaign).await.unwrap();
    let mut notices = world.live.subscribe();
    let noted = world
        .while_time_passes(async {
            loop {
                let noted = missed(&world, &process, campaign).await;
                if !noted.is_empty() {
                    return noted;
                }
                let _ = notices.recv().await;
            }
        })
        .await;
    assert_eq!(noted[0].why, MissedWhy::StillRunning);
    assert_eq!(noted[0].runs.from, started_at.plus(HOUR));
    let latest = process
        .store
        .journal
        .latest_run(world.workspace(), campaign);
    assert_eq!(latest.await.unwrap().map(|run| run.id), Some(run));
}

#[tokio::test]
async fn a_pause_holds_the_run_and_resuming_goes_on_with_it() {
    let world = World::with_groups(4).await;
    let process = world.start_process();
    let (campaign, run) = process.launch(&world.who, world.draft(4)).await;
    world
        .until_run(&process, run, |view| view.tally.sent >= 1)
        .await;
    let act = |action| process.act(&world.who, campaign, action);
    assert_eq!(act(CampaignAction::Pause).await, Ok(Acted::Done));
    assert_eq!(
        act(CampaignAction::Pause).await,
        Err(ApiError::CampaignState)
    );
    let paused = process.run(&world.who, run).await;
    // What was on its way may arrive; nothing else leaves, however long it takes.
    let later = world.clock.now().plus(Duration::from_mins(5));
    let pause = world.clock.sleep_until(later);
    world.while_time_passes(pause).await;
    let later = process.run(&world.who, run).await;
    assert!(later.tally.pending >= paused.tally.pending.saturating_sub(1));
    assert!(later.tally.pending > 0 && later.run.gate.is_shut());

    // A restart does not resume it by itself.
    process.engine.shutdown().await;
    drop(process);
    let process = world.start_process();
    let summary = process.campaign(&world.who, campaign).await;
    assert_eq!(summary.campaign.state, CampaignState::Paused);
    let resumed = process
        .act(&world.who, campaign, CampaignAction::Resume)
        .await;
    assert_eq!(resumed, Ok(Acted::Began(run)));
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 4);
    assert_eq!(world.network.reached().len(), 4, "none twice, none lost");
}

#[tokio::test]
async fn ending_skips_what_did_not_leave() {
    let world = World::with_groups(4).await;
    let process = world.start_process();
    let (campaign, run) = process.launch(&world.who, world.draft(4)).await;
    world
        .until_run(&process, run, |view| view.tally.sent >= 1)
        .await;
    let ended = process.act(&world.who, campaign, CampaignAction::End).await;
    assert_eq!(ended, Ok(Acted::Done));
    let view = world.until_finished(&process, run).await;
    assert!(view.tally.skipped >= 2, "{:?}", view.tally);
    assert_eq!(view.tally.open(), 0);
    let skipped = DeliveryState::Skipped(FailureReason::CampaignEnded);
    assert!(
        view.deliveries
            .iter()
            .any(|delivery| delivery.state == skipped)
    );
    let summary = process.campaign(&world.who, campaign).await;
    assert_eq!(summary.campaign.state, CampaignState::Completed);
}

#[tokio::test]
async fn nothing_leaves_outside_of_the_window() {
    let world = World::with_groups(30).await;
    let process = world.start_process();
    // At a second or more a message, 30 take longer than it takes the window to close.
    let zone = Zone::embedded(&ZoneName::default()).unwrap();
    let closes = world.clock.now().plus(Duration::from_secs(20));
    let window = Window {
        days: Weekdays::ALL,
        from: zone.local(closes.plus(Duration::from_mins(5))).time(),
        to: zone.local(closes).time(),
    };
    let timing = Timing {
        window: Some(window),
        ..Timing::default()
    };
    let campaign = saved(&world, &process, 30, timing).await;
    let run = process.start(&world.who, campaign).await.unwrap();
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 30);
    for delivery in &view.deliveries {
        let left_at = delivery.attempted_at.unwrap();
        assert!(window.open_at(&zone, left_at), "{left_at:?}");
    }
    let took = view.run.finished_at.unwrap().since(view.run.started_at);
    assert!(
        took > Duration::from_mins(5),
        "it went on at the next opening"
    );
}

#[tokio::test]
async fn a_copy_is_a_draft_of_its_own() {
    let world = World::with_groups(2).await;
    let process = world.start_process();
    let (campaign, run) = process.launch(&world.who, world.draft(2)).await;
    world.until_finished(&process, run).await;
    let campaigns = process.engine.campaigns();
    let copy = campaigns.copy(&world.who, campaign, "Oferta (cópia)".into());
    let copy = process.campaign(&world.who, copy.await.unwrap()).await;
    assert_eq!(copy.campaign.state, CampaignState::Draft);
    assert_eq!(copy.campaign.name, "Oferta (cópia)");
    assert_eq!(copy.campaign.draft().targets, world.draft(2).targets);
    assert_eq!(copy.latest_run, None);
}

#[tokio::test]
async fn an_ended_campaign_stays_ended_while_a_message_of_it_is_on_its_way() {
    let world = World::with_groups(2).await;
    let process = world.start_process();
    world.network.follow(|_, _| Behaviour::silent());
    let campaign = saved(&world, &process, 2, every(1, IntervalUnit::Hours)).await;
    let run = process.start(&world.who, campaign).await.unwrap();
    let handed_over = async || !world.network.handed_over().is_empty();
    world.until_still(handed_over).await;
    let ended = process.act(&world.who, campaign, CampaignAction::End).await;
    assert_eq!(ended.unwrap(), Acted::Done);
    let store = process.store.clone();
    process.engine.shutdown().await;

    world.network.follow(|_, _| Behaviour::acknowledges());
    let process = world.start_process_on(store);
    let view = world.until_finished(&process, run).await;
    assert_eq!((view.tally.sent, view.tally.skipped), (1, 1));
    let summary = process.campaign(&world.who, campaign).await;
    assert_eq!(summary.campaign.state, CampaignState::Completed);
    assert_eq!(summary.next_run, None);
}
