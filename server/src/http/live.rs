//! `GET /ao-vivo`: what changed in the workspace, as it changes (server-sent events).
//!
//! A notice is the default event, one [`LiveEvent`] as JSON. Two more have names: `resync` (notices
//! were lost: read everything again) and `signed-out` (the session ended, and with it the stream).

use std::convert::Infallible;
use std::time::Duration;

use arauto_app::api::{ApiError, LiveEvent, SessionToken};
use arauto_app::domain::WorkspaceId;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt, stream};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::Web;
use super::answer::Failure;
use super::session::Visit;
use crate::accounts::hash_of;
use crate::store::TokenHash;

/// Proxies cut connections that are silent for a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// How often the store is asked whether the session still lives: it may have ended on another
/// server, or by time.
const CHECK_EVERY: Duration = Duration::from_mins(1);
/// What a browser sends along when it comes back to a stream that broke off.
const LAST_EVENT_ID: &str = "last-event-id";
/// Notices have no history, so one id serves all.
const ANY_ID: &str = "1";

/// The stream of notices of the workspace of whoever asks.
pub(super) async fn stream(
    State(web): State<Web>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    // Its streams have just ended: their pages come back once another process answers.
    if web.stopping.is_cancelled() {
        return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response());
    }
    let signed_out = Failure(ApiError::SignedOut);
    let (Some(principal), Some(token)) = (visit.principal, visit.token) else {
        return Err(signed_out);
    };
    let listener = Listener {
        workspace: principal.workspace_id(),
        notices: web.live.subscribe(),
        ended_sessions: web.ports.accounts.ended_sessions(),
        token,
        web,
    };
    // Listening first, then asking again: a session that ends in between is not missed.
    if !listener.session_lives().await {
        return Err(signed_out);
    }
    let returning = headers.contains_key(LAST_EVENT_ID);
    let events = stream::iter(first_events(returning)).chain(listener.events());
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    let sse = Sse::new(events.map(Ok::<_, Infallible>)).keep_alive(keep_alive);
    // Proxies that collect an answer before they pass it on would hold notices back.
    Ok(([("x-accel-buffering", "no")], sse).into_response())
}

/// An id without data makes the browser remember the id and tell nobody. One that comes back missed
/// what happened meanwhile.
fn first_events(returning: bool) -> Vec<Event> {
    let id = Event::default().id(ANY_ID);
    if returning {
        vec![id, resync()]
    } else {
        vec![id]
    }
}

/// A browser tells a page only of events that have data.
fn resync() -> Event {
    Event::default().event("resync").data("{}")
}

fn signed_out() -> Event {
    Event::default().event("signed-out").data("{}")
}

/// One page that listens.
struct Listener {
    web: Web,
    workspace: WorkspaceId,
    token: SessionToken,
    notices: Receiver<(WorkspaceId, LiveEvent)>,
    ended_sessions: Receiver<TokenHash>,
}

impl Listener {
    /// Every event until the session ends or the server stops.
    fn events(self) -> impl Stream<Item = Event> {
        stream::unfold(Some(self), |listener| async {
            let mut listener = listener?;
            match listener.next().await {
                Next::Tell(event) => Some((event, Some(listener))),
                Next::SignedOut => Some((signed_out(), None)),
                Next::Stop => None,
            }
        })
    }

    async fn next(&mut self) -> Next {
        loop {
            // Cloned because its wait borrows, and the session is asked for while it waits.
            let (clock, stopping) = (self.web.clock.clone(), self.web.stopping.clone());
            tokio::select! {
                () = stopping.cancelled() => return Next::Stop,
                ended = self.ended_sessions.recv() => match ended {
                    Ok(token) if token == hash_of(&self.token) => return Next::SignedOut,
                    // It may have been among those that were missed.
                    Err(_) if !self.session_lives().await => return Next::SignedOut,
                    Ok(_) | Err(_) => {}
                },
                notice = self.notices.recv() => match notice {
                    Ok((workspace, event)) if workspace == self.workspace => {
                        return Next::Tell(notice_of(&event));
                    }
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => return Next::Tell(resync()),
                    Err(RecvError::Closed) => return Next::Stop,
                },
                () = clock.sleep(CHECK_EVERY) => if !self.session_lives().await {
                    return Next::SignedOut;
                },
            }
        }
    }

    /// Whether the session lives, or the store cannot tell: then nobody is sent away.
    async fn session_lives(&self) -> bool {
        let accounts = self.web.ports.accounts.clone();
        let token = self.token.clone();
        // In a task of its own: this future is dropped when the browser goes away.
        let resumed = tokio::spawn(async move { accounts.resume(&token).await });
        !matches!(resumed.await, Ok(Ok(None)))
    }
}

/// What a listener does next.
enum Next {
    Tell(Event),
    SignedOut,
    Stop,
}

fn notice_of(event: &LiveEvent) -> Event {
    // Cannot fail for this type; were it to, the page would read everything again.
    Event::default()
        .json_data(event)
        .unwrap_or_else(|_| resync())
}
