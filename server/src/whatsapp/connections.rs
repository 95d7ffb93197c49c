//! The app's port to the connections.

mod outage;
mod qr;

use std::sync::Arc;
use std::time::Duration;

use arauto_app::api::{
    ApiError, ConnectionView, Connections, HistoryView, LiveEvent, NotFound, Principal,
};
use arauto_app::domain::{
    AfterOutage, CONNECTION_NAME_MAX_CHARS, Connection, ConnectionCause, ConnectionHealth,
    ConnectionId, ConnectionState, DeliveryEvent, FailureReason, LAST_DAY, LastDay, read_phone,
    told,
};
use async_trait::async_trait;

pub use self::outage::outage_question;
use super::Hub;
use super::machine::Request;
use super::tenancy::{Errand, Glimpse, begin, refusal_error, run_errand, sight};
use crate::clock::SharedClock;
use crate::failure::api_error;
use crate::live::LiveBoard;
use crate::random::Random;
use crate::store::{Store, StoreError};

/// How far back a page tells what a connection went through.
const HISTORY_TOLD: Duration = Duration::from_hours(30 * 24);
/// How many entries of it a page shows at most.
const HISTORY_SHOWN: usize = 40;

/// Serves the connections' pages.
pub struct ConnectionService {
    hub: Arc<Hub>,
    store: Store,
    clock: SharedClock,
    random: Random,
    live: LiveBoard,
}

impl ConnectionService {
    /// A service over the hub and its store.
    pub fn new(
        hub: Arc<Hub>,
        store: Store,
        clock: SharedClock,
        random: Random,
        live: LiveBoard,
    ) -> Self {
        Self {
            hub,
            store,
            clock,
            random,
            live,
        }
    }

    async fn ask(
        &self,
        who: &Principal,
        id: ConnectionId,
        request: Request,
    ) -> Result<(), ApiError> {
        let errand = Errand::Request(request);
        run_errand(&self.hub, who.workspace_id(), id, errand)
            .await
            .map_err(refusal_error)
    }

    /// The row with what the server that runs it knows better; `all` are the workspace's rows.
    async fn view(
        &self,
        mut connection: Connection,
        all: &[Connection],
    ) -> Result<ConnectionView, StoreError> {
        let (workspace, id) = (connection.workspace, connection.id);
        let groups = self.store.groups.count(workspace, id).await?;
        let used_by = self
            .store
            .campaigns
            .names_using_connection(workspace, id)
            .await?;
        let mut health = ConnectionHealth::default();
        let (mut restoration, mut code_for) = (None, None);
        match sight(&self.hub, workspace, id).await? {
            Glimpse::Seen(seen) => {
                connection.state = seen.state;
                connection.state_since = seen.since;
                health = seen.health;
                restoration = seen.restoration;
                code_for = seen.code_for;
            }
            Glimpse::Adrift(left) if connection.state.comes_back() => {
                connection.state = ConnectionState::Reconnecting {
                    attempt: 1,
                    next_at: self.clock.now().plus(left),
                    cause: Some(ConnectionCause::ServerGone),
                };
            }
            Glimpse::Adrift(_) => {}
        }
        Ok(ConnectionView {
            qr_svg: qr::of_state(&connection.state),
            code_for,
            also_linked: also_linked(&connection, all),
            question: outage_question(&self.store, &connection, &connection.state).await?,
            connection,
            health,
            restoration,
            groups,
            used_by,
            now: self.clock.now(),
        })
    }

    /// Whether a connection needs its owner. What other servers run is told by the rows: the states
    /// that matter here are stored when they become true.
    async fn needs_owner(&self, mut row: Connection) -> Result<bool, StoreError> {
        if let Some(seen) = self.hub.snapshot(row.workspace, row.id) {
            row.state = seen.state;
        }
        if row.needs_owner(self.clock.now()) {
            return Ok(true);
        }
        let question = outage_question(&self.store, &row, &row.state).await?;
        Ok(question.is_some())
    }

    /// Deletes what belongs to a connection, its row last: whatever interrupts this, the row is
    /// there to be removed again.
    async fn delete_all(&self, who: &Principal, id: ConnectionId) -> Result<(), StoreError> {
        let (workspace, store) = (who.workspace_id(), &self.store);
        store.session_keys.erase(id).await?;
        store.groups.delete_all(workspace, id).await?;
        store.group_lists.delete_all(workspace, id).await?;
        store.campaigns.detach_connection(workspace, id).await?;
        let event = DeliveryEvent::Refused(FailureReason::ConnectionRemoved);
        let now = self.clock.now();
        let runs = store
            .journal
            .record_all_open(workspace, id, event, now)
            .await?;
        store.connections.delete(workspace, id).await?;
        for run in runs {
            self.live.post(workspace, LiveEvent::Run(run));
        }
        Ok(())
    }
}

#[async_trait]
impl Connections for ConnectionService {
    async fn list(&self, who: &Principal) -> Result<Vec<ConnectionView>, ApiError> {
        let rows = self.store.connections.list(who.workspace_id()).await;
        let rows = rows.map_err(api_error)?;
        let mut views = Vec::new();
        for row in &rows {
            views.push(self.view(row.clone(), &rows).await.map_err(api_error)?);
        }
        Ok(views)
    }

    async fn in_need(&self, who: &Principal) -> Result<u32, ApiError> {
        let rows = self.store.connections.list(who.workspace_id()).await;
        let mut count = 0;
        for row in rows.map_err(api_error)? {
            count += u32::from(self.needs_owner(row).await.map_err(api_error)?);
        }
        Ok(count)
    }

    async fn get(&self, who: &Principal, id: ConnectionId) -> Result<ConnectionView, ApiError> {
        let rows = self.store.connections.list(who.workspace_id()).await;
        let rows = rows.map_err(api_error)?;
        let row = rows.iter().find(|row| row.id == id);
        let row = row.ok_or(ApiError::NotFound(NotFound::Connection))?;
        self.view(row.clone(), &rows).await.map_err(api_error)
    }

    async fn history(&self, who: &Principal, id: ConnectionId) -> Result<HistoryView, ApiError> {
        let now = self.clock.now();
        let connections = &self.store.connections;
        let told_since = now.minus(HISTORY_TOLD);
        let history = connections
            .history(who.workspace_id(), id, told_since)
            .await;
        let history = history.map_err(api_error)?;
        let day = history.partition_point(|transition| transition.at < now.minus(LAST_DAY));
        let mut told = told(&history);
        told.truncate(HISTORY_SHOWN);
        Ok(HistoryView {
            told,
            last_day: LastDay::until(now, &history[day.saturating_sub(1)..]),
            now,
        })
    }

    async fn create(&self, who: &Principal, name: &str) -> Result<ConnectionId, ApiError> {
        let name = accepted_name(name)?;
        let now = self.clock.now();
        let connection = Connection {
            id: ConnectionId::new(now, self.random.bytes()),
            workspace: who.workspace_id(),
            name,
            phone: None,
            state: ConnectionState::Unpaired { cause: None },
            state_since: now,
            linked_at: None,
            phone_seen_at: None,
            groups_synced_at: None,
            after_outage: AfterOutage::default(),
            able_at: None,
            outage: None,
            pace: None,
            restriction: None,
            created_at: now,
        };
        let stored = self.store.connections.insert(&connection).await;
        stored.map_err(api_error)?;
        begin(&self.hub, &connection).await.map_err(api_error)?;
        self.live.post(connection.workspace, LiveEvent::Connections);
        Ok(connection.id)
    }

    async fn configure(
        &self,
        who: &Principal,
        id: ConnectionId,
        name: &str,
        after_outage: AfterOutage,
    ) -> Result<(), ApiError> {
        let (name, workspace) = (accepted_name(name)?, who.workspace_id());
        let connections = &self.store.connections;
        let known = connections.get(workspace, id).await.map_err(api_error)?;
        known.ok_or(ApiError::NotFound(NotFound::Connection))?;
        connections
            .set_settings(workspace, id, &name, after_outage)
            .await
            .map_err(api_error)?;
        self.live.post(workspace, LiveEvent::Connection(id));
        Ok(())
    }

    async fn pair(&self, who: &Principal, id: ConnectionId) -> Result<(), ApiError> {
        self.ask(who, id, Request::Pair).await
    }

    async fn pair_by_code(
        &self,
        who: &Principal,
        id: ConnectionId,
        phone: &str,
    ) -> Result<(), ApiError> {
        let phone = read_phone(phone).map_err(ApiError::Phone)?;
        self.ask(who, id, Request::PairByCode { phone }).await
    }

    async fn use_other_number(&self, who: &Principal, id: ConnectionId) -> Result<(), ApiError> {
        self.ask(who, id, Request::UseOtherNumber).await
    }

    async fn unlink_other_number(&self, who: &Principal, id: ConnectionId) -> Result<(), ApiError> {
        self.ask(who, id, Request::UnlinkOtherNumber).await
    }

    async fn cancel_pairing(&self, who: &Principal, id: ConnectionId) -> Result<(), ApiError> {
        self.ask(who, id, Request::CancelPairing).await
    }

    async fn resume(&self, who: &Principal, id: ConnectionId) -> Result<(), ApiError> {
        self.ask(who, id, Request::Resume).await
    }

    async fn stop(&self, who: &Principal, id: ConnectionId) -> Result<(), ApiError> {
        self.ask(who, id, Request::Stop).await
    }

    async fn remove(&self, who: &Principal, id: ConnectionId) -> Result<(), ApiError> {
        self.ask(who, id, Request::Remove).await?;
        // Whatever the session still stores must not come after the erasure.
        run_errand(&self.hub, who.workspace_id(), id, Errand::Settle)
            .await
            .map_err(refusal_error)?;
        self.delete_all(who, id).await.map_err(api_error)?;
        self.hub.forget(id);
        self.live.post(who.workspace_id(), LiveEvent::Connections);
        Ok(())
    }
}

/// The names of other connections that the connection's number is linked to. WhatsApp allows that.
fn also_linked(connection: &Connection, all: &[Connection]) -> Vec<String> {
    let number = match &connection.state {
        ConnectionState::OtherNumber { phone, .. } => Some(phone),
        _ if connection.is_linked() => connection.phone.as_ref(),
        _ => None,
    };
    let Some(number) = number else {
        return Vec::new();
    };
    all.iter()
        .filter(|other| other.id != connection.id && other.is_linked())
        .filter(|other| other.phone.as_ref() == Some(number))
        .map(|other| other.name.clone())
        .collect()
}

/// A name without spaces around it, if it is one.
fn accepted_name(name: &str) -> Result<String, ApiError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(ApiError::ConnectionNameMissing);
    }
    if name.chars().count() > CONNECTION_NAME_MAX_CHARS {
        return Err(ApiError::ConnectionNameTooLong);
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_have_bounds() {
        assert_eq!(accepted_name("  Loja  ").unwrap(), "Loja");
        assert_eq!(accepted_name(" \t\n"), Err(ApiError::ConnectionNameMissing));
        let longest = "ã".repeat(CONNECTION_NAME_MAX_CHARS);
        assert_eq!(accepted_name(&longest).unwrap(), longest);
        assert_eq!(
            accepted_name(&format!("{longest}o")),
            Err(ApiError::ConnectionNameTooLong)
        );
    }
}
