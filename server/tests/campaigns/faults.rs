//! A store, and hand-overs to WhatsApp, that fail on demand: at a chosen call the store is away,
//! its answer is lost, or the process is killed just before or just after.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use arauto::store::{Store, StoreError};
use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::sync::Notify;

/// What happens to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The store does not answer and did nothing.
    Away,
    /// The store did it and its answer was lost.
    AnswerLost,
    /// The process is killed before the call.
    KillBefore,
    /// The process is killed after the call, before anybody sees its answer.
    KillAfter,
}

/// The plan of faults: by number of the call.
#[derive(Clone, Default)]
pub struct Faults(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    /// What decides whose turn it is, while calls are steps.
    turns: Mutex<Option<StdRng>>,
    killed: Notify,
}

#[derive(Default)]
struct State {
    calls: u64,
    plan: BTreeMap<u64, Fault>,
    away: bool,
    /// A process that is killed does nothing any more.
    dead: bool,
}

impl Faults {
    /// From now on each call is one step: nothing else happens while it is carried out, and whose
    /// step is the next one follows from the seed. So all that happens does.
    pub fn take_turns(&self, seed: u64) {
        *self.0.turns.lock().unwrap() = Some(StdRng::seed_from_u64(seed));
    }

    /// Counts calls from zero again, with this plan.
    pub fn plan(&self, plan: BTreeMap<u64, Fault>) {
        *self.0.state.lock().unwrap() = State {
            plan,
            ..State::default()
        };
    }

    /// Takes the store away, or brings it back.
    pub fn set_away(&self, away: bool) {
        self.0.state.lock().unwrap().away = away;
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.0.state.lock().unwrap().calls
    }

    /// Returns when the plan kills the process.
    pub async fn killed(&self) {
        self.0.killed.notified().await;
    }

    fn next(&self) -> Option<Fault> {
        let mut state = self.0.state.lock().unwrap();
        let call = state.calls;
        state.calls += 1;
        if state.dead {
            return Some(Fault::KillBefore);
        }
        if state.away {
            return Some(Fault::Away);
        }
        state.plan.remove(&call)
    }

    async fn kill<T>(&self) -> T {
        if !std::mem::replace(&mut self.0.state.lock().unwrap().dead, true) {
            self.0.killed.notify_one();
        }
        std::future::pending().await
    }

    /// Lets others have their turn, as often as the seed has it.
    async fn wait_for_a_turn(&self) {
        let others = match &mut *self.0.turns.lock().unwrap() {
            Some(turns) => turns.random_range(0..3),
            None => 0,
        };
        for _ in 0..others {
            tokio::task::yield_now().await;
        }
    }

    /// Carries out a call that no fault befalls: one step, while calls are steps.
    pub async fn carry_out<T>(&self, call: impl Future<Output = T>) -> T {
        if self.0.turns.lock().unwrap().is_none() {
            return call.await;
        }
        // The store works on threads of its own: this one, which is all that the process has, waits.
        futures::executor::block_on(tokio::task::unconstrained(call))
    }

    /// Carries out a call as the plan has it.
    pub async fn pass<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let away = || StoreError::Unavailable("the test took it away".into());
        self.wait_for_a_turn().await;
        match self.next() {
            None => self.carry_out(call).await,
            Some(Fault::Away) => Err(away()),
            Some(Fault::AnswerLost) => {
                self.carry_out(call).await?;
                Err(away())
            }
            Some(Fault::KillBefore) => self.kill().await,
            Some(Fault::KillAfter) => {
                let _ = self.carry_out(call).await;
                self.kill().await
            }
        }
    }

    /// Carries out a call that is a step like any other in a history, and that no plan of another test
    /// counts.
    pub async fn pass_in_turn<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        if self.0.turns.lock().unwrap().is_none() {
            return call.await;
        }
        self.pass(call).await
    }

    /// Carries out a hand-over: only kills befall it here, the network has faults of its own.
    pub async fn pass_hand_over<T>(&self, call: impl Future<Output = T>) -> T {
        self.wait_for_a_turn().await;
        match self.next() {
            Some(Fault::KillBefore) => self.kill().await,
            Some(Fault::KillAfter) => {
                call.await;
                self.kill().await
            }
            _ => call.await,
        }
    }

    /// The same store, with the faults before all that a campaign without media asks of it.
    pub fn before(&self, store: Store) -> Store {
        let faults = self.clone();
        Store {
            journal: Arc::new(Faulty {
                faults: faults.clone(),
                inner: store.journal,
            }),
            campaigns: Arc::new(Faulty {
                faults: faults.clone(),
                inner: store.campaigns,
            }),
            connections: Arc::new(Faulty {
                faults: faults.clone(),
                inner: store.connections,
            }),
            groups: Arc::new(Faulty {
                faults,
                inner: store.groups,
            }),
            ..store
        }
    }
}

pub struct Faulty<S: ?Sized> {
    pub faults: Faults,
    pub inner: Arc<S>,
}
