//! The journal as it ought to be: the domain's rules over two lists in memory.

use std::collections::HashMap;

use arauto::store::{DeliveryUpdate, Due};
use arauto_app::domain::{
    Backlog, CampaignId, ConnectionId, Delivery, DeliveryEvent, DeliveryState, Gate, MessageId,
    RepeatAction, Run, RunId, RunOrigin, RunTally, Timestamp,
};

/// One workspace's runs and deliveries.
#[derive(Default)]
pub struct Model {
    pub runs: Vec<Run>,
    deliveries: Vec<Delivery>,
    /// When each run last had its turn.
    turns: HashMap<RunId, Timestamp>,
}

impl Model {
    /// Tells whether the run could begin.
    pub fn begin_run(&mut self, run: &Run, deliveries: &[Delivery]) -> bool {
        let is_scheduled = |run: &Run| run.origin == RunOrigin::Schedule;
        let taken = |known: &Run| {
            let same_time = known.due_at == run.due_at && is_scheduled(known) && is_scheduled(run);
            known.campaign == run.campaign && (known.number == run.number || same_time)
        };
        if self.runs.iter().any(taken) {
            return false;
        }
        self.runs.push(run.clone());
        self.deliveries.extend_from_slice(deliveries);
        true
    }

    pub fn deliveries(&self, run: RunId) -> Vec<Delivery> {
        let mut of_run: Vec<_> = self
            .deliveries
            .iter()
            .filter(|d| d.run == run)
            .cloned()
            .collect();
        of_run.sort_by_key(|delivery| delivery.position);
        of_run
    }

    pub fn tally(&self, run: RunId) -> RunTally {
        let mut tally = RunTally::default();
        for delivery in self.deliveries(run) {
            tally.add(delivery.state);
        }
        tally
    }

    pub fn claim_due(
        &mut self,
        connection: ConnectionId,
        now: Timestamp,
        held_before: Timestamp,
        fresh: &MessageId,
    ) -> Option<Delivery> {
        let due = self
            .unconfirmed(connection, held_before, now)
            .filter(|delivery| delivery.retry_at <= Some(now))
            .or_else(|| self.pending(connection, held_before, now))?
            .id;
        let delivery = self
            .deliveries
            .iter_mut()
            .find(|delivery| delivery.id == due)?;
        delivery.message_id.get_or_insert_with(|| fresh.clone());
        delivery.apply(DeliveryEvent::Claimed, now);
        let claimed = delivery.clone();
        let not_held = |run: &&&Run| run.started_at >= held_before;
        if self.open_runs(connection).iter().filter(not_held).count() > 1 {
            self.turns.insert(claimed.run, now);
        }
        Some(claimed)
    }

    pub fn next_due(
        &self,
        connection: ConnectionId,
        now: Timestamp,
        held_before: Timestamp,
    ) -> Option<Due> {
        let not_held = |run: &&&Run| run.started_at >= held_before;
        let runs = self.open_runs(connection);
        let gates: Vec<Gate> = runs.iter().filter(not_held).map(|run| run.gate).collect();
        if gates.iter().any(|gate| gate.is_over_at(now)) {
            return Some(Due::Gate);
        }
        if self.pending(connection, held_before, now).is_some() {
            return Some(Due::Message(now));
        }
        let retry = self.unconfirmed(connection, held_before, now);
        let retry = retry.map(|delivery| delivery.retry_at.unwrap_or(now));
        let opening = gates.into_iter().filter(|gate| gate.opens > now);
        retry
            .into_iter()
            .chain(opening.map(|gate| gate.opens))
            .min()
            .map(Due::Message)
    }

    pub fn past_their_gate(&self, connection: ConnectionId, now: Timestamp) -> Vec<Run> {
        let runs = self.open_runs(connection).into_iter();
        let over = runs.filter(|run| run.gate.is_over_at(now));
        let mut over: Vec<Run> = over.cloned().collect();
        over.sort_by_key(|run| (run.started_at, run.id));
        over
    }

    pub fn move_gate(&mut self, run: RunId, from: Gate, to: Gate) -> bool {
        let there = |r: &&mut Run| r.id == run && r.finished_at.is_none() && r.gate == from;
        let found = self.runs.iter_mut().find(there);
        found.map(|run| run.gate = to).is_some()
    }

    pub fn record_pending_of(&mut self, run: RunId, event: DeliveryEvent, at: Timestamp) -> bool {
        let mut changed = false;
        for delivery in &mut self.deliveries {
            let is_meant = delivery.run == run && delivery.state == DeliveryState::Pending;
            changed |= is_meant && delivery.apply(event, at);
        }
        changed
    }

    pub fn backlog(&self, connection: ConnectionId, before: Timestamp) -> Backlog {
        let mut backlog = Backlog::default();
        for run in self.open_runs(connection) {
            if run.started_at >= before {
                continue;
            }
            let tally = self.tally(run.id);
            backlog.pending += tally.pending;
            backlog.handed_over += tally.sending + tally.unconfirmed;
            if tally.pending > 0 {
                let oldest = backlog.waiting_since.into_iter();
                backlog.waiting_since = oldest.chain([run.started_at]).min();
            }
        }
        backlog
    }

    pub fn record(&mut self, connection: ConnectionId, updates: &[DeliveryUpdate]) -> Vec<RunId> {
        let mut changed = Vec::new();
        for update in updates {
            let of_connection = self.deliveries.iter_mut();
            for delivery in of_connection.filter(|d| d.connection == connection) {
                if delivery.hear(&update.message, update.event, update.at) {
                    changed.push(delivery.run);
                }
            }
        }
        changed
    }

    pub fn mark_unconfirmed(
        &mut self,
        connection: ConnectionId,
        by: Timestamp,
        retry_at: Timestamp,
    ) -> Vec<RunId> {
        let mut changed = Vec::new();
        for delivery in self
            .deliveries
            .iter_mut()
            .filter(|d| d.connection == connection)
        {
            let overdue = delivery.attempted_at <= Some(by);
            if overdue && delivery.apply(DeliveryEvent::DeadlinePassed, by) {
                delivery.retry_at = Some(retry_at);
                changed.push(delivery.run);
            }
        }
        changed
    }

    pub fn record_at(
        &mut self,
        run: RunId,
        position: u32,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> bool {
        let there = |d: &&mut Delivery| d.run == run && d.position == position;
        self.deliveries
            .iter_mut()
            .find(there)
            .is_some_and(|delivery| delivery.apply(event, at))
    }

    pub fn record_all_open(
        &mut self,
        connection: ConnectionId,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Vec<RunId> {
        let mut changed = Vec::new();
        for delivery in self
            .deliveries
            .iter_mut()
            .filter(|d| d.connection == connection)
        {
            if delivery.state.is_open() && delivery.apply(event, at) {
                changed.push(delivery.run);
            }
        }
        changed
    }

    pub fn record_all_pending(
        &mut self,
        connection: ConnectionId,
        before: Timestamp,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Vec<RunId> {
        let open = self.open_runs(connection);
        let concerned: Vec<RunId> = open
            .iter()
            .filter(|run| run.started_at < before)
            .map(|run| run.id)
            .collect();
        let mut changed = Vec::new();
        for delivery in &mut self.deliveries {
            if concerned.contains(&delivery.run)
                && delivery.state == DeliveryState::Pending
                && delivery.apply(event, at)
            {
                changed.push(delivery.run);
            }
        }
        changed
    }

    pub fn knows(&self, run: RunId) -> bool {
        self.runs.iter().any(|known| known.id == run)
    }

    /// How often a run was opened is the store's own matter.
    pub fn note_reopened(&mut self, run: RunId, reopened: u32) {
        if let Some(run) = self.runs.iter_mut().find(|known| known.id == run) {
            run.reopened = reopened;
        }
    }

    pub fn repeatable(&self, run: RunId, action: RepeatAction) -> Vec<Delivery> {
        let mut ended = self.deliveries(run);
        ended.retain(|delivery| action.concerns(delivery.state));
        ended
    }

    pub fn renew(
        &mut self,
        run: RunId,
        knowing: bool,
        positions: &[u32],
        gate: Gate,
        at: Timestamp,
    ) -> u32 {
        let Some(known) = self
            .runs
            .iter_mut()
            .find(|known| known.id == run && knowing)
        else {
            return 0;
        };
        if known.finished_at.take().is_some() {
            known.gate = gate;
        }
        let mut renewed = 0;
        for delivery in &mut self.deliveries {
            let is_meant = delivery.run == run && positions.contains(&delivery.position);
            renewed += u32::from(is_meant && delivery.apply(DeliveryEvent::Renewed, at));
        }
        renewed
    }

    pub fn presume(&mut self, run: RunId, at: Timestamp) -> bool {
        let mut changed = false;
        for delivery in self.deliveries.iter_mut().filter(|d| d.run == run) {
            changed |= delivery.apply(DeliveryEvent::Presumed, at);
        }
        changed
    }

    pub fn finish_run(&mut self, run: RunId, at: Timestamp) -> bool {
        if self.tally(run).open() > 0 {
            return false;
        }
        let unfinished = |r: &&mut Run| r.id == run && r.finished_at.is_none();
        let Some(run) = self.runs.iter_mut().find(unfinished) else {
            return false;
        };
        run.finished_at = Some(at);
        true
    }

    pub fn delete_runs(&mut self, campaign: CampaignId) {
        let runs = std::mem::take(&mut self.runs);
        let (gone, kept): (Vec<Run>, _) = runs.into_iter().partition(|r| r.campaign == campaign);
        self.runs = kept;
        self.deliveries
            .retain(|delivery| gone.iter().all(|run| run.id != delivery.run));
    }

    /// In the order of their turns.
    fn open_runs(&self, connection: ConnectionId) -> Vec<&Run> {
        let is_open = |run: &&Run| run.connection == connection && run.finished_at.is_none();
        let mut open: Vec<&Run> = self.runs.iter().filter(is_open).collect();
        let turn = |run: &Run| self.turns.get(&run.id).copied().unwrap_or_default();
        open.sort_by_key(|run| (turn(run), run.started_at, run.id));
        open
    }

    fn pending(
        &self,
        connection: ConnectionId,
        held_before: Timestamp,
        now: Timestamp,
    ) -> Option<&Delivery> {
        self.open_runs(connection).iter().find_map(|run| {
            let pending = |d: &&Delivery| d.run == run.id && d.state == DeliveryState::Pending;
            let of_run = self.deliveries.iter().filter(pending);
            let first = of_run.min_by_key(|delivery| delivery.position);
            first.filter(|_| run.started_at >= held_before && run.gate.is_open_at(now))
        })
    }

    fn unconfirmed(
        &self,
        connection: ConnectionId,
        held_before: Timestamp,
        now: Timestamp,
    ) -> Option<&Delivery> {
        let is_free = |delivery: &Delivery| {
            let of_run = |run: &&Run| run.id == delivery.run;
            let run = self.runs.iter().find(of_run);
            run.is_some_and(|run| run.started_at >= held_before && run.gate.is_open_at(now))
        };
        let unconfirmed = |d: &&Delivery| {
            d.connection == connection && d.state == DeliveryState::Unconfirmed && is_free(d)
        };
        let of_connection = self.deliveries.iter().filter(unconfirmed);
        of_connection.min_by_key(|delivery| (delivery.retry_at, delivery.run, delivery.position))
    }
}
