//! Opens sessions of the engine and sees them through to their end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arauto_app::domain::{ConnectionCause, ConnectionId};
use futures::future::BoxFuture;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use wa_rs::Client;
use wa_rs::bot::{Bot, BotHandle};
use wa_rs::http::HttpClient;
use wa_rs::pair_code::PairCodeOptions;
use wacore::store::DevicePropsOverride;

use super::course::Course;
use super::events::Translator;
use super::failures::cause_of_refusal;
use super::live::LiveSession;
use super::network::{SharedHttp, WhatsappNetwork};
use super::uploads::Uploads;
use super::version::Versions;
use crate::clock::SharedClock;
use crate::store::{Lease, LeaseStore};
use crate::whatsapp::keys::{Sealer, SessionKeys};
use crate::whatsapp::session::{Engine, Session, SessionEvent};

/// How many sessions are opened at a time: each one's login costs processor and store.
const OPENINGS: usize = 4;
/// After how long an opening counts as through, so that one that hangs holds up nobody.
const OPENING_DEADLINE: Duration = Duration::from_secs(30);
/// How long a session may take to store what it has to store when it is closed.
const CLOSING_DEADLINE: Duration = Duration::from_secs(15);
/// How often to look whether the engine gave up storing the device.
const SAVER_WATCH: Duration = Duration::from_secs(5);
/// The name of the linked device on the phone.
const DEVICE_NAME: &str = "Arauto";

/// The engine library as a port.
pub struct WhatsappEngine {
    network: WhatsappNetwork,
    leases: Arc<dyn LeaseStore>,
    sealer: Arc<Sealer>,
    clock: SharedClock,
    http: Arc<dyn HttpClient>,
    versions: Arc<Versions>,
    openings: Arc<Semaphore>,
    uploads: Mutex<HashMap<ConnectionId, Arc<Uploads>>>,
}

impl WhatsappEngine {
    /// An engine that talks to `network` and keeps the keys of its sessions under their leases.
    pub fn new(
        network: WhatsappNetwork,
        leases: Arc<dyn LeaseStore>,
        sealer: Arc<Sealer>,
        clock: SharedClock,
    ) -> Self {
        let http = network.http();
        Self {
            network,
            leases,
            sealer,
            versions: Arc::new(Versions::new(http.clone(), clock.clone())),
            http,
            clock,
            openings: Arc::new(Semaphore::new(OPENINGS)),
            uploads: Mutex::default(),
        }
    }

    fn uploads_of(&self, connection: ConnectionId) -> Arc<Uploads> {
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Uploads::new(self.clock.clone()));
        uploads.entry(connection).or_insert_with(new).clone()
    }
}

impl Engine for WhatsappEngine {
    fn open(
        &self,
        lease: &Lease,
        code_for: Option<String>,
        ready: BoxFuture<'static, ()>,
        events: mpsc::UnboundedSender<SessionEvent>,
    ) -> Arc<dyn Session> {
        let keys = Arc::new(SessionKeys::new(
            lease.connection,
            self.leases.keys(lease),
            self.sealer.clone(),
            self.clock.clone(),
        ));
        let (client, seen) = watch::channel(None);
        let course = Arc::<Course>::default();
        let stop = CancellationToken::new();
        let opening = Opening {
            course: course.clone(),
            network: self.network.clone(),
            http: self.http.clone(),
            versions: self.versions.clone(),
            openings: self.openings.clone(),
            clock: self.clock.clone(),
            keys: keys.clone(),
            code_for,
            events,
            client,
            stop: stop.clone(),
        };
        let done = CancellationToken::new();
        let guard = done.clone().drop_guard();
        let task = tokio::spawn(async move {
            let _done = guard;
            opening.run(ready).await;
        });
        Arc::new(LiveSession {
            client: seen,
            keys,
            course,
            uploads: self.uploads_of(lease.connection),
            stop,
            done,
            _task: AbortOnDropHandle::new(task),
        })
    }

    fn forget(&self, connection: ConnectionId) {
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        uploads.remove(&connection);
    }
}

/// A session from its opening to its end.
struct Opening {
    course: Arc<Course>,
    network: WhatsappNetwork,
    http: Arc<dyn HttpClient>,
    versions: Arc<Versions>,
    openings: Arc<Semaphore>,
    clock: SharedClock,
    keys: Arc<SessionKeys>,
    /// The number that a pairing code is wanted for.
    code_for: Option<String>,
    events: mpsc::UnboundedSender<SessionEvent>,
    client: watch::Sender<Option<Arc<Client>>>,
    stop: CancellationToken,
}

impl Opening {
    async fn run(self, ready: BoxFuture<'static, ()>) {
        let cause = tokio::select! {
            cause = self.live(ready) => cause,
            // Stopped before it ran; from there on `live` itself minds the stop.
            () = self.stopped_early() => ConnectionCause::ConnectionLost,
        };
        self.keys.retire();
        self.client.send_replace(None);
        // Nobody listens any more when the end was asked for.
        let _ = self.events.send(SessionEvent::Ended { cause });
    }

    async fn stopped_early(&self) {
        self.stop.cancelled().await;
        if self.client.borrow().is_some() {
            std::future::pending::<()>().await;
        }
    }

    async fn live(&self, ready: BoxFuture<'static, ()>) -> ConnectionCause {
        ready.await;
        // The semaphore is never closed.
        let permit = self.openings.clone().acquire_owned().await.ok();
        let bot = match self.build().await {
            Ok(bot) => bot,
            Err(cause) => return cause,
        };
        let client = bot.client();
        let translator = Translator::new(
            &client,
            self.code_for.is_some(),
            self.course.clone(),
            self.events.clone(),
        );
        client.subscribe_handler(Arc::new(translator)).detach();
        // One session is one connection, but for the one that links a phone: see `Translator`.
        let is_linked = client.pn().is_some();
        let reconnects = &client.enable_auto_reconnect;
        reconnects.store(!is_linked, std::sync::atomic::Ordering::Relaxed);
        self.client.send_replace(Some(client.clone()));
        let mut handle = bot.spawn();
        let stored = tokio::select! {
            () = &mut handle => true,
            () = self.stop.cancelled() => true,
            () = self.course.lost.cancelled() => true,
            () = self.saver_halted(&client) => false,
            () = self.release(permit) => true,
        };
        close(handle).await;
        if stored {
            self.course.cause_of_end()
        } else {
            ConnectionCause::Storage
        }
    }

    async fn build(&self) -> Result<Bot, ConnectionCause> {
        let version = self.versions.for_device(&self.keys).await;
        let builder = Bot::builder()
            .with_backend_arc(self.keys.clone())
            .with_transport_factory(self.network.transports(self.course.clone()))
            .with_http_client(SharedHttp(self.http.clone()))
            .with_version(version)
            .with_device_props(DevicePropsOverride::new().with_os(DEVICE_NAME))
            .skip_history_sync();
        let builder = match &self.code_for {
            None => builder,
            Some(phone) => builder.with_pair_code(PairCodeOptions {
                phone_number: phone.clone(),
                ..Default::default()
            }),
        };
        builder.build().await.map_err(|error| {
            tracing::error!("failed to open a session: {error}");
            cause_of_refusal(&error)
        })
    }

    /// Lets the next opening begin once this one is through; never returns.
    async fn release(&self, permit: Option<tokio::sync::OwnedSemaphorePermit>) {
        tokio::select! {
            () = self.course.settled.cancelled() => {}
            () = self.clock.sleep(OPENING_DEADLINE) => {}
        }
        drop(permit);
        std::future::pending::<()>().await;
    }

    /// Returns once the engine has given up storing the device.
    async fn saver_halted(&self, client: &Client) {
        while !client.persistence_manager().is_saver_halted() {
            self.clock.sleep(SAVER_WATCH).await;
        }
    }
}

/// Lets the engine store what it has to store, for a bounded time, and ends it.
async fn close(handle: BotHandle) {
    if tokio::time::timeout(CLOSING_DEADLINE, handle.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("a session did not end within {CLOSING_DEADLINE:?} and was cut off");
    }
}
