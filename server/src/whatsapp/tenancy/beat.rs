//! The beat of a server among others: it renews its leases, takes connections that nobody runs, and
//! gives up what it runs too much of.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use arauto_app::domain::{Connection, ConnectionId, WorkspaceId};
use futures::{StreamExt, stream};
use rand::seq::SliceRandom;
use tokio::sync::Notify;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use super::super::Hub;
use super::super::keys::{Place, Sealer};
use super::letter::Letter;
use super::office::Office;
use super::share::plan;
use super::term::{Reading, Term};
use super::{herald, office};
use crate::clock::SharedClock;
use crate::store::{
    Exchange, LeaseStore, Seal, ServerId, Store, StoreError, Tenancies, UNFINISHED_COPY,
};

/// Connections come to a server this far apart on average. The engine bounds how many are opened at a
/// time; this keeps them from knocking at WhatsApp's door in step.
const SPREAD: Duration = Duration::from_millis(100);
/// How many connections are taken between two renewals, so that those do not come late.
const TAKEN_PER_BEAT: usize = 16;
/// How many of them at the same time.
const TAKEN_TOGETHER: usize = 8;
/// How long a beat that failed waits for the next.
const AFTER_A_FAILURE: Duration = Duration::from_millis(500);
/// How long giving back the leases may take at the end.
const GIVING_BACK: Duration = Duration::from_secs(1);

/// What a server knows of itself among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenancyConfig {
    /// This start of the server.
    pub server: ServerId,
    /// An earlier start that is known to be dead: its leases need not expire.
    pub before: Option<ServerId>,
    /// How long a lease lasts without being renewed.
    pub lease: Duration,
}

impl Default for TenancyConfig {
    fn default() -> Self {
        Self {
            server: ServerId::default(),
            before: None,
            lease: Duration::from_secs(15),
        }
    }
}

/// A server's place among others.
pub(in super::super) struct Tenancy {
    pub(super) config: TenancyConfig,
    pub(super) leases: Arc<dyn LeaseStore>,
    pub(super) exchange: Option<Arc<dyn Exchange>>,
    pub(super) sealer: Arc<Sealer>,
    /// What it seals with, for the other servers to know.
    seal: Seal,
    pub(super) office: Office,
    pub(in super::super) term: Arc<Term>,
    bell: Arc<Notify>,
    /// Held while connections come to this server or are found to be lost.
    moving: tokio::sync::Mutex<()>,
    /// The connections that are on their way to another server.
    leaving: Mutex<HashSet<ConnectionId>>,
    has_others: AtomicBool,
    closing: AtomicBool,
}

impl Tenancy {
    pub(in super::super) fn new(
        config: TenancyConfig,
        store: &Store,
        sealer: Arc<Sealer>,
        clock: SharedClock,
    ) -> Self {
        Self {
            config,
            leases: store.leases.clone(),
            exchange: store.exchange.clone(),
            seal: sealer.current(),
            sealer,
            office: Office::default(),
            term: Arc::new(Term::new(clock)),
            bell: Arc::default(),
            moving: tokio::sync::Mutex::default(),
            leaving: Mutex::default(),
            has_others: AtomicBool::new(false),
            closing: AtomicBool::new(false),
        }
    }

    /// Whether other servers live.
    pub(super) fn has_others(&self) -> bool {
        self.has_others.load(Ordering::Relaxed)
    }

    /// Makes the next beat come at once.
    pub(super) fn ring(&self) {
        self.bell.notify_one();
    }

    /// Writes to one server, or to all others; where there can be none, to nobody.
    pub(super) async fn post(
        &self,
        to: Option<ServerId>,
        letter: &Letter,
    ) -> Result<(), StoreError> {
        let Some(exchange) = &self.exchange else {
            return Ok(());
        };
        let damaged =
            |error: &dyn std::fmt::Display| StoreError::Damaged(format!("a letter: {error}"));
        let bytes = serde_json::to_vec(letter).map_err(|error| damaged(&error))?;
        let sealed = self.sealer.seal(in_the_post(), &bytes);
        let sealed = sealed.map_err(|error| damaged(&error))?;
        exchange.post(self.config.server, to, sealed.into()).await
    }

    /// Opens a letter; `None` for one of a server of another version, or with a key that is not at
    /// hand, while one after the other is updated.
    pub(super) fn unseal(&self, letter: &[u8]) -> Option<Letter> {
        let opened = self.sealer.open(in_the_post(), letter).ok()?;
        serde_json::from_slice(&opened).ok()
    }

    /// Tells the others that connections are free, or that this server has come.
    async fn tell_of_change(&self) {
        if let Err(error) = self.post(None, &Letter::Freed).await {
            tracing::debug!("failed to {error}; the others find out by themselves");
        }
    }

    fn leaving(&self) -> MutexGuard<'_, HashSet<ConnectionId>> {
        self.leaving.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a letter is sealed for: no connection has this place.
fn in_the_post() -> Place<'static> {
    Place {
        connection: ConnectionId::from(Uuid::nil()),
        space: "letter",
        key: &[],
    }
}

/// Takes what this server is to run, and begins to beat. The tasks end when they are dropped.
pub(in super::super) async fn move_in(
    hub: &Arc<Hub>,
) -> Result<Vec<AbortOnDropHandle<()>>, StoreError> {
    let tenancy = &hub.tenancy;
    if let Some(before) = tenancy.config.before {
        tenancy.leases.retire(before).await?;
    }
    tell_of_itself(hub).await?;
    let mut taken = 0;
    loop {
        let beat = beat(hub, taken).await?;
        taken += beat.taken;
        if !beat.left_some {
            break;
        }
    }
    if tenancy.exchange.is_none() {
        // No other server can have the store, so nothing is ever lost, and nothing to be renewed.
        tenancy.term.make_endless();
        return Ok(Vec::new());
    }
    let tasks = vec![
        AbortOnDropHandle::new(tokio::spawn(beats(
            Arc::downgrade(hub),
            tenancy.bell.clone(),
        ))),
        AbortOnDropHandle::new(tokio::spawn(office::read_letters(Arc::downgrade(hub)))),
        AbortOnDropHandle::new(tokio::spawn(herald::run(Arc::downgrade(hub)))),
    ];
    tenancy.tell_of_change().await;
    Ok(tasks)
}

/// Tells that it lives, before it takes anything. A copy into this store that begins at this moment sees it,
/// or it sees the copy's mark and takes nothing.
async fn tell_of_itself(hub: &Hub) -> Result<(), StoreError> {
    let tenancy = &hub.tenancy;
    let (server, period) = (tenancy.config.server, tenancy.config.lease);
    let told = tenancy.leases.heartbeat(server, period, &tenancy.seal);
    told.await?;
    if hub.around.store.meta.get(UNFINISHED_COPY).await?.is_some() {
        tenancy.leases.retire(server).await?;
        return Err(StoreError::Conflict("a copy of another store began in it"));
    }
    Ok(())
}

/// Gives all leases back: the connections are closed.
pub(in super::super) async fn move_out(hub: &Hub) {
    let tenancy = &hub.tenancy;
    let giving_back = async {
        match tenancy.leases.retire(tenancy.config.server).await {
            Ok(()) => tenancy.tell_of_change().await,
            Err(error) => tracing::warn!("failed to {error}; the leases expire by themselves"),
        }
    };
    if tokio::time::timeout(GIVING_BACK, giving_back)
        .await
        .is_err()
    {
        tracing::warn!("failed to give the leases back in time; they expire by themselves");
    }
}

/// From now on nothing is taken.
pub(in super::super) fn close(hub: &Hub) {
    hub.tenancy.closing.store(true, Ordering::Relaxed);
}

/// Takes and starts a connection that was just made here.
pub(in super::super) async fn begin(
    hub: &Arc<Hub>,
    connection: &Connection,
) -> Result<(), StoreError> {
    let _moving = hub.tenancy.moving.lock().await;
    take(hub, connection.workspace, connection.id, Duration::ZERO).await
}

async fn beats(hub: Weak<Hub>, bell: Arc<Notify>) {
    loop {
        let Some(hub) = hub.upgrade() else { return };
        let pause = match beat(&hub, 0).await {
            Ok(Beat {
                left_some: true, ..
            }) => Duration::ZERO,
            Ok(beat) => beat.pause,
            Err(error) => {
                tracing::warn!("failed to {error}; the leases are renewed again soon");
                AFTER_A_FAILURE.min(hub.tenancy.config.lease / 6)
            }
        };
        let clock = hub.around.clock.clone();
        // Not held while nothing is done: the hub's owner decides when it ends.
        drop(hub);
        tokio::select! {
            () = clock.sleep(pause) => {}
            () = bell.notified() => {}
        }
    }
}

/// What came of one beat.
struct Beat {
    taken: usize,
    /// Whether there was more to take.
    left_some: bool,
    /// When the next is due.
    pause: Duration,
}

/// One beat; the connections that it takes come after `ahead` others.
async fn beat(hub: &Arc<Hub>, ahead: usize) -> Result<Beat, StoreError> {
    let tenancy = &hub.tenancy;
    let (server, period) = (tenancy.config.server, tenancy.config.lease);
    let _moving = tenancy.moving.lock().await;
    let asked = Reading::of(&hub.around.clock);
    let held = tenancy
        .leases
        .heartbeat(server, period, &tenancy.seal)
        .await?;
    // Before the term goes on, so that nothing that is lost is taken for ours.
    hub.drop_lost(&held);
    let resumed = !tenancy.term.runs();
    tenancy.term.extend(asked, period);
    if resumed {
        hub.tell_of_all();
    }
    let seen = tenancy.leases.every_tenure().await?;
    let mut pause = period / 3;
    let had_others = tenancy.has_others.swap(
        seen.servers.iter().any(|other| *other != server),
        Ordering::Relaxed,
    );
    if tenancy.has_others() {
        pause = pause.min(next_expiry(server, &seen));
        if !had_others {
            herald::show_all(hub).await;
        }
    }
    if tenancy.closing.load(Ordering::Relaxed) {
        return Ok(Beat {
            taken: 0,
            left_some: false,
            pause,
        });
    }
    let mut hosted = hub.hosted();
    hosted.extend(tenancy.leaving().iter());
    let plan = plan(server, &seen, &hosted, &hub.movable());
    if let Some(connection) = plan.give_up {
        tokio::spawn(hand_over(hub.clone(), connection));
    }
    // In any order: whoever always came last would be away for longest, each time a server dies.
    let mut now = plan.take.clone();
    hub.around.random.with(|rng| now.shuffle(rng));
    now.truncate(TAKEN_PER_BEAT);
    let taken = now.len();
    let outcomes: Vec<Result<(), StoreError>> = stream::iter((ahead..).zip(now))
        .map(|(place, tenure)| async move {
            let draw: f64 = hub.around.random.with(rand::Rng::random);
            #[allow(clippy::cast_precision_loss, reason = "a number of connections")]
            let spread = SPREAD.mul_f64(place as f64 + draw);
            take(hub, tenure.workspace, tenure.connection, spread).await
        })
        .buffer_unordered(TAKEN_TOGETHER)
        .collect()
        .await;
    // All were tried: one that fails holds up none of the others.
    outcomes.into_iter().collect::<Result<(), _>>()?;
    Ok(Beat {
        taken,
        left_some: plan.take.len() > taken,
        pause,
    })
}

/// When the first lease of another server runs out, if that server does not renew it.
fn next_expiry(me: ServerId, seen: &Tenancies) -> Duration {
    let others = seen.tenures.iter().filter_map(|tenure| tenure.holder);
    let first = others
        .filter(|(holder, _)| *holder != me)
        .map(|(_, left)| left)
        .min();
    first.map_or(Duration::MAX, |left| left + Duration::from_millis(5))
}

/// Takes the lease of a connection, if it is still free, and starts it.
async fn take(
    hub: &Arc<Hub>,
    workspace: WorkspaceId,
    connection: ConnectionId,
    spread: Duration,
) -> Result<(), StoreError> {
    let TenancyConfig { server, lease, .. } = hub.tenancy.config;
    let leases = &hub.tenancy.leases;
    let Some(lease) = leases.acquire(workspace, connection, server, lease).await? else {
        return Ok(());
    };
    // Read after the lease was taken: nobody else changes it any more.
    let connections = &hub.around.store.connections;
    if let Some(row) = connections.get(workspace, connection).await? {
        tracing::info!(%connection, fence = lease.fence, "running it from now on");
        hub.adopt(&row, lease, spread);
    }
    Ok(())
}

/// Closes a connection in order and leaves it to another server.
async fn hand_over(hub: Arc<Hub>, connection: ConnectionId) {
    let tenancy = &hub.tenancy;
    if !tenancy.leaving().insert(connection) {
        return;
    }
    tracing::info!(%connection, "leaving it to another server");
    if let Some(lease) = hub.close(connection).await
        && let Err(error) = tenancy.leases.release(&lease).await
    {
        tracing::warn!(%connection, "failed to {error}; it is taken up again");
    }
    tenancy.leaving().remove(&connection);
    tenancy.tell_of_change().await;
    // There may be more to give up.
    tenancy.ring();
}
