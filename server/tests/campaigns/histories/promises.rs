//! What must hold of any history in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use arauto_app::domain::*;

use super::super::kills::check_proof;
use super::super::world::Process;
use super::History;

/// The rows of a history, and the process that looks at them.
pub struct Record<'a> {
    history: &'a History,
    process: &'a Process,
    /// The newest first.
    runs: Vec<Run>,
    /// Of each run, in the same order.
    deliveries: Vec<Vec<Delivery>>,
}

impl<'a> Record<'a> {
    pub async fn of(history: &'a History, process: &'a Process) -> Self {
        let journal = &history.store.journal;
        let runs =
            journal.runs_before(history.world.workspace(), history.campaign, u32::MAX, 1_000);
        let runs = runs.await.unwrap();
        let mut deliveries = Vec::with_capacity(runs.len());
        for run in &runs {
            deliveries.push(process.deliveries(&history.world.who, run.id).await);
        }
        Self {
            history,
            process,
            runs,
            deliveries,
        }
    }

    pub async fn check(&self) {
        self.check_runs().await;
        self.check_messages();
        self.check_window();
        self.check_pauses();
        self.check_pace();
        let owner = &self.history.owner;
        if !owner.paused && !owner.ended {
            self.check_nothing_is_passed_over().await;
        }
    }

    /// What happened, to be compared with the same seed's other history.
    pub fn trace(&self) -> String {
        let handed_over = self.history.world.network.handed_over();
        format!("{handed_over:#?}\n{:#?}\n{:#?}", self.runs, self.deliveries)
    }

    /// Runs are counted, ended, and one for each time; every group has its row; the status is the rows'.
    async fn check_runs(&self) {
        let mut due = BTreeSet::new();
        for (place, run) in self.runs.iter().enumerate() {
            let number = self.runs.len() - place;
            assert_eq!(run.number as usize, number, "runs are counted");
            assert!(run.finished_at.is_some(), "left open: {run:?}");
            let is_new = run.origin == RunOrigin::Person || due.insert(run.due_at);
            assert!(is_new, "two runs for one time: {run:?}");
            let rows = &self.deliveries[place];
            let targets: BTreeSet<_> = rows.iter().map(|row| row.target.as_str()).collect();
            let groups = self.history.groups as usize;
            assert_eq!((rows.len(), targets.len()), (groups, groups), "{rows:?}");
            let mut tally = RunTally::default();
            for row in rows {
                tally.add(row.state);
            }
            let told = self.process.run(&self.history.world.who, run.id).await;
            assert_eq!(told.tally, tally, "status is not the rows'");
        }
    }

    /// None lost, none twice: every message that left is its group's, under the only id that it may have.
    fn check_messages(&self) {
        let network = &self.history.world.network;
        let reached: BTreeSet<_> = network.reached().into_iter().map(|m| m.id).collect();
        let mut rows = BTreeMap::new();
        for row in self.deliveries.iter().flatten() {
            check_proof(&self.history.world, row);
            self.check_end(row, &reached);
            let earlier = row.earlier.iter().filter_map(|past| past.id.clone());
            for id in earlier.chain(row.message_id.clone()) {
                let other = rows.insert(id, row);
                assert!(other.is_none(), "one id, two rows: {other:?}, {row:?}");
            }
            assert!(
                row.earlier.len() <= self.history.owner.repeated as usize,
                "ids of nobody's word: {row:?}"
            );
        }
        let mut texts = BTreeMap::new();
        for (_, message) in network.handed_over() {
            let row = rows.get(&message.id);
            let row = row.unwrap_or_else(|| panic!("sent without a row: {message:?}"));
            assert_eq!(row.target, message.to, "{row:?}");
            let text = texts.entry(message.id).or_insert(message.text.clone());
            assert_eq!(*text, message.text, "told otherwise the second time");
        }
    }

    fn check_end(&self, row: &Delivery, reached: &BTreeSet<MessageId>) {
        let owner = &self.history.owner;
        let has_reached = row
            .message_id
            .as_ref()
            .is_some_and(|id| reached.contains(id));
        let fine = match row.state {
            DeliveryState::Sent
            | DeliveryState::Delivered
            | DeliveryState::Read
            | DeliveryState::Failed(_) => has_reached,
            DeliveryState::Skipped(FailureReason::DroppedAfterOutage) => {
                owner.dropped || self.history.wish == AfterOutage::Drop
            }
            DeliveryState::Skipped(FailureReason::CampaignEnded) => owner.ended,
            // Their owner was told that nobody knows.
            DeliveryState::Unanswered => {
                row.attempts_with_this_id() >= self.history.world.config.most_attempts
            }
            DeliveryState::Presumed => owner.repeated > 0,
            DeliveryState::Pending
            | DeliveryState::Sending
            | DeliveryState::Unconfirmed
            | DeliveryState::Skipped(_) => false,
        };
        assert!(fine, "lost: {row:?}");
    }

    fn check_window(&self) {
        let timing = &self.history.timing;
        let zone = Zone::embedded(&timing.zone).unwrap();
        for (at, message) in self.history.world.network.handed_over() {
            let is_open = (timing.window.as_ref()).is_none_or(|window| window.open_at(&zone, at));
            let shown = zone.local(at);
            assert!(is_open, "outside of the window, at {shown}: {message:?}");
        }
    }

    /// From the answer to a pause on nothing leaves.
    fn check_pauses(&self) {
        for (at, message) in self.history.world.network.handed_over() {
            let mut pauses = self.history.owner.pauses.iter();
            let held_by = pauses.find(|pause| pause.start < at && at < pause.end);
            assert!(
                held_by.is_none(),
                "while paused {held_by:?}, at {at:?}: {message:?}"
            );
        }
    }

    /// No cap is ever exceeded, over no hour and no day, and no message follows too soon.
    fn check_pace(&self) {
        let limits = &self.history.limits;
        let handed_over = self.history.world.network.handed_over();
        let times: Vec<Timestamp> = handed_over.iter().map(|(at, _)| *at).collect();
        let caps = [
            (Duration::from_hours(1), limits.hourly),
            (Duration::from_hours(24), limits.daily),
        ];
        for (span, cap) in caps
            .into_iter()
            .filter_map(|(span, cap)| Some((span, cap?)))
        {
            for (count, at) in times.iter().enumerate() {
                let before = times[..count].iter().filter(|time| at.since(**time) < span);
                let within = before.count() + 1;
                assert!(
                    within <= cap as usize,
                    "{within} within {span:?}, at {at:?}"
                );
            }
        }
        for pair in times.windows(2) {
            let between = pair[1].since(pair[0]);
            assert!(
                limits.interval.shortest <= between,
                "{between:?} at {pair:?}"
            );
        }
    }

    /// Every time that came has a run, or is told as missed.
    async fn check_nothing_is_passed_over(&self) {
        let History {
            world,
            store,
            timing,
            campaign,
            ..
        } = self.history;
        let workspace = world.workspace();
        let stored = store.campaigns.get(workspace, *campaign).await.unwrap();
        let past = stored.unwrap().past;
        let (Some(first_at), Some(last_due)) = (past.first_at, past.last_due) else {
            assert!(self.runs.is_empty(), "it ran and never started");
            return;
        };
        let end_of_time = Timestamp::from_millis(i64::MAX);
        let missed = store
            .campaigns
            .missed(workspace, *campaign, end_of_time, 1_000);
        let missed = missed.await.unwrap();
        let started = PastRuns {
            first_at: Some(first_at),
            ..PastRuns::default()
        };
        let unbounded = Timing {
            max_runs: None,
            ..timing.clone()
        };
        let zone = Zone::embedded(&timing.zone).unwrap();
        let due = unbounded.next_runs(&zone, &started, first_at, 1_000);
        for at in due.into_iter().take_while(|at| *at <= last_due) {
            let ran = self.runs.iter().any(|run| run.due_at == at);
            let told = |missed: &Missed| missed.runs.from <= at && at <= missed.runs.to;
            let shown = zone.local(at);
            assert!(
                ran || missed.iter().any(told),
                "passed over without a word: {shown}"
            );
        }
    }
}
