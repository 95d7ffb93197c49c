//! The Painel: the first ten minutes, the connections' health, what runs now.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::api::{
    ApiError, CampaignSummary, ConnectionView, LiveEvent, ResumeSending, SettleOutage,
    list_campaigns, list_connections, list_media,
};
use crate::components::sentences::{Tone, run_status};
use crate::components::{
    ActionError, Badge, Icon, Loaded, OutageNotice, PageTitle, RestrictionNotice, TallyBar,
    TallyLegend, live_resource,
};
use crate::domain::RunStatus;
use crate::pages::{ConnectionCard, Restoring};

/// What the Painel shows.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Overview {
    connections: Vec<ConnectionView>,
    campaigns: Vec<CampaignSummary>,
    has_media: bool,
}

async fn read_overview() -> Result<Overview, ApiError> {
    Ok(Overview {
        connections: list_connections().await?,
        campaigns: list_campaigns().await?,
        has_media: !list_media().await?.items.is_empty(),
    })
}

/// The page that a signed-in person comes to.
#[component]
pub(crate) fn DashboardPage() -> impl IntoView {
    let settle = ServerAction::<SettleOutage>::new();
    let resume = ServerAction::<ResumeSending>::new();
    let overview = live_resource(
        move || (settle.version().get(), resume.version().get()),
        |_| read_overview(),
        // Everything is on this page.
        |_: &LiveEvent| true,
    );
    view! {
        <PageTitle title=say!(dashboard.title) />
        <div class="page-head">
            <div>
                <h1>{say!(dashboard.title)}</h1>
            </div>
            <NewCampaign overview />
        </div>
        <ActionError value=settle.value() />
        <ActionError value=resume.value() />
        <Loaded
            resource=overview
            view=move |overview| {
                view! {
                    <div class="flow">
                        <Outages overview settle resume />
                        <FirstSteps overview />
                        <Connections overview />
                        <UnderWay overview />
                    </div>
                }
            }
        />
    }
}

/// The way to the next campaign, once the first steps are done.
#[component]
fn NewCampaign(overview: Resource<Result<Overview, ApiError>>) -> impl IntoView {
    let is_set_up = move || {
        let overview = overview.get().and_then(Result::ok);
        overview.is_some_and(|overview| steps(&overview).iter().all(|step| step.done))
    };
    view! {
        <Transition>
            {move || {
                is_set_up()
                    .then(|| {
                        view! {
                            <div class="actions">
                                <A href="/campanhas/nova" attr:class="btn primary">
                                    <Icon name="novo" />
                                    {say!(dashboard.new_campaign)}
                                </A>
                            </div>
                        }
                    })
            }}
        </Transition>
    }
}

/// What is asked about connections that came back, or that WhatsApp restricts.
#[component]
fn Outages(
    overview: Signal<Overview>,
    settle: ServerAction<SettleOutage>,
    resume: ServerAction<ResumeSending>,
) -> impl IntoView {
    let asked = Memo::new(move |_| {
        overview.with(|overview| {
            let asked = overview.connections.iter();
            asked
                .filter(|view| view.question.is_some() || view.connection.restriction.is_some())
                .map(|view| view.connection.id)
                .collect::<Vec<_>>()
        })
    });
    view! {
        <For each=move || asked.get() key=|id| *id let:id>
            {
                let of = move |overview: &Overview| {
                    let mut all = overview.connections.iter();
                    all.find(|view| view.connection.id == id).cloned()
                };
                let view = Memo::new(move |_| overview.with(of));
                let name = Signal::derive(move || {
                    view.get().map(|view| view.connection.name).unwrap_or_default()
                });
                let question = Signal::derive(move || view.get().and_then(|view| view.question));
                let restriction = Signal::derive(move || {
                    view.get().and_then(|view| view.connection.restriction)
                });
                view! {
                    <OutageNotice connection=id name question settle />
                    <RestrictionNotice connection=id name restriction resume />
                }
            }
        </For>
    }
}

/// A step of the first ten minutes.
struct Step {
    done: bool,
    words: &'static str,
    hint: &'static str,
    href: &'static str,
}

fn steps(overview: &Overview) -> [Step; 5] {
    let connections = &overview.connections;
    let has_linked = connections
        .iter()
        .any(|view| view.connection.linked_at.is_some());
    let has_synced = connections
        .iter()
        .any(|view| view.connection.groups_synced_at.is_some());
    let has_run = overview
        .campaigns
        .iter()
        .any(|summary| summary.latest_run.is_some());
    let step = |done, words, hint, href| Step {
        done,
        words,
        hint,
        href,
    };
    [
        step(
            has_linked,
            say!(dashboard.step_connect),
            say!(dashboard.step_connect_hint),
            "/conexoes",
        ),
        step(
            has_synced,
            say!(dashboard.step_sync),
            say!(dashboard.step_sync_hint),
            "/grupos",
        ),
        step(
            overview.has_media,
            say!(dashboard.step_media),
            say!(dashboard.step_media_hint),
            "/midias",
        ),
        step(
            !overview.campaigns.is_empty(),
            say!(dashboard.step_campaign),
            say!(dashboard.step_campaign_hint),
            "/campanhas/nova",
        ),
        step(
            has_run,
            say!(dashboard.step_start),
            say!(dashboard.step_start_hint),
            "/campanhas",
        ),
    ]
}

/// The checklist of the first ten minutes; it ticks itself and leaves when it is done.
#[component]
fn FirstSteps(overview: Signal<Overview>) -> impl IntoView {
    move || {
        let steps = overview.with(steps);
        let total = steps.len();
        let done = steps.iter().filter(|step| step.done).count();
        let next = steps.iter().position(|step| !step.done)?;
        let rows = steps
            .into_iter()
            .enumerate()
            .map(|(index, step)| view! { <StepRow step is_next=index == next /> })
            .collect_view();
        Some(view! {
            <section aria-labelledby="primeiros-passos">
                <h2 id="primeiros-passos">{say!(dashboard.first_steps)}</h2>
                <div class="progress">
                    <div class="progress-nums">
                        <b>{say!(dashboard.steps_done, done = done, total = total)}</b>
                    </div>
                    <progress
                        max=total.to_string()
                        value=done.to_string()
                        aria-label=say!(dashboard.first_steps)
                    ></progress>
                </div>
                <ol class="rows">{rows}</ol>
            </section>
        })
    }
}

#[component]
fn StepRow(step: Step, is_next: bool) -> impl IntoView {
    let tone = if step.done { Tone::Ok } else { Tone::Idle };
    view! {
        <li data-state=tone.name()>
            <Icon name=tone.name() class="state" />
            <div class="grow">
                {if step.done {
                    view! {
                        <span class="done">
                            {step.words} <span class="sr">" (" {say!(dashboard.done)} ")"</span>
                        </span>
                    }
                        .into_any()
                } else {
                    view! {
                        <span class="title">{step.words}</span>
                        <span class="sub">{step.hint}</span>
                    }
                        .into_any()
                }}
            </div>
            {is_next
                .then(|| {
                    view! {
                        <A href=step.href attr:class="btn primary">
                            {step.words}
                        </A>
                    }
                })}
        </li>
    }
}

/// The connections at a glance.
#[component]
fn Connections(overview: Signal<Overview>) -> impl IntoView {
    let connections = Memo::new(move |_| overview.with(|overview| overview.connections.clone()));
    view! {
        <section
            aria-labelledby="saude"
            hidden=move || connections.with(Vec::is_empty)
        >
            <h2 class="block-head" id="saude">
                {say!(dashboard.health)}
            </h2>
            <Restoring connections />
            <div class="cards">
                {move || {
                    connections
                        .get()
                        .into_iter()
                        .map(|view| view! { <ConnectionCard view /> })
                        .collect_view()
                }}
            </div>
        </section>
    }
}

/// The runs that have something left to do.
#[component]
fn UnderWay(overview: Signal<Overview>) -> impl IntoView {
    let running = Memo::new(move |_| {
        overview.with(|overview| {
            let campaigns = overview.campaigns.iter();
            campaigns
                .filter_map(|summary| {
                    let (run, tally) = summary.latest_run.as_ref()?;
                    let is_running = tally.status() == RunStatus::Running;
                    is_running.then(|| (summary.campaign.name.clone(), run.id, *tally))
                })
                .collect::<Vec<_>>()
        })
    });
    let has_campaigns =
        Memo::new(move |_| overview.with(|overview| !overview.campaigns.is_empty()));
    view! {
        <section aria-labelledby="em-andamento" hidden=move || !has_campaigns.get()>
            <h2 class="block-head" id="em-andamento">
                {say!(dashboard.running)}
            </h2>
            <p class="note" hidden=move || !running.with(Vec::is_empty)>
                {say!(dashboard.nothing_running)}
            </p>
            {move || {
                running
                    .get()
                    .into_iter()
                    .map(|(name, id, tally)| {
                        view! {
                            <article class="card">
                                <div class="card-body flow tight">
                                    <div class="block-head">
                                        <h3>
                                            <A
                                                href=format!("/execucoes/{id}")
                                                attr:class="title"
                                            >
                                                {name}
                                            </A>
                                        </h3>
                                        <Badge label=run_status(tally.status()) />
                                    </div>
                                    <div class="progress">
                                        <div class="progress-nums" aria-live="polite">
                                            <b>
                                                {say!(
                                                    campaigns.acknowledged_of, done = tally.acknowledged(), total = tally
                                                        .total()
                                                )}
                                            </b>
                                        </div>
                                        <TallyBar tally=tally />
                                        <TallyLegend tally=tally />
                                    </div>
                                </div>
                            </article>
                        }
                    })
                    .collect_view()
            }}
        </section>
    }
}
