//! Which network the engine talks to.
//!
//! A build with the feature `simulator` accepts the simulated network's certificate, so it must
//! never talk to anything but this machine: there, every address is checked to be loopback.

use std::sync::Arc;

use async_trait::async_trait;
use wa_rs::anyhow::Result;
use wa_rs::async_channel;
use wa_rs::http::{HttpClient, HttpRequest, HttpResponse, UreqHttpClient};
use wa_rs::transport::{
    TokioWebSocketTransportFactory, Transport, TransportEvent, TransportFactory,
};

use wacore::net::{StreamingHttpResponse, UploadBody};

use super::course::Course;
use crate::whatsapp::WhatsappConfig;

#[cfg(feature = "simulator")]
pub use simulated::SimulatedNetwork;

/// Why a network cannot be used. Reads as "failed to {error}".
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The address is not one of this machine.
    #[error("use {0:?} as a simulated network: it is not a loopback address")]
    NotLoopback(String),
}

/// The network that sessions talk to.
#[derive(Clone, Debug)]
pub enum WhatsappNetwork {
    /// WhatsApp itself.
    #[cfg(not(feature = "simulator"))]
    WhatsApp,
    /// The simulated one on this machine; none when none is configured.
    #[cfg(feature = "simulator")]
    Simulated(Option<SimulatedNetwork>),
}

impl WhatsappNetwork {
    /// The configured network.
    ///
    /// # Errors
    /// When a simulated network is not on this machine.
    #[cfg_attr(
        not(feature = "simulator"),
        allow(
            clippy::unnecessary_wraps,
            reason = "the simulated network can be refused"
        )
    )]
    pub fn of(config: &WhatsappConfig) -> std::result::Result<Self, NetworkError> {
        #[cfg(feature = "simulator")]
        {
            if let Some(network) = &config.network {
                network.check()?;
            }
            Ok(Self::Simulated(config.network.clone()))
        }
        #[cfg(not(feature = "simulator"))]
        {
            let _ = config;
            Ok(Self::WhatsApp)
        }
    }

    /// Opens the connections of one session and notes in `course` whether that works.
    pub(super) fn transports(&self, course: Arc<Course>) -> SessionTransports {
        SessionTransports {
            network: self.clone(),
            course,
        }
    }

    /// Carries out the requests for media and for the client's version.
    pub(super) fn http(&self) -> Arc<dyn HttpClient> {
        match self {
            #[cfg(not(feature = "simulator"))]
            Self::WhatsApp => Arc::new(UreqHttpClient::new()),
            #[cfg(feature = "simulator")]
            Self::Simulated(network) => {
                let agent = wa_agent();
                let inner = UreqHttpClient::with_agent(agent);
                Arc::new(simulated::Redirected::new(network.as_ref(), inner))
            }
        }
    }
}

/// One client for all sessions: they share its pool of connections.
pub(super) struct SharedHttp(pub(super) Arc<dyn HttpClient>);

#[async_trait]
impl HttpClient for SharedHttp {
    async fn execute(&self, request: HttpRequest) -> Result<HttpResponse> {
        self.0.execute(request).await
    }

    fn supports_streaming(&self) -> bool {
        self.0.supports_streaming()
    }

    fn execute_streaming(&self, request: HttpRequest) -> Result<StreamingHttpResponse> {
        self.0.execute_streaming(request)
    }

    fn supports_upload_streaming(&self) -> bool {
        self.0.supports_upload_streaming()
    }

    fn execute_upload(
        &self,
        request: HttpRequest,
        body: UploadBody,
        content_length: u64,
    ) -> Result<HttpResponse> {
        self.0.execute_upload(request, body, content_length)
    }
}

/// A redirect could lead away from this machine: none is followed.
#[cfg(feature = "simulator")]
fn wa_agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .max_redirects(0)
        .max_redirects_will_error(false)
        .build()
        .into()
}

/// Opens the connections of one session.
pub(super) struct SessionTransports {
    network: WhatsappNetwork,
    course: Arc<Course>,
}

#[async_trait]
impl TransportFactory for SessionTransports {
    async fn create_transport(
        &self,
    ) -> Result<(Arc<dyn Transport>, async_channel::Receiver<TransportEvent>)> {
        let factory = TokioWebSocketTransportFactory::new();
        // Also told when the engine gives up waiting and drops this future.
        let failed = self.course.lost.clone().drop_guard();
        let opened = match &self.network {
            #[cfg(not(feature = "simulator"))]
            WhatsappNetwork::WhatsApp => factory.create_transport().await?,
            #[cfg(feature = "simulator")]
            WhatsappNetwork::Simulated(Some(network)) => {
                let factory = factory.with_url(&network.websocket_url);
                factory.create_transport().await?
            }
            #[cfg(feature = "simulator")]
            WhatsappNetwork::Simulated(None) => {
                wa_rs::anyhow::bail!("no simulated network is configured")
            }
        };
        self.course.note_reached();
        failed.disarm();
        self.close_when_gone(opened.0.clone());
        Ok(opened)
    }
}

impl SessionTransports {
    /// Whatever of the engine still holds a connection when its session is dropped (a wait for a
    /// pairing code does) must not keep it open.
    fn close_when_gone(&self, transport: Arc<dyn Transport>) {
        let gone = self.course.gone.clone();
        tokio::spawn(async move {
            gone.cancelled().await;
            transport.disconnect().await;
        });
    }
}

#[cfg(feature = "simulator")]
mod simulated {
    //! The network on this machine.

    use async_trait::async_trait;
    use axum::http::Uri;
    use wa_rs::anyhow::{Result, anyhow};
    use wa_rs::http::{HttpClient, HttpRequest, HttpResponse, UreqHttpClient};
    use wacore::net::{StreamingHttpResponse, UploadBody};

    use super::NetworkError;

    /// The addresses of a simulated WhatsApp network; both on this machine.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SimulatedNetwork {
        /// Where sessions connect, such as `ws://127.0.0.1:4000/ws/chat`.
        pub websocket_url: String,
        /// Where media go: `https://HOST/PATH` becomes this address followed by `/PATH`.
        pub http_url: String,
    }

    impl SimulatedNetwork {
        pub(super) fn check(&self) -> Result<(), NetworkError> {
            for url in [&self.websocket_url, &self.http_url] {
                if !is_loopback(url) {
                    return Err(NetworkError::NotLoopback(url.clone()));
                }
            }
            Ok(())
        }
    }

    fn is_loopback(url: &str) -> bool {
        let Ok(uri) = url.parse::<Uri>() else {
            return false;
        };
        let host = uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost"
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }

    /// Sends every request to the simulated network, whatever host it names.
    pub(super) struct Redirected {
        base: Option<String>,
        inner: UreqHttpClient,
    }

    impl Redirected {
        pub(super) fn new(network: Option<&SimulatedNetwork>, inner: UreqHttpClient) -> Self {
            let base = network.map(|network| network.http_url.trim_end_matches('/').to_owned());
            Self { base, inner }
        }

        fn redirect(&self, mut request: HttpRequest) -> Result<HttpRequest> {
            let base = self
                .base
                .as_ref()
                .ok_or_else(|| anyhow!("no simulated network is configured"))?;
            let uri: Uri = request.url.parse()?;
            let path = uri.path_and_query().map_or("/", |path| path.as_str());
            request.url = format!("{base}{path}");
            if is_loopback(&request.url) {
                Ok(request)
            } else {
                Err(anyhow!("{} is not on this machine", request.url))
            }
        }
    }

    #[async_trait]
    impl HttpClient for Redirected {
        async fn execute(&self, request: HttpRequest) -> Result<HttpResponse> {
            self.inner.execute(self.redirect(request)?).await
        }

        fn supports_streaming(&self) -> bool {
            self.inner.supports_streaming()
        }

        fn execute_streaming(&self, request: HttpRequest) -> Result<StreamingHttpResponse> {
            self.inner.execute_streaming(self.redirect(request)?)
        }

        fn supports_upload_streaming(&self) -> bool {
            self.inner.supports_upload_streaming()
        }

        fn execute_upload(
            &self,
            request: HttpRequest,
            body: UploadBody,
            content_length: u64,
        ) -> Result<HttpResponse> {
            let request = self.redirect(request)?;
            self.inner.execute_upload(request, body, content_length)
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn network(websocket_url: &str, http_url: &str) -> SimulatedNetwork {
            SimulatedNetwork {
                websocket_url: websocket_url.into(),
                http_url: http_url.into(),
            }
        }

        #[test]
        fn only_addresses_of_this_machine_are_simulated_networks() {
            let good = "http://127.0.0.1:4000";
            for url in [
                "ws://localhost:1/ws",
                "ws://[::1]:1/ws",
                "ws://127.9.9.9/ws",
            ] {
                assert!(network(url, good).check().is_ok(), "{url}");
            }
            for url in [
                "wss://web.whatsapp.com/ws/chat",
                "ws://127.0.0.1.example.org/ws",
                "ws://user@10.0.0.1/ws",
                "",
            ] {
                assert!(network(url, good).check().is_err(), "{url}");
                assert!(network("ws://127.0.0.1/", url).check().is_err(), "{url}");
            }
        }

        #[test]
        fn requests_keep_their_path_and_lose_their_host() {
            let network = network("ws://127.0.0.1:1/", "http://127.0.0.1:4000/");
            let client = Redirected::new(Some(&network), UreqHttpClient::new());
            let request = HttpRequest::post("https://mmg.whatsapp.net/mms/image/abc?auth=1");
            let redirected = client.redirect(request).unwrap();
            assert_eq!(redirected.url, "http://127.0.0.1:4000/mms/image/abc?auth=1");
            let nowhere = Redirected::new(None, UreqHttpClient::new());
            assert!(nowhere.redirect(HttpRequest::get("https://a/b")).is_err());
        }
    }
}
