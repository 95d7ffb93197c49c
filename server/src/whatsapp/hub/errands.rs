//! What is done with a connection that this server runs, for a page of this server or of another one.

use std::sync::Arc;

use arauto_app::domain::{ConnectionCause, ConnectionId, WorkspaceId};
use tokio::sync::oneshot;

use super::Hub;
use crate::whatsapp::actor::Command;
use crate::whatsapp::machine::{Request, WrongState};
use crate::whatsapp::session::Session;
use crate::whatsapp::tenancy::{Errand, MEMBERS_WITHIN, Refusal, Reply};

impl Hub {
    /// Does an errand with a connection that this server runs; `None` when it does not.
    pub(in crate::whatsapp) async fn do_here(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        errand: Errand,
    ) -> Option<Result<Reply, Refusal>> {
        Some(match errand {
            Errand::Request(request) => {
                let asked = self.ask(workspace, connection, request).await?;
                asked
                    .map(|()| Reply::Done)
                    .map_err(|WrongState| Refusal::WrongState)
            }
            Errand::Settle => {
                self.snapshot(workspace, connection)?;
                self.settled(workspace, connection).await;
                self.groups().end(connection).await;
                Ok(Reply::Done)
            }
            Errand::CancelSync => {
                self.snapshot(workspace, connection)?;
                self.groups().cancel((workspace, connection));
                Ok(Reply::Done)
            }
            Errand::SyncGroups => self.session(workspace, connection)?.map(|session| {
                self.groups().sync((workspace, connection), session);
                Reply::Done
            }),
            Errand::Members(jid) => match self.session(workspace, connection)? {
                Ok(session) => {
                    let asked = tokio::time::timeout(MEMBERS_WITHIN, session.members(&jid)).await;
                    Ok(Reply::Members(
                        asked.unwrap_or(Err(ConnectionCause::Silence)),
                    ))
                }
                Err(refusal) => Err(refusal),
            },
        })
    }

    /// The session of a connection that is online.
    fn session(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Option<Result<Arc<dyn Session>, Refusal>> {
        let seen = self.snapshot(workspace, connection)?;
        let session = seen.session.filter(|_| seen.state.can_send());
        Some(session.ok_or(Refusal::Offline))
    }

    async fn ask(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        request: Request,
    ) -> Option<Result<(), WrongState>> {
        let (answer, wait) = oneshot::channel();
        let commands = self.with(connection, |handle| {
            (handle.lease.workspace == workspace).then(|| handle.commands.clone())
        })??;
        commands.send(Command::Ask(request, answer)).ok()?;
        wait.await.ok()
    }

    /// Returns once no session of the connection runs and everything of it is stored.
    async fn settled(&self, workspace: WorkspaceId, connection: ConnectionId) {
        let (done, wait) = oneshot::channel();
        let told = self.with(connection, |handle| {
            handle.lease.workspace == workspace
                && handle.commands.send(Command::Settle(done)).is_ok()
        });
        if told == Some(true) {
            // An actor that ended has nothing left to store.
            let _ = wait.await;
        }
    }
}
