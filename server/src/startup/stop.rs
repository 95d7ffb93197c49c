//! The way from a server that answers back to nothing, within the ten seconds that service managers
//! and container runtimes wait before they kill.
//!
//! Each part has its share of them; whatever a part leaves behind, the next start takes up, as after
//! a crash.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{Services, StartError};

/// How long requests that are still under way may go on once everything behind them has ended.
const LAST_REQUESTS_WITHIN: Duration = Duration::from_secs(1);

/// Serves until the process is asked to stop (SIGTERM, SIGINT), then ends everything in order. The
/// readiness probe turns first, and is answered for as long as anything is left to do.
///
/// # Errors
/// [`StartError::Hurried`] when it is asked a second time meanwhile: then it ends at once.
pub async fn serve_until_asked_to_stop(
    listener: TcpListener,
    router: Router,
    services: Services,
) -> Result<(), StartError> {
    if let Ok(address) = listener.local_addr() {
        tracing::info!("listening on http://{address}");
    }
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let closing = CancellationToken::new();
    let serving =
        axum::serve(listener, service).with_graceful_shutdown(closing.clone().cancelled_owned());
    let mut serving = tokio::spawn(serving.into_future());

    let mut asked = Asked::listen()?;
    let ended_early = tokio::select! {
        () = asked.once_more() => None,
        ended = &mut serving => Some(served(ended)),
    };
    tracing::info!("stopping");
    let ending = async {
        services.shutdown().await;
        closing.cancel();
        match ended_early {
            Some(ended) => ended,
            None => last_requests(serving).await,
        }
    };
    tokio::select! {
        ended = ending => ended,
        () = asked.once_more() => Err(StartError::Hurried),
    }
}

async fn last_requests(serving: JoinHandle<io::Result<()>>) -> Result<(), StartError> {
    let Ok(ended) = timeout(LAST_REQUESTS_WITHIN, serving).await else {
        tracing::warn!("stopped in the middle of requests that took too long");
        return Ok(());
    };
    served(ended)
}

fn served(ended: Result<io::Result<()>, tokio::task::JoinError>) -> Result<(), StartError> {
    ended
        .map_err(io::Error::other)
        .and_then(|served| served)
        .map_err(StartError::Serve)
}

/// Hears when the process is asked to stop.
struct Asked {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Asked {
    /// Listens from now on: before, a signal ends the process by itself, which every part survives.
    fn listen() -> Result<Self, StartError> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let listen = |kind| signal(kind).map_err(StartError::Signals);
            Ok(Self {
                terminate: listen(SignalKind::terminate())?,
                interrupt: listen(SignalKind::interrupt())?,
            })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Returns the next time that it is.
    async fn once_more(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        // Without a handler the signal ends the process by itself.
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
