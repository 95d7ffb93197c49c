//! What ran, and what was missed.

use std::collections::HashMap;

use arauto_app::api::{AgendaEntry, AgendaWhat};
use arauto_app::domain::{Campaign, CampaignId, Missed, Run, RunTally, WorkspaceId};
use futures::{StreamExt, TryStreamExt};

use super::service::{Sheet, TOLD_EACH};
use crate::campaigns::shared::Shared;
use crate::store::StoreError;

/// How many past runs, and how many missed ones, are drawn at most.
const DRAWN: u32 = 1_000;
/// How many runs have their deliveries counted at the same time.
const COUNTED_TOGETHER: usize = 8;

/// The entries of the past, each with the place of its day.
pub(super) struct Past {
    pub(super) entries: Vec<(usize, AgendaEntry)>,
    pub(super) is_cut: bool,
}

/// Reads what began, and what did not, on the days of the sheet.
pub(super) async fn read(
    shared: &Shared,
    workspace: WorkspaceId,
    sheet: &Sheet,
) -> Result<Past, StoreError> {
    let (journal, campaigns) = (&shared.store.journal, &shared.store.campaigns);
    let whole = sheet.whole();
    // One more than is drawn tells whether there are more.
    let (mut runs, mut missed) = tokio::try_join!(
        journal.runs_between(workspace, whole.clone(), DRAWN + 1),
        campaigns.missed_between(workspace, whole, DRAWN + 1)
    )?;
    let is_cut = runs.len().max(missed.len()) > DRAWN as usize;
    runs.truncate(DRAWN as usize);
    missed.truncate(DRAWN as usize);
    let counted = runs.into_iter().map(|run| async {
        let tally = journal.tally(workspace, run.id).await?;
        Ok::<_, StoreError>((run, tally))
    });
    let runs: Vec<(Run, RunTally)> = futures::stream::iter(counted)
        .buffered(COUNTED_TOGETHER)
        .try_collect()
        .await?;
    let by_id: HashMap<CampaignId, &Campaign> =
        sheet.campaigns.iter().map(|one| (one.id, one)).collect();
    let missed = missed.iter();
    let entries = ran(sheet, &by_id, runs)
        .into_iter()
        .chain(missed.filter_map(|missed| of_missed(sheet, &by_id, missed)))
        .collect();
    Ok(Past { entries, is_cut })
}

/// The runs of each campaign on each day: one by one, or together where they are many.
fn ran(
    sheet: &Sheet,
    campaigns: &HashMap<CampaignId, &Campaign>,
    runs: Vec<(Run, RunTally)>,
) -> Vec<(usize, AgendaEntry)> {
    let mut by_day: HashMap<(usize, CampaignId), Vec<(Run, RunTally)>> = HashMap::new();
    for (run, tally) in runs {
        if let Some(day) = sheet.day_of(run.started_at) {
            let of_day = by_day.entry((day, run.campaign)).or_default();
            of_day.push((run, tally));
        }
    }
    let mut entries = Vec::new();
    for ((day, id), mut runs) in by_day {
        let Some(campaign) = campaigns.get(&id) else {
            continue;
        };
        runs.sort_by_key(|(run, _)| run.started_at);
        if runs.len() > TOLD_EACH {
            entries.extend(together(sheet, campaign, &runs).map(|entry| (day, entry)));
        } else {
            let each = runs.iter();
            entries.extend(each.map(|ran| (day, one(sheet, campaign, ran))));
        }
    }
    entries
}

fn one(sheet: &Sheet, campaign: &Campaign, (run, tally): &(Run, RunTally)) -> AgendaEntry {
    AgendaEntry {
        at: sheet.time(run.started_at),
        until: None,
        campaign: campaign.id,
        name: campaign.name.clone(),
        connection_name: sheet.names(run.senders().map(|(id, _)| id)),
        what: AgendaWhat::Ran {
            run: run.id,
            tally: *tally,
        },
    }
}

fn together(sheet: &Sheet, campaign: &Campaign, runs: &[(Run, RunTally)]) -> Option<AgendaEntry> {
    let ((first, _), (last, _)) = (runs.first()?, runs.last()?);
    let tally = runs
        .iter()
        .fold(RunTally::default(), |sum, (_, tally)| sum.plus(*tally));
    Some(AgendaEntry {
        at: sheet.time(first.started_at),
        until: Some(sheet.time(last.started_at)),
        campaign: campaign.id,
        name: campaign.name.clone(),
        connection_name: sheet.names(last.senders().map(|(id, _)| id)),
        what: AgendaWhat::RanOften {
            count: u32::try_from(runs.len()).unwrap_or(u32::MAX),
            tally,
        },
    })
}

fn of_missed(
    sheet: &Sheet,
    campaigns: &HashMap<CampaignId, &Campaign>,
    missed: &Missed,
) -> Option<(usize, AgendaEntry)> {
    let campaign = campaigns.get(&missed.campaign)?;
    let day = sheet.day_of(missed.runs.from)?;
    let entry = AgendaEntry {
        at: sheet.time(missed.runs.from),
        until: None,
        campaign: campaign.id,
        name: campaign.name.clone(),
        connection_name: sheet.senders_of(campaign),
        what: AgendaWhat::Missed {
            count: missed.runs.count,
            why: missed.why,
        },
    };
    Some((day, entry))
}
