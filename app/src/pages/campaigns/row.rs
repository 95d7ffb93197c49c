//! One campaign of the list, with its latest run and the one right button.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::api::{ActOnCampaign, CampaignSummary};
use crate::components::sentences::campaign_state;
use crate::components::time::date_and_time;
use crate::components::{Ago, Badge, Icon, TallyBar, groups_count, ticking};
use crate::domain::{CampaignAction, CampaignState};
use crate::pages::{ActionButton, when};

/// A row; a card on a phone.
#[component]
pub(super) fn Row(summary: CampaignSummary, act: ServerAction<ActOnCampaign>) -> impl IntoView {
    let campaign = summary.campaign.clone();
    let href = format!("/campanhas/{}", campaign.id);
    let connection = match (&summary.connection_name, campaign.connection) {
        (Some(name), _) => name.clone(),
        (None, Some(_)) => say!(campaigns.connection_gone).to_owned(),
        (None, None) => say!(campaigns.no_connection).to_owned(),
    };
    let connection = match campaign.also.len() {
        0 => connection,
        count => format!("{connection} {}", say!(campaigns.and_others, count = count)),
    };
    let groups = groups_count(summary.groups);
    let for_run = summary.clone();
    let (next_run, made_at) = (summary.next_run, summary.now);
    let now = ticking(move || made_at);
    let next = move || match next_run {
        Some(at) => when(at, now.get()),
        None => say!(campaigns.no_next).to_owned(),
    };
    view! {
        <tr>
            <td data-at="title">
                <A href=href attr:class="title">
                    {campaign.name}
                </A>
                <span class="sub">{connection} " · " {groups}</span>
            </td>
            <td data-at="state">
                <Badge label=campaign_state(campaign.state) />
            </td>
            <td data-label=say!(campaigns.latest_label)>
                <LatestRun summary=for_run />
            </td>
            <td data-label=say!(campaigns.next)>{next}</td>
            <td>
                <div class="actions">
                    <RightButton summary act />
                </div>
            </td>
        </tr>
    }
}

/// The latest run: a bar while something is open or failed, words otherwise.
#[component]
fn LatestRun(summary: CampaignSummary) -> impl IntoView {
    let made_at = summary.now;
    let now = ticking(move || made_at);
    let Some((run, tally)) = summary.latest_run else {
        return view! { <span class="soft">{say!(campaigns.never_ran)}</span> }.into_any();
    };
    let needs_bar = tally.open() > 0 || tally.failed + tally.skipped > 0;
    let trouble = (tally.failed > 0).then(|| say!(campaigns.failed, count = tally.failed));
    view! {
        <div class="progress">
            <A
                href=format!("/execucoes/{}", run.id)
                attr:class="progress-nums"
                attr:title=date_and_time(run.started_at)
            >
                <b>
                    {say!(
                        campaigns.acknowledged_of, done = tally.acknowledged(), total = tally.total()
                    )}
                </b>
                <span>
                    <Ago at=run.started_at now />
                    {trouble.map(|words| format!(" · {words}"))}
                </span>
            </A>
            {needs_bar.then(|| view! { <TallyBar tally=tally class="stack thin" /> })}
        </div>
    }
    .into_any()
}

/// The one thing to do next with a campaign.
#[component]
fn RightButton(summary: CampaignSummary, act: ServerAction<ActOnCampaign>) -> impl IntoView {
    let offered = summary.offered();
    let CampaignSummary {
        campaign,
        latest_run,
        connection_name,
        ..
    } = summary;
    let (id, state) = (campaign.id, campaign.state);
    let draft = campaign.draft();
    let ready = draft.problems_to_start().is_empty() && connection_name.is_some();
    let open_run = latest_run.filter(|(run, _)| run.finished_at.is_none());
    match (offered.first().copied(), open_run) {
        (Some(CampaignAction::Start), _) if ready => {
            let words = if state == CampaignState::Draft {
                say!(campaigns.start)
            } else {
                say!(campaigns.start_again)
            };
            // The look before the start is where it is started.
            let href = format!("/campanhas/{id}/conferencia");
            view! {
                <A href attr:class="btn">
                    <Icon name="iniciar" />
                    {words}
                </A>
            }
            .into_any()
        }
        (Some(CampaignAction::Pause), Some((run, _))) => view! {
            <A href=format!("/execucoes/{}", run.id) attr:class="btn">
                {say!(campaigns.watch)}
            </A>
        }
        .into_any(),
        (Some(action @ (CampaignAction::Pause | CampaignAction::Resume)), _) => {
            view! { <ActionButton id action act /> }.into_any()
        }
        _ => view! {
            <A href=format!("/campanhas/{id}") attr:class="btn">
                <Icon name="editar" />
                {say!(campaigns.keep_writing)}
            </A>
        }
        .into_any(),
    }
}
