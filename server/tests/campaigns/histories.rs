//! Random histories of everything that can befall a campaign with a schedule, each from one seed: its
//! owner pauses, resumes, repeats and ends it, its window closes, its connection is lost or goes to
//! another server, answers come late, never or as refusals, the store is away, and the process is
//! killed. Whatever happens, every promise holds, and it comes to rest.
//!
//! Nothing in a history is real time or chance: its processes share one thread, a call of the store is
//! one step, and the clock moves once all of them wait for it. The same seed plays the same history.
//!
//! `ARAUTO_HISTORIES` changes how many there are; `ARAUTO_SEED` plays one of them again.

mod chance;
mod defects;
mod owner;
mod promises;
mod stage;
mod tenancy;

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arauto::clock::Clock as _;
use arauto::store::Store;
use arauto_app::domain::*;
use rand::{Rng, SeedableRng, rngs::StdRng};

use self::owner::{Desk, Owner};
use self::promises::Record;
use self::stage::{Rest, Stage};
use self::tenancy::Tenancy;
use super::kills::any_behaviour;
use super::network::Behaviour;
use super::world::{Process, World};

/// How many histories there are unless more are asked for.
const HISTORIES: u64 = 150;
/// How many are played at the same time.
const TOGETHER: usize = 2;
/// Longer than any schedule here has anything due.
const STEPS_AT_MOST: usize = 20_000;

#[test]
fn no_history_breaks_a_promise() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let (first, count) = match number("ARAUTO_SEED") {
        Some(seed) => (seed, 1),
        None => (0, number("ARAUTO_HISTORIES").unwrap_or(HISTORIES)),
    };
    let (next, broken) = (AtomicU64::new(first), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..TOGETHER {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count {
                        return;
                    }
                    if catch_unwind(|| play(seed)).is_err() {
                        println!("that was seed {seed} (again: ARAUTO_SEED={seed})");
                        broken.lock().unwrap().push(seed);
                    }
                }
            });
        }
    });
    let broken = broken.into_inner().unwrap();
    assert!(broken.is_empty(), "promises are broken by {broken:?}");
}

#[test]
fn the_same_seed_plays_the_same_history() {
    for seed in [3, 14, 159, 2_653] {
        assert_eq!(play(seed), play(seed), "of seed {seed}");
    }
}

/// Plays a history to its end and checks it; what happened in it.
fn play(seed: u64) -> String {
    let mut history = History::of(seed);
    history.live_through();
    history.check()
}

/// One history: what its seed decides before it begins, and what came of it so far.
struct History {
    world: World,
    store: Store,
    campaign: CampaignId,
    timing: Timing,
    limits: Limits,
    wish: AfterOutage,
    groups: u32,
    servers: usize,
    random: StdRng,
    tenancy: Tenancy,
    owner: Owner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Killed,
    StepsDone,
    AtRest,
}

impl History {
    fn of(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let stage = Stage::new();
        stage.runtime.block_on(async {
            let groups = random.random_range(1..=6);
            let world = World::seeded(groups, seed).await;
            let store = world.open_store();
            let timing = chance::any_timing(&mut random, world.clock.now());
            let limits = chance::any_limits(&mut random);
            let wish = chance::any_wish(&mut random);
            let (workspace, connection) = (world.workspace(), world.connection);
            let connections = &store.connections;
            let set = connections.set_pace(workspace, connection, Some(limits));
            set.await.unwrap();
            let set = connections.set_settings(workspace, connection, "Loja", wish);
            set.await.unwrap();
            let process = world.start_process_on(store.clone());
            let mut draft = world.draft(groups);
            draft.timing = timing.clone();
            let campaigns = process.engine.campaigns();
            let campaign = campaigns.save(&world.who, None, draft).await.unwrap().id;
            Self {
                servers: if random.random_bool(0.4) { 2 } else { 1 },
                tenancy: Tenancy::new(&world),
                owner: Owner::default(),
                world,
                store,
                campaign,
                timing,
                limits,
                wish,
                groups,
                random,
            }
        })
    }

    /// A few lives with trouble, then one in peace to the end.
    fn live_through(&mut self) {
        self.world.faults.take_turns(self.random.random());
        let mut network = StdRng::seed_from_u64(self.random.random());
        let follow = move |_: &_, _| any_behaviour(&mut network);
        self.world.network.follow(follow);
        for _ in 0..self.random.random_range(1..=5) {
            let plan = chance::any_plan(&mut self.random);
            self.world.faults.plan(plan);
            let steps = self.random.random_range(20..600);
            if self.live_once(steps, true) == Ended::AtRest {
                break;
            }
        }
        self.world.faults.plan(BTreeMap::new());
        self.world.network.follow(|_, _| Behaviour::acknowledges());
        let ended = self.live_once(STEPS_AT_MOST, false);
        assert_eq!(ended, Ended::AtRest, "it never comes to rest");
    }

    /// One life of the processes, of so many steps at most.
    fn live_once(&mut self, steps: usize, in_trouble: bool) -> Ended {
        let Stage { runtime, rest } = Stage::new();
        let ended = runtime.block_on(async {
            let faults = self.world.faults.clone();
            tokio::select! {
                biased;
                () = faults.killed() => Ended::Killed,
                ended = self.live(&rest, steps, in_trouble) => ended,
            }
        });
        runtime.shutdown_background();
        ended
    }

    async fn live(&mut self, rest: &Rest, steps: usize, in_trouble: bool) -> Ended {
        let first = self.world.network.servers();
        let living = first..first + self.servers;
        self.tenancy.begin(&self.world, &self.store, living).await;
        let start = |_| self.world.start_process_on(self.store.clone());
        let servers: Vec<Process> = (0..self.servers).map(start).collect();
        self.set_online(true);
        for _ in 0..steps {
            rest.comes().await;
            let server = self.random.random_range(0..servers.len());
            if self.step(&servers[server], in_trouble).await {
                return Ended::AtRest;
            }
            self.tenancy.step(&self.world);
            rest.comes().await;
            self.pass_time(in_trouble);
        }
        Ended::StepsDone
    }

    /// What the owner and the world do now. Tells whether nothing is left to happen.
    async fn step(&mut self, process: &Process, in_trouble: bool) -> bool {
        if in_trouble {
            self.trouble().await;
        }
        let (campaign, asked) = self.stored().await;
        let faults = self.world.faults.clone();
        let desk = Desk {
            world: &self.world,
            process,
            campaign: self.campaign,
        };
        let (owner, random) = (&mut self.owner, &mut self.random);
        if !in_trouble || random.random_bool(0.1) {
            owner.answer(&desk, asked, random).await;
        }
        match campaign.state {
            CampaignState::Draft => return !owner.start(&desk).await && !in_trouble,
            CampaignState::Paused if !in_trouble => owner.resume_or_end(&desk).await,
            CampaignState::Completed => {
                let journal = &self.store.journal;
                let open = faults.carry_out(journal.every_open_run()).await;
                if !open.unwrap().is_empty() {
                    return false;
                }
                let latest = journal.latest_run(self.world.workspace(), self.campaign);
                match faults.carry_out(latest).await.unwrap() {
                    Some(run) if in_trouble && owner.repeated < 3 => {
                        owner.repeat(&desk, &run, random).await;
                    }
                    _ => return true,
                }
            }
            state if in_trouble => owner.stir(&desk, state, random).await,
            _ => {}
        }
        false
    }

    /// Something happens to the connection or the store, now and then.
    async fn trouble(&mut self) {
        match self.random.random_range(0..80) {
            0 => self.set_online(false),
            1..8 => self.set_online(true),
            8 => self.world.faults.set_away(true),
            9..20 => self.world.faults.set_away(false),
            20 => {
                let to = self.random.random_range(0..self.servers);
                let steps = self.random.random_range(0..8);
                let (world, store) = (&self.world, &self.store);
                self.tenancy.lose(world, store, to, steps).await;
            }
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

    /// The campaign, and what its owner is asked, as they are stored, past the faults.
    async fn stored(&self) -> (Campaign, Option<Outage>) {
        let (world, store) = (&self.world, &self.store);
        let campaign = store.campaigns.get(world.workspace(), self.campaign);
        let campaign = world.faults.carry_out(campaign).await;
        let connection = store.connections.get(world.workspace(), world.connection);
        let connection = world.faults.carry_out(connection).await;
        let asked = connection.unwrap().unwrap().outage;
        (campaign.unwrap().unwrap(), asked)
    }

    /// On to the next time that somebody waits for; in trouble also to any other.
    fn pass_time(&mut self, in_trouble: bool) {
        let (clock, random) = (&self.world.clock, &mut self.random);
        let anytime = Duration::from_secs(random.random_range(1..120));
        let next = clock.next_alarm().map(|at| at.since(clock.now()));
        let by = match next {
            Some(next) if !in_trouble || random.random_bool(0.7) => next,
            _ => anytime,
        };
        clock.advance(by.max(Duration::from_millis(1)));
    }

    /// What must hold in the end; what happened.
    fn check(&self) -> String {
        let stage = Stage::new();
        stage.runtime.block_on(async {
            let process = self.world.start_process_on(self.store.clone());
            let record = Record::of(self, &process).await;
            record.check().await;
            record.trace()
        })
    }
}
