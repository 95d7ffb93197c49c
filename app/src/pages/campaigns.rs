//! The list of campaigns.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::api::{CampaignSummary, LiveEvent, StartCampaign, list_campaigns};
use crate::components::sentences::campaign_state;
use crate::components::time::date_and_time;
use crate::components::{
    ActionError, Ago, Badge, Dialog, DialogButton, Empty, Icon, Loaded, PageTitle, TallyBar,
    groups_count, live_resource, ticking,
};
use crate::domain::{CampaignDraft, CampaignId, CampaignState};

/// Every campaign with its latest run and the one right button.
#[component]
pub(crate) fn CampaignsPage() -> impl IntoView {
    let start = ServerAction::<StartCampaign>::new();
    let campaigns = live_resource(
        move || start.version().get(),
        |_| list_campaigns(),
        |event| {
            matches!(
                event,
                LiveEvent::Campaign(_) | LiveEvent::Run(_) | LiveEvent::Connections
            )
        },
    );
    view! {
        <PageTitle title=say!(campaigns.title) />
        <div class="page-head">
            <div>
                <h1>{say!(campaigns.title)}</h1>
            </div>
            <div class="actions">
                <A href="/campanhas/nova" attr:class="btn primary">
                    <Icon name="novo" />
                    {say!(campaigns.new)}
                </A>
            </div>
        </div>
        <ActionError value=start.value() />
        <Loaded
            resource=campaigns
            view=move |campaigns| view! { <CampaignTable campaigns start /> }
        />
    }
}

#[component]
fn CampaignTable(
    campaigns: Signal<Vec<CampaignSummary>>,
    start: ServerAction<StartCampaign>,
) -> impl IntoView {
    let is_empty = Memo::new(move |_| campaigns.with(Vec::is_empty));
    let ids = move || {
        campaigns.with(|all| {
            all.iter()
                .map(|summary| summary.campaign.id)
                .collect::<Vec<_>>()
        })
    };
    let summary_of = move |id: CampaignId| {
        Memo::new(move |last: Option<&Option<CampaignSummary>>| {
            campaigns
                .with(|all| {
                    all.iter()
                        .find(|summary| summary.campaign.id == id)
                        .cloned()
                })
                .or_else(|| last.cloned().flatten())
        })
    };
    move || {
        if is_empty.get() {
            return view! {
                <Empty icon="campanha" text=say!(campaigns.empty)>
                    <A href="/campanhas/nova" attr:class="btn">
                        {say!(campaigns.new)}
                    </A>
                </Empty>
            }
            .into_any();
        }
        view! {
            <table class="table">
                <thead>
                    <tr>
                        <th>{say!(campaigns.name)}</th>
                        <th>{say!(campaigns.state)}</th>
                        <th class="latest">{say!(campaigns.latest)}</th>
                        <th>
                            <span class="sr">{say!(campaigns.actions)}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <For each=ids key=|id| *id let:id>
                        {
                            let summary = summary_of(id);
                            move || summary.get().map(|summary| view! { <Row summary start /> })
                        }
                    </For>
                </tbody>
            </table>
        }
        .into_any()
    }
}

#[component]
fn Row(summary: CampaignSummary, start: ServerAction<StartCampaign>) -> impl IntoView {
    let campaign = summary.campaign.clone();
    let href = format!("/campanhas/{}", campaign.id);
    let connection = match (&summary.connection_name, campaign.connection) {
        (Some(name), _) => name.clone(),
        (None, Some(_)) => say!(campaigns.connection_gone).to_owned(),
        (None, None) => say!(campaigns.no_connection).to_owned(),
    };
    let groups = groups_count(summary.groups);
    let for_run = summary.clone();
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
            <td>
                <div class="actions">
                    <RightButton summary start />
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
fn RightButton(summary: CampaignSummary, start: ServerAction<StartCampaign>) -> impl IntoView {
    let (campaign, groups) = (summary.campaign, summary.groups);
    let draft = CampaignDraft {
        name: campaign.name,
        connection: campaign.connection,
        lists: campaign.lists,
        targets: campaign.targets,
        content: campaign.content,
    };
    let ready = draft.problems_to_start().is_empty() && summary.connection_name.is_some();
    match (campaign.state, summary.latest_run) {
        (CampaignState::Active, Some((run, _))) => view! {
            <A href=format!("/execucoes/{}", run.id) attr:class="btn">
                {say!(campaigns.watch)}
            </A>
        }
        .into_any(),
        (state, _) if ready && state.can_start() => {
            let words = if state == CampaignState::Draft {
                say!(campaigns.start)
            } else {
                say!(campaigns.start_again)
            };
            view! { <StartButton id=campaign.id groups words start /> }.into_any()
        }
        _ => view! {
            <A href=format!("/campanhas/{}", campaign.id) attr:class="btn">
                <Icon name="editar" />
                {say!(campaigns.keep_writing)}
            </A>
        }
        .into_any(),
    }
}

/// Starting asks first: it cannot be taken back.
#[component]
fn StartButton(
    id: CampaignId,
    groups: u32,
    words: &'static str,
    start: ServerAction<StartCampaign>,
) -> impl IntoView {
    let dialog = format!("iniciar-{id}");
    view! {
        <DialogButton dialog=dialog.clone() label=words icon="iniciar" />
        <Dialog id=dialog.clone() title=say!(editor.start_title, count = groups)>
            <p class="note">{say!(editor.start_text)}</p>
            <ActionForm action=start>
                <input type="hidden" name="id" value=id.to_string() />
                <div class="actions">
                    <DialogButton dialog label=say!(common.back) />
                    <button class="btn primary" disabled=move || start.pending().get()>
                        <Icon name="iniciar" />
                        {say!(editor.start_confirm)}
                    </button>
                </div>
            </ActionForm>
        </Dialog>
    }
}
