//! Changes of the network as server-sent events.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt as _};
use tokio_stream::wrappers::BroadcastStream;

use crate::control::Control;

/// One event for each change; `{"kind":"lagged"}` tells a slow listener to read everything anew.
pub(super) async fn stream(
    State(control): State<Control>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let closing = control.closing();
    let changes = BroadcastStream::new(control.events()).map(|change| {
        let data = match change {
            Ok(change) => serde_json::to_string(&change).unwrap_or_default(),
            Err(_) => r#"{"kind":"lagged"}"#.to_owned(),
        };
        Ok(Event::default().data(data))
    });
    let changes = changes.take_until(async move { closing.cancelled().await });
    Sse::new(changes).keep_alive(KeepAlive::default())
}
