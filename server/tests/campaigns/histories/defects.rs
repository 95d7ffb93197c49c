//! What histories have shown, each by itself.

use std::time::Duration;

use arauto::clock::Clock as _;
use arauto_app::domain::*;

use super::super::faults::Fault;
use super::super::network::{Behaviour, Tenure};
use super::super::world::World;
use super::stage::{Rest, Stage};

/// More steps than a run of one message takes.
const STEPS: u64 = 60;

/// Lets so much time pass, from alarm to alarm.
async fn pass(world: &World, rest: &Rest, span: Duration) {
    let end = world.clock.now().plus(span);
    loop {
        rest.comes().await;
        let now = world.clock.now();
        let next = world.clock.next_alarm().filter(|next| *next < end);
        world.clock.advance(next.unwrap_or(end).since(now));
        if next.is_none() {
            return rest.comes().await;
        }
    }
}

/// It asked the store without end, from the moment at which the answer was overdue.
#[test]
fn a_server_that_lost_its_connection_with_a_message_on_its_way_rests() {
    let Stage { runtime, rest } = Stage::new();
    runtime.block_on(async {
        let world = World::with_groups(1).await;
        world.network.follow(|_, _| Behaviour::silent());
        let process = world.start_process();
        world.faults.take_turns(1);
        process.launch(&world.who, world.draft(1)).await;
        pass(&world, &rest, Duration::from_secs(5)).await;
        assert_eq!(world.network.handed_over().len(), 1);
        world.network.set_tenure(world.connection, Tenure::Vacant);
        pass(&world, &rest, Duration::from_mins(2)).await;
        // It is given back, and the message is confirmed with its id.
        world.network.follow(|_, _| Behaviour::acknowledges());
        let back = Tenure::Held {
            server: 0,
            fence: 1,
        };
        world.network.set_tenure(world.connection, back);
        pass(&world, &rest, Duration::from_mins(1)).await;
        let ids: Vec<_> = (world.network.reached().into_iter())
            .map(|message| message.id)
            .collect();
        assert_eq!(ids.len(), 2);
        assert_eq!(ids[0], ids[1]);
    });
}

/// The claim was made in time, and its message left when the store had told what to send.
#[test]
fn a_claim_that_waited_for_the_store_sends_nothing_once_the_window_has_closed() {
    for step in 0..STEPS {
        let Stage { runtime, rest } = Stage::new();
        runtime.block_on(async {
            let world = World::seeded(1, step).await;
            let process = world.start_process();
            world.faults.take_turns(step);
            let zone = Zone::embedded(&ZoneName::default()).unwrap();
            let closes = CivilTime::constant(10, 14, 0, 0);
            world.clock.advance(Duration::from_secs(35));
            assert_eq!(zone.local(world.clock.now()).time().minute(), 13);
            let mut draft = world.draft(1);
            draft.timing.window = Some(Window {
                days: Weekdays::ALL,
                from: CivilTime::constant(9, 0, 0, 0),
                to: closes,
            });
            let window = draft.timing.window.unwrap();
            let campaigns = process.engine.campaigns();
            let campaign = campaigns.save(&world.who, None, draft).await.unwrap().id;
            // Eight attempts take longer than the window stays open.
            let away = (step..step + 8).map(|call| (call, Fault::Away));
            world.faults.plan(away.collect());
            let _ = process
                .act(&world.who, campaign, CampaignAction::Start)
                .await;
            pass(&world, &rest, Duration::from_mins(5)).await;
            for (at, message) in world.network.handed_over() {
                assert!(window.open_at(&zone, at), "step {step}: {message:?}");
            }
        });
    }
}
