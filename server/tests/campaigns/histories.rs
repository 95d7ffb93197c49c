//! Random histories of everything that can befall a campaign with a schedule, each from one seed: its
//! owner pauses and resumes it, its window closes, its connection is lost, answers come late, never or
//! as refusals, the store is away, and the process is killed. Whatever happens, every promise holds.
//!
//! `ARAUTO_HISTORIES` changes how many there are; `ARAUTO_SEED` plays one of them again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use arauto::clock::Clock as _;
use arauto_app::domain::*;
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::kills::{any_behaviour, any_plan, check_proof};
use super::network::Behaviour;
use super::world::{Process, World};

const HISTORIES: u64 = 40;
/// How long a life of the process may take in real time.
const DEADLINE: Duration = Duration::from_mins(2);
/// How often a task that waits for nothing but the processor gets its turn before the clock moves on.
const TURNS: usize = 24;
/// Longer than any schedule here has anything due.
const STEPS_AT_MOST: usize = 20_000;

/// One history: what its seed decides before it begins.
struct History {
    world: World,
    campaign: CampaignId,
    timing: Timing,
    groups: u32,
    random: StdRng,
    was_paused: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Killed,
    StepsDone,
    Completed,
}

#[test]
fn no_history_breaks_a_promise() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let (first, count) = match number("ARAUTO_SEED") {
        Some(seed) => (seed, 1),
        None => (0, number("ARAUTO_HISTORIES").unwrap_or(HISTORIES)),
    };
    for seed in first..first + count {
        println!("history of seed {seed} (again: ARAUTO_SEED={seed})");
        let mut history = History::of(seed);
        history.live_through();
        history.check();
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

fn any_timing(random: &mut StdRng, now: Timestamp) -> Timing {
    let zone = Zone::embedded(&ZoneName::default()).unwrap();
    let today = zone.local(now).date();
    let schedule = match random.random_range(0..4) {
        0 => Schedule::Now,
        1 => Schedule::Weekly {
            days: Weekdays::ALL,
            times: vec![
                CivilTime::constant(9, 30, 0, 0),
                CivilTime::constant(18, 0, 0, 0),
            ],
        },
        _ => Schedule::Every {
            n: random.random_range(5..180),
            unit: IntervalUnit::Minutes,
        },
    };
    let window = random.random_bool(0.6).then(|| Window {
        days: Weekdays::ALL,
        from: CivilTime::constant(random.random_range(0..12), 0, 0, 0),
        to: CivilTime::constant(random.random_range(12..24), 30, 0, 0),
    });
    Timing {
        schedule,
        window,
        last_day: today.tomorrow().ok(),
        max_runs: random.random_bool(0.7).then(|| random.random_range(1..4)),
        tolerance_minutes: random.random_range(0..240),
        ..Timing::default()
    }
}

impl History {
    fn of(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let groups = random.random_range(1..=6);
        let (world, timing, campaign) = runtime().block_on(async {
            let world = World::seeded(groups, seed).await;
            let timing = any_timing(&mut random, world.clock.now());
            let process = world.start_process();
            let mut draft = world.draft(groups);
            draft.timing = timing.clone();
            let campaigns = process.engine.campaigns();
            let campaign = campaigns.save(&world.who, None, draft).await.unwrap();
            (world, timing, campaign)
        });
        Self {
            world,
            campaign,
            timing,
            groups,
            random,
            was_paused: false,
        }
    }

    /// A few lives with trouble, then one in peace to the end.
    fn live_through(&mut self) {
        let mut network = StdRng::seed_from_u64(self.random.random());
        let follow = move |_: &_, _| any_behaviour(&mut network);
        self.world.network.follow(follow);
        for _ in 0..self.random.random_range(1..=4) {
            let plan = any_plan(&mut self.random);
            self.world.faults.plan(plan);
            let steps = self.random.random_range(20..400);
            if self.live_once(steps, true) == Ended::Completed {
                break;
            }
        }
        self.world.faults.plan(BTreeMap::new());
        self.world.network.follow(|_, _| Behaviour::acknowledges());
        assert_eq!(self.live_once(STEPS_AT_MOST, false), Ended::Completed);
    }

    /// One life of the process, of so many steps at most.
    fn live_once(&mut self, steps: usize, in_trouble: bool) -> Ended {
        let runtime = runtime();
        let ended = runtime.block_on(async {
            let faults = self.world.faults.clone();
            tokio::select! {
                biased;
                () = faults.killed() => Ended::Killed,
                ended = self.live(steps, in_trouble) => ended,
                () = tokio::time::sleep(DEADLINE) => panic!("this life never ends"),
            }
        });
        runtime.shutdown_background();
        ended
    }

    async fn live(&mut self, steps: usize, in_trouble: bool) -> Ended {
        let process = self.world.start_process();
        self.set_online(true);
        for _ in 0..steps {
            self.settle().await;
            let state = self.stored(&process).await.state;
            match state {
                CampaignState::Completed => return Ended::Completed,
                // A store that is away fails what the person wants; they try again later.
                CampaignState::Draft => self.act(&process, CampaignAction::Start).await,
                CampaignState::Paused if !in_trouble => {
                    self.act(&process, CampaignAction::Resume).await;
                }
                _ if in_trouble => self.stir(&process, state).await,
                _ => {}
            }
            let seconds = self.random.random_range(1..120);
            self.world.clock.advance(Duration::from_secs(seconds));
        }
        Ended::StepsDone
    }

    /// Something happens, now and then.
    async fn stir(&mut self, process: &Process, state: CampaignState) {
        match self.random.random_range(0..40) {
            0 if state == CampaignState::Active => {
                self.was_paused = true;
                self.act(process, CampaignAction::Pause).await;
            }
            1..4 if state == CampaignState::Paused => {
                self.act(process, CampaignAction::Resume).await;
            }
            4 => self.set_online(false),
            5..9 => self.set_online(true),
            _ => {}
        }
    }

    fn set_online(&self, is_online: bool) {
        let state = if is_online {
            ConnectionState::Online
        } else {
            ConnectionState::Reconnecting {
                attempt: 1,
                next_at: self.world.clock.now(),
                cause: None,
            }
        };
        self.world.network.set_state(self.world.connection, state);
    }

    async fn act(&self, process: &Process, action: CampaignAction) {
        let _ = process.act(&self.world.who, self.campaign, action).await;
    }

    /// The campaign as it is stored, past the faults.
    async fn stored(&self, process: &Process) -> Campaign {
        let (workspace, campaigns) = (self.world.workspace(), &process.store.campaigns);
        let stored = campaigns.get(workspace, self.campaign).await.unwrap();
        stored.unwrap()
    }

    /// Waits until every task of the process waits for the clock.
    async fn settle(&self) {
        let mut quiet = 0;
        let mut calls = self.world.faults.calls();
        while quiet < TURNS {
            tokio::task::yield_now().await;
            if self.world.faults.in_flight() > 0 {
                tokio::time::sleep(Duration::from_micros(50)).await;
            }
            let now = self.world.faults.calls();
            let is_quiet = now == calls && self.world.faults.in_flight() == 0;
            quiet = if is_quiet { quiet + 1 } else { 0 };
            calls = now;
        }
    }

    /// What must hold in the end.
    fn check(&self) {
        runtime().block_on(async {
            let process = self.world.start_process();
            let campaign = self.stored(&process).await;
            let runs = self.runs(&process).await;
            let mut ids = BTreeSet::new();
            let mut due = BTreeSet::new();
            for (place, run) in runs.iter().enumerate() {
                assert_eq!(run.number as usize, runs.len() - place, "runs are counted");
                assert!(run.finished_at.is_some(), "left open: {run:?}");
                let is_new = run.origin == RunOrigin::Person || due.insert(run.due_at);
                assert!(is_new, "two runs for one time: {run:?}");
                let deliveries = process.deliveries(&self.world.who, run.id).await;
                assert_eq!(
                    deliveries.len(),
                    self.groups as usize,
                    "every group has its row"
                );
                for delivery in &deliveries {
                    self.check_delivery(delivery, &mut ids);
                }
            }
            let handed_over = self.world.network.handed_over();
            for (at, message) in &handed_over {
                assert!(ids.contains(&message.id), "sent without a row: {message:?}");
                self.check_window(*at);
            }
            if !self.was_paused {
                self.check_nothing_is_passed_over(&process, &campaign, &runs)
                    .await;
            }
            process.engine.shutdown().await;
        });
    }

    async fn runs(&self, process: &Process) -> Vec<Run> {
        let (workspace, journal) = (self.world.workspace(), &process.store.journal);
        let runs = journal.runs_before(workspace, self.campaign, u32::MAX, 1_000);
        runs.await.unwrap()
    }

    fn check_delivery(&self, delivery: &Delivery, ids: &mut BTreeSet<MessageId>) {
        check_proof(&self.world, delivery);
        assert!(!delivery.state.is_open(), "{delivery:?}");
        let id = delivery.message_id.clone();
        let id = id.unwrap_or_else(|| panic!("never tried: {delivery:?}"));
        assert!(ids.insert(id.clone()), "one id, two rows: {delivery:?}");
        // Its owner was told that nobody knows.
        if delivery.state == DeliveryState::Unanswered {
            return;
        }
        let network = &self.world.network;
        let reached = network.reached().iter().any(|message| message.id == id);
        assert!(reached, "lost: {delivery:?}");
    }

    fn check_window(&self, at: Timestamp) {
        let zone = Zone::embedded(&self.timing.zone).unwrap();
        let window = self.timing.window.as_ref();
        let is_open = window.is_none_or(|window| window.open_at(&zone, at));
        assert!(is_open, "sent outside of the window, at {}", zone.local(at));
    }

    /// Every time that came has a run, or is told as missed.
    async fn check_nothing_is_passed_over(
        &self,
        process: &Process,
        campaign: &Campaign,
        runs: &[Run],
    ) {
        let (Some(first_at), Some(last_due)) = (campaign.past.first_at, campaign.past.last_due)
        else {
            panic!("it was completed and never started: {campaign:?}");
        };
        let (workspace, campaigns) = (self.world.workspace(), &process.store.campaigns);
        let end_of_time = Timestamp::from_millis(i64::MAX);
        let missed = campaigns.missed(workspace, self.campaign, end_of_time, 1_000);
        let missed = missed.await.unwrap();
        let started = PastRuns {
            first_at: Some(first_at),
            ..PastRuns::default()
        };
        let unbounded = Timing {
            max_runs: None,
            ..self.timing.clone()
        };
        let zone = Zone::embedded(&self.timing.zone).unwrap();
        let due = unbounded.next_runs(&zone, &started, first_at, 1_000);
        for at in due.into_iter().take_while(|at| *at <= last_due) {
            let ran = runs.iter().any(|run| run.due_at == at);
            let told = |missed: &Missed| missed.runs.from <= at && at <= missed.runs.to;
            assert!(
                ran || missed.iter().any(told),
                "passed over without a word: {}",
                zone.local(at)
            );
        }
    }
}
