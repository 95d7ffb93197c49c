//! A month or a week, put together from what was and what is to come.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arauto_app::api::{Agenda, AgendaDay, AgendaEntry, AgendaView, ApiError, Principal};
use arauto_app::domain::{
    AgendaSpan, Campaign, CampaignState, CivilDate, CivilTime, Connection, ConnectionId, Timestamp,
    Zone, ZoneName,
};
use async_trait::async_trait;

use super::{past, plan};
use crate::campaigns::shared::Shared;
use crate::failure::{api_error, internal};

/// How many entries of one campaign are told one by one on a day.
pub(super) const TOLD_EACH: usize = 3;

/// Draws the calendar.
pub(in crate::campaigns) struct AgendaService {
    shared: Arc<Shared>,
}

impl AgendaService {
    pub(in crate::campaigns) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }
}

/// The days to draw and everything that their entries name.
pub(super) struct Sheet {
    pub(super) zone: Zone,
    pub(super) days: Vec<CivilDate>,
    /// From when to when each day lasts.
    pub(super) stretches: Vec<Range<Timestamp>>,
    pub(super) campaigns: Vec<Campaign>,
    pub(super) connections: HashMap<ConnectionId, Connection>,
    pub(super) now: Timestamp,
}

impl Sheet {
    /// The time from its first day to its last.
    pub(super) fn whole(&self) -> Range<Timestamp> {
        let start = self.stretches.first().map_or(self.now, |day| day.start);
        let end = self.stretches.last().map_or(self.now, |day| day.end);
        start..end
    }

    /// The day that a moment is on, if it is drawn.
    pub(super) fn day_of(&self, at: Timestamp) -> Option<usize> {
        self.stretches.iter().position(|day| day.contains(&at))
    }

    /// What a clock shows at a moment.
    pub(super) fn time(&self, at: Timestamp) -> CivilTime {
        self.zone.local(at).time()
    }

    /// The names of connections, as far as they exist.
    pub(super) fn names(&self, ids: impl IntoIterator<Item = ConnectionId>) -> Option<String> {
        let known = ids.into_iter().filter_map(|id| self.connections.get(&id));
        let names: Vec<&str> = known.map(|connection| &*connection.name).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// The names of the connections of a campaign.
    pub(super) fn senders_of(&self, campaign: &Campaign) -> Option<String> {
        self.names(
            campaign
                .senders()
                .into_iter()
                .map(|sender| sender.connection),
        )
    }
}

#[async_trait]
impl Agenda for AgendaService {
    async fn agenda(
        &self,
        who: &Principal,
        span: Option<AgendaSpan>,
    ) -> Result<AgendaView, ApiError> {
        let (store, workspace) = (&self.shared.store, who.workspace_id());
        let (campaigns, connections) = tokio::try_join!(
            store.campaigns.list(workspace),
            store.connections.list(workspace)
        )
        .map_err(api_error)?;
        let now = self.shared.now();
        let zone = zone_of_most(&campaigns)
            .ok_or_else(|| internal(format_args!("find the zone of a calendar")))?;
        let today = zone.local(now).date();
        let span = span.unwrap_or_else(|| AgendaSpan::month_of(today));
        let (days, stretches) = stretches(&zone, span);
        let connections = connections.into_iter();
        let sheet = Sheet {
            zone,
            days,
            stretches,
            campaigns,
            connections: connections.map(|one| (one.id, one)).collect(),
            now,
        };
        let past = past::read(&self.shared, workspace, &sheet);
        let plan = plan::draw(&self.shared, &sheet);
        let (past, planned) = tokio::try_join!(past, plan).map_err(api_error)?;
        let is_cut = past.is_cut;
        Ok(AgendaView {
            span,
            zone: sheet.zone.name().clone(),
            today,
            days: filled(&sheet.days, past.entries.into_iter().chain(planned)),
            is_cut,
            now,
        })
    }
}

/// The zone that most active campaigns follow; Brasília's where none is active.
fn zone_of_most(campaigns: &[Campaign]) -> Option<Zone> {
    let mut followers: HashMap<&ZoneName, usize> = HashMap::new();
    for campaign in campaigns {
        if campaign.state == CampaignState::Active {
            *followers.entry(&campaign.timing.zone).or_default() += 1;
        }
    }
    let most = followers
        .into_iter()
        .max_by(|(a, a_count), (b, b_count)| a_count.cmp(b_count).then_with(|| b.cmp(a)));
    let zone = most.and_then(|(name, _)| Zone::embedded(name));
    zone.or_else(|| Zone::embedded(&ZoneName::default()))
}

/// The days to draw that exist in the zone, and from when to when each lasts.
fn stretches(zone: &Zone, span: AgendaSpan) -> (Vec<CivilDate>, Vec<Range<Timestamp>>) {
    let midnight = |date: CivilDate| zone.instant(date.to_datetime(CivilTime::midnight()));
    let days = span.days().into_iter();
    days.filter_map(|day| {
        let stretch = midnight(day)?..midnight(day.tomorrow().ok()?)?;
        Some((day, stretch))
    })
    .unzip()
}

fn filled(
    days: &[CivilDate],
    entries: impl Iterator<Item = (usize, AgendaEntry)>,
) -> Vec<AgendaDay> {
    let mut filled: Vec<AgendaDay> = days
        .iter()
        .map(|&date| AgendaDay {
            date,
            entries: Vec::new(),
        })
        .collect();
    for (day, entry) in entries {
        if let Some(day) = filled.get_mut(day) {
            day.entries.push(entry);
        }
    }
    for day in &mut filled {
        day.entries
            .sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.name.cmp(&b.name)));
    }
    filled
}
