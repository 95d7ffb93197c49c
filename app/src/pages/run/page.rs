//! `/execucoes/{id}`.

use leptos::prelude::*;
use leptos_router::components::A;

use super::deliveries::Deliveries;
use super::hold::Holds;
use super::progress::Progress;
use super::repeat::Repeat;
use super::search::query;
use super::texts::Texts;
use crate::api::{LiveEvent, RepeatRun, ResumeSending, RunView, SettleOutage, get_run};
use crate::components::sentences::run_status;
use crate::components::time::{duration, time_of_day};
use crate::components::{
    ActionError, Ago, Asked, Badge, Icon, Loaded, PageTitle, PhonePreview, asked, live_resource,
    ticking,
};
use crate::domain::{DeliveryKind, Run, RunId, Timestamp};
use crate::pages::{MissingInFrame, use_id};

/// How far every message of the run got, as it happens.
#[component]
pub(crate) fn RunPage() -> impl IntoView {
    let id = use_id::<RunId>();
    let asked = asked();
    move || match id.get() {
        Some(id) => view! { <OneRun id asked /> }.into_any(),
        None => view! { <MissingInFrame /> }.into_any(),
    }
}

#[component]
fn OneRun(id: RunId, asked: Memo<Asked<DeliveryKind>>) -> impl IntoView {
    let settle = ServerAction::<SettleOutage>::new();
    let repeat = ServerAction::<RepeatRun>::new();
    let resume = ServerAction::<ResumeSending>::new();
    let run = live_resource(
        move || {
            let settled = (settle.version().get(), resume.version().get());
            (asked.get(), settled, repeat.version().get())
        },
        move |(asked, ..)| get_run(id, query(&asked), asked.page),
        // The run's connection is part of its page: what holds the run may be there.
        move |event| match event {
            LiveEvent::Run(changed) => *changed == id,
            LiveEvent::Connection(_) | LiveEvent::Connections => true,
            _ => false,
        },
    );
    view! {
        <Loaded
            resource=run
            view=move |view| view! { <Details view asked settle resume repeat /> }
        />
    }
}

#[component]
fn Details(
    view: Signal<RunView>,
    asked: Memo<Asked<DeliveryKind>>,
    settle: ServerAction<SettleOutage>,
    resume: ServerAction<ResumeSending>,
    repeat: ServerAction<RepeatRun>,
) -> impl IntoView {
    let now = ticking(move || view.with(|view| view.now));
    let tab = Signal::derive(move || {
        view.with(|view| {
            let (campaign, number) = (view.campaign_name.clone(), view.run.ordinal());
            if view.run.is_test() {
                say!(test_send.run_tab, campaign = campaign, number = number)
            } else {
                say!(run.tab, campaign = campaign, number = number)
            }
        })
    });
    let text = Signal::derive(move || {
        view.with(|view| view.texts.first().unwrap_or(&view.run.content.text).clone())
    });
    let media = Signal::derive(move || view.with(|view| view.media.clone()));
    let started_at = Memo::new(move |_| view.with(|view| view.run.started_at));
    view! {
        <PageTitle title=tab />
        <Head view now />
        <div class="split">
            <div class="flow">
                <Progress view />
                <ActionError value=settle.value() />
                <ActionError value=resume.value() />
                <Holds view now settle resume />
                <ActionError value=repeat.value() />
                <Repeat view action=repeat />
                <Deliveries view asked now />
            </div>
            <aside class="panel">
                <section>
                    <h2>{say!(run.message)}</h2>
                    <PhonePreview
                        text
                        media
                        time=Signal::derive(move || time_of_day(started_at.get()))
                    />
                    <Texts view />
                </section>
            </aside>
        </div>
    }
}

#[component]
fn Head(view: Signal<RunView>, now: Signal<Timestamp>) -> impl IntoView {
    let status = Memo::new(move |_| view.with(|view| view.tally.status()));
    let run = Memo::new(move |_| view.with(|view| view.run.clone()));
    let campaign_name = Memo::new(move |_| view.with(|view| view.campaign_name.clone()));
    let via = move || {
        view.with(|view| {
            let names = view
                .senders
                .iter()
                .filter_map(|sender| sender.name.as_deref());
            match names.collect::<Vec<_>>()[..] {
                [] => say!(run.via_gone).to_owned(),
                [name] => say!(run.via, name = name.to_owned()),
                ref names => say!(run.via_several, names = names.join(", ")),
            }
        })
    };
    let finished = move || {
        let run = run.get();
        let took = run.finished_at?.since(run.started_at);
        Some(format!(" · {}", say!(run.finished, span = duration(took))))
    };
    view! {
        <div class="page-head">
            <div>
                {move || {
                    let href = format!("/campanhas/{}", run.with(|run| run.campaign));
                    view! {
                        <A href=href attr:class="crumb">
                            <Icon name="esq" class="small" />
                            {move || campaign_name.get()}
                        </A>
                    }
                }}
                <h1>
                    {move || run.with(title)}
                    <Badge label=Signal::derive(move || run_status(status.get())) />
                </h1>
                <p class="note">
                    {say!(run.started)} " " {move || view! { <Ago at=run.get().started_at now /> }}
                    {finished} " · " {via} " · " {say!(run.frozen)}
                </p>
            </div>
            {move || {
                let (campaign, is_test) = run.with(|run| (run.campaign, run.is_test()));
                is_test
                    .then(|| {
                        view! {
                            <A href=format!("/campanhas/{campaign}/teste") attr:class="btn">
                                <Icon name="enviar" />
                                {say!(test_send.another)}
                            </A>
                        }
                    })
            }}
        </div>
    }
}

fn title(run: &Run) -> String {
    if run.is_test() {
        say!(test_send.one, number = run.ordinal())
    } else {
        say!(run.title, number = run.ordinal())
    }
}
