//! The calendar of runs.

use std::time::Duration;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Principal};
use crate::domain::{
    AgendaSpan, CampaignId, CivilDate, CivilTime, MissedWhy, RunId, RunTally, Timestamp, ZoneName,
};

/// What the rest of the product may ask of the calendar.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Agenda: Send + Sync {
    /// The runs of a month or a week, past and to come; of the present month without one.
    async fn agenda(
        &self,
        who: &Principal,
        span: Option<AgendaSpan>,
    ) -> Result<AgendaView, ApiError>;
}

/// A month or a week of runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgendaView {
    /// Which.
    pub span: AgendaSpan,
    /// Whose clocks its days and times follow: those that most active campaigns follow.
    pub zone: ZoneName,
    /// The date there.
    pub today: CivilDate,
    /// Its days, in whole weeks.
    pub days: Vec<AgendaDay>,
    /// Whether there were more past runs than are shown.
    pub is_cut: bool,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

/// A day of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgendaDay {
    /// Its date.
    pub date: CivilDate,
    /// What runs on it, in the order of the times.
    pub entries: Vec<AgendaEntry>,
}

/// Something that runs on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgendaEntry {
    /// When, or the first time of many.
    pub at: CivilTime,
    /// The last time of many.
    pub until: Option<CivilTime>,
    /// Whose run it is.
    pub campaign: CampaignId,
    /// What its author calls it.
    pub name: String,
    /// The connection that sends it, while that exists.
    pub connection_name: Option<String>,
    /// What it is.
    pub what: AgendaWhat,
}

/// What an entry of the calendar is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum AgendaWhat {
    /// A run that began.
    Ran {
        /// Which.
        run: RunId,
        /// What became of its messages.
        tally: RunTally,
    },
    /// Many runs that began.
    RanOften {
        /// How many.
        count: u32,
        /// What became of the messages of them all.
        tally: RunTally,
    },
    /// Runs that were due and never began.
    Missed {
        /// How many.
        count: u32,
        /// Why.
        why: MissedWhy,
    },
    /// A run to come.
    Planned {
        /// How many groups it goes to, as its lists are now.
        groups: u32,
        /// How long it takes, about.
        takes: Duration,
        /// What else wants its connection at that time.
        conflict: Option<AgendaConflict>,
    },
    /// Many runs to come.
    PlannedOften {
        /// How many groups each goes to, as its lists are now.
        groups: u32,
    },
}

/// Two runs that want one connection at the same time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "conflict", rename_all = "snake_case")]
pub enum AgendaConflict {
    /// Of two campaigns: they take turns, and both take longer.
    Turns {
        /// The other campaign.
        name: String,
        /// When its run begins.
        at: CivilTime,
    },
    /// Of one campaign: while a run is going, the next one is skipped.
    Itself,
}

/// The runs of a month or a week.
#[server(prefix = "/api", endpoint = "agenda")]
pub async fn get_agenda(span: Option<AgendaSpan>) -> Result<AgendaView, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Agenda>()
        .agenda(&who, span)
        .await
}
