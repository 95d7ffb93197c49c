//! The sessions of an actor: one at a time, and the next one only once the one before has ended.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::Actor;
use crate::whatsapp::pings::Pings;
use crate::whatsapp::session::{Session, SessionEvent};
use crate::whatsapp::unanswered::Unanswered;

/// A session and what belongs to it.
pub(super) struct Running {
    pub(super) session: Arc<dyn Session>,
    pub(super) events: mpsc::UnboundedReceiver<SessionEvent>,
    /// For what our own tasks tell about the session.
    pub(super) teller: mpsc::UnboundedSender<SessionEvent>,
    pub(super) pings: Option<Pings>,
}

impl Actor {
    /// Begins the next session; it waits for the end of the one before.
    pub(super) fn open(&mut self) {
        let (teller, events) = mpsc::unbounded_channel();
        let (closed, stored) = (self.closed(), self.ledger.stored());
        let term = self.around.term.clone();
        let ready = Box::pin(async move {
            closed.await;
            stored.await;
            // Last: a login would end the session of a server that has the lease by now.
            term.running().await;
        });
        let code_for = self.life.code_for.clone();
        let engine = &self.around.engine;
        let session = engine.open(&self.lease, code_for, ready, teller.clone());
        self.unanswered = Unanswered::default();
        self.running = Some(Running {
            session,
            events,
            teller,
            pings: None,
        });
    }

    /// Ends the session in the background.
    pub(super) fn close(&mut self, how: impl FnOnce(Arc<dyn Session>) -> BoxFuture<'static, ()>) {
        let Some(mut running) = self.running.take() else {
            return;
        };
        // WhatsApp does not tell again what the engine has taken in already.
        while let Ok(event) = running.events.try_recv() {
            self.pass_on(&event);
        }
        let before = self.closed();
        let end = how(running.session);
        let task = AbortOnDropHandle::new(tokio::spawn(async move {
            before.await;
            end.await;
        }));
        let closing: BoxFuture<'static, ()> = Box::pin(async move {
            let _ = task.await;
        });
        self.closing = Some(closing.shared());
    }

    /// Done once no earlier session runs any more.
    pub(super) fn closed(&self) -> BoxFuture<'static, ()> {
        match &self.closing {
            Some(closing) => Box::pin(closing.clone()),
            None => Box::pin(std::future::ready(())),
        }
    }

    /// Ends the session and returns once everything is stored.
    pub(super) async fn shut_down(&mut self) {
        self.close(close_it);
        self.closed().await;
        self.ledger.stored().await;
    }
}

/// Ends a session and keeps its link.
pub(super) fn close_it(session: Arc<dyn Session>) -> BoxFuture<'static, ()> {
    Box::pin(async move { session.close().await })
}

/// Ends a session and its link, at WhatsApp too.
pub(super) fn log_it_out(session: Arc<dyn Session>) -> BoxFuture<'static, ()> {
    Box::pin(async move { session.log_out().await })
}

/// The next event of the session; never when there is none.
pub(super) async fn next_event(running: &mut Option<Running>) -> SessionEvent {
    match running {
        // The actor holds a sender itself, so the channel cannot end.
        Some(running) => match running.events.recv().await {
            Some(event) => event,
            None => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}
