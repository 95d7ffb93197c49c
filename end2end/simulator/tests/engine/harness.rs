//! One simulated network and the engine's clients on it.

use std::sync::Arc;
use std::time::Duration;

use arauto_sim::{ControlError, NewPhone, PairedDevice, Scan, Simulator, SimulatorConfig};
use wa_rs::async_channel::Receiver;
use wa_rs::bot::{Bot, BotHandle};
use wa_rs::http::{HttpClient, HttpRequest, HttpResponse, UreqHttpClient};
use wa_rs::pair_code::PairCodeOptions;
use wa_rs::prelude::{ChannelEventHandler, Event, Subscription};
use wa_rs::transport::TokioWebSocketTransportFactory;
use wa_rs::wacore::store::in_memory::InMemoryBackend;
use wa_rs::{Client, async_trait};

/// A deadline for anything that a test waits for: generous, for it decides only how long a failure
/// takes to show.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// Starts a network in memory.
pub async fn network() -> Simulator {
    Simulator::start(SimulatorConfig {
        seed: 7,
        ..Default::default()
    })
    .await
    .unwrap()
}

/// Sends every request to the simulator, whatever host it names.
struct LoopbackHttp {
    base: String,
    inner: UreqHttpClient,
}

#[async_trait]
impl HttpClient for LoopbackHttp {
    async fn execute(&self, mut request: HttpRequest) -> wa_rs::anyhow::Result<HttpResponse> {
        let path = request
            .url
            .splitn(4, '/')
            .nth(3)
            .unwrap_or_default()
            .to_owned();
        request.url = format!("{}/{path}", self.base);
        self.inner.execute(request).await
    }
}

/// One client of the engine.
pub struct Engine {
    pub handle: BotHandle,
    pub events: Receiver<Arc<Event>>,
    pub store: Arc<InMemoryBackend>,
    _subscription: Subscription,
}

impl Engine {
    /// A client with an empty store.
    pub async fn start(simulator: &Simulator) -> Self {
        Self::resume(simulator, Arc::new(InMemoryBackend::new())).await
    }

    /// A client with what another one stored.
    pub async fn resume(simulator: &Simulator, store: Arc<InMemoryBackend>) -> Self {
        Self::begin(simulator, store, None).await
    }

    /// A client that shows a pairing code for a phone, and the code.
    pub async fn showing_code(simulator: &Simulator, pn: &str) -> (Self, String) {
        let engine = Self::asking_for_code(simulator, pn).await;
        let code = engine
            .until("a pairing code", |event| match event {
                Event::PairingCode(pairing) => Some(pairing.code.clone()),
                _ => None,
            })
            .await;
        (engine, code)
    }

    /// A client that asks for a pairing code for a phone.
    pub async fn asking_for_code(simulator: &Simulator, pn: &str) -> Self {
        let options = PairCodeOptions {
            phone_number: pn.to_owned(),
            ..Default::default()
        };
        Self::begin(simulator, Arc::new(InMemoryBackend::new()), Some(options)).await
    }

    async fn begin(
        simulator: &Simulator,
        store: Arc<InMemoryBackend>,
        code: Option<PairCodeOptions>,
    ) -> Self {
        let http = LoopbackHttp {
            base: simulator.http_url(),
            inner: UreqHttpClient::new(),
        };
        let transport = TokioWebSocketTransportFactory::new().with_url(simulator.websocket_url());
        let builder = Bot::builder()
            .with_backend_arc(store.clone())
            .with_transport_factory(transport)
            .with_http_client(http)
            .with_push_name("Teste");
        let builder = match code {
            Some(options) => builder.with_pair_code(options),
            None => builder,
        };
        let bot = builder.build().await.unwrap();
        let (handler, events) = ChannelEventHandler::new();
        let subscription = bot.client().subscribe_handler(handler);
        Self {
            handle: bot.spawn(),
            events,
            store,
            _subscription: subscription,
        }
    }

    /// A client that a phone has linked and that is connected.
    pub async fn linked(simulator: &Simulator, pn: &str) -> Self {
        let engine = Self::start(simulator).await;
        engine.scan(simulator, Some(pn)).await;
        engine.until_connected().await;
        engine
    }

    /// Lets a phone scan the QR code that the client shows.
    pub async fn scan(&self, simulator: &Simulator, pn: Option<&str>) -> PairedDevice {
        self.try_scan(simulator, pn).await.unwrap()
    }

    /// The same, with whatever comes of it.
    pub async fn try_scan(
        &self,
        simulator: &Simulator,
        pn: Option<&str>,
    ) -> Result<PairedDevice, ControlError> {
        let qr = self
            .until("a QR code", |event| match event {
                Event::PairingQrCode(code) => Some(code.code.clone()),
                _ => None,
            })
            .await;
        simulator
            .control()
            .scan(Scan {
                qr,
                pn: pn.map(str::to_owned),
            })
            .await
    }

    /// The first event from now on for which `pick` has an answer.
    pub async fn until<T>(&self, what: &str, pick: impl Fn(&Event) -> Option<T>) -> T {
        let found = async {
            loop {
                let event = self.events.recv().await.expect("the client ended");
                if let Some(found) = pick(&event) {
                    return found;
                }
            }
        };
        tokio::time::timeout(DEADLINE, found)
            .await
            .unwrap_or_else(|_| panic!("no {what} in time"))
    }

    pub async fn until_connected(&self) {
        self.until("connection", |event| {
            matches!(event, Event::Connected(_)).then_some(())
        })
        .await;
    }

    /// The ack of a message: the code when it was refused.
    pub async fn ack_of(&self, id: &str) -> Option<String> {
        self.until("ack", |event| match event {
            Event::ServerAck(ack) if ack.id == id => Some(ack.error.clone()),
            _ => None,
        })
        .await
    }

    pub fn client(&self) -> Arc<Client> {
        self.handle.client()
    }

    /// Ends the client in order and gives back its store.
    pub async fn stop(self) -> Arc<InMemoryBackend> {
        self.handle.shutdown().await;
        self.store
    }
}

/// A phone with a name.
pub async fn phone(simulator: &Simulator) -> String {
    let new = NewPhone {
        pn: None,
        name: "Celular de teste".to_owned(),
    };
    simulator.control().add_phone(new).await.unwrap().pn
}
