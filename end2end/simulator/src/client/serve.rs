//! The life of a connection: handshake, then registration or login, until one side ends it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::WebSocket;
use tokio::sync::mpsc::UnboundedReceiver;

use super::{login, registration};
use crate::network::{Link, Network, Outgoing};
use crate::wire::{Established, FrameReader, FrameWriter, TransportError, frames, respond};

/// A client that does not finish its handshake is let go after this.
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(30);
/// How long an orderly end of a connection may take.
const CLOSE_DEADLINE: Duration = Duration::from_secs(2);

/// Serves one connection until it ends.
pub(crate) async fn serve(network: Arc<Network>, socket: WebSocket) {
    let (mut reader, mut writer) = frames(socket);
    let closing = network.closing.clone();
    if network.world().faults.silences(None) {
        tokio::select! {
            () = closing.cancelled() => {}
            () = swallow(&mut reader) => {}
        }
        return;
    }
    let generator = network.fresh_generator("ephemeral");
    let handshake = respond(&mut reader, &mut writer, &network.identity, generator);
    let established = tokio::select! {
        () = closing.cancelled() => return,
        result = tokio::time::timeout(HANDSHAKE_DEADLINE, handshake) => match result {
            Ok(Ok(established)) => established,
            Ok(Err(error)) => return tracing::info!(%error, "a handshake failed"),
            Err(_) => return tracing::info!("a handshake took too long"),
        },
    };

    let (link, outgoing) = Link::new(network.next_number());
    let mut writing = tokio::spawn(write(writer, outgoing, Arc::clone(&link)));
    let client = run(&network, &mut reader, &link, established);
    let (cut, writer_ended) = tokio::select! {
        () = closing.cancelled() => (true, false),
        () = link.until_cut() => (true, false),
        _ = &mut writing => (false, true),
        error = client => {
            tracing::debug!(%error, connection = link.number, "a connection ended");
            (false, false)
        }
    };
    registration::leave(&network, &link);
    login::leave(&network, &link);
    if cut {
        writing.abort();
    } else if writer_ended {
        // A socket that is closed with unread bytes in it is reset, and the client would lose the
        // last words that were sent to it: read on until it has closed too.
        let _ = tokio::time::timeout(CLOSE_DEADLINE, swallow(&mut reader)).await;
    } else {
        link.close();
        if tokio::time::timeout(CLOSE_DEADLINE, &mut writing)
            .await
            .is_err()
        {
            writing.abort();
        }
    }
}

/// Registration or login, then stanza after stanza; returns why it ended.
async fn run(
    network: &Arc<Network>,
    reader: &mut FrameReader,
    link: &Arc<Link>,
    established: Established,
) -> TransportError {
    if established.payload.device_pairing_data.is_set() {
        match registration::enter(network, link, established) {
            Ok(()) => registration::run(network, reader, link).await,
            Err(error) => {
                tracing::info!(%error, "a registration was refused");
                link.close();
                swallow(reader).await;
                TransportError::Closed
            }
        }
    } else {
        let Some(device) = login::enter(network, link, &established) else {
            swallow(reader).await;
            return TransportError::Closed;
        };
        login::run(network, reader, link, &device).await
    }
}

/// The next stanza; what comes on a silent connection is lost.
pub(super) async fn next_stanza(
    reader: &mut FrameReader,
    link: &Link,
) -> Result<wacore_binary::Node, TransportError> {
    loop {
        let frame = reader.raw_frame().await?;
        if !link.is_silent() {
            return reader.stanza(frame);
        }
        reader.skip(frame);
    }
}

/// Reads without looking until the client closes.
async fn swallow(reader: &mut FrameReader) {
    while reader.raw_frame().await.is_ok() {}
}

/// Sends what is queued; what is sent on a silent connection is lost.
async fn write(
    mut writer: FrameWriter,
    mut outgoing: UnboundedReceiver<Outgoing>,
    link: Arc<Link>,
) {
    while let Some(Outgoing::Stanza(stanza)) = outgoing.recv().await {
        if link.is_silent() {
            continue;
        }
        tracing::trace!(connection = link.number, ?stanza, "out");
        if let Err(error) = writer.send(&stanza).await {
            tracing::debug!(%error, connection = link.number, "a stanza could not be sent");
            return;
        }
    }
    if !link.is_silent() {
        writer.close().await;
    }
}
