//! `/campanhas/{id}/conferencia`: whom a run would reach, what they would read, when and for how long.

use leptos::prelude::*;

use crate::api::{
    ActOnCampaign, CampaignReview, Excluded, LiveEvent, SampleMessage, review_campaign,
};
use crate::components::calendar::day_and_time;
use crate::components::sentences::{draft_problem, failure_reason};
use crate::components::time::duration;
use crate::components::{ActionError, Crumb, Icon, Loaded, PageTitle, PhonePreview, live_resource};
use crate::domain::{CampaignAction, CampaignId, DraftProblem};
use crate::pages::{MissingInFrame, use_id};

/// How many groups that do not receive the message are named.
const NAMED: usize = 10;

/// The look at a campaign before it is started.
#[component]
pub(crate) fn ReviewPage() -> impl IntoView {
    let id = use_id::<CampaignId>();
    move || match id.get() {
        Some(id) => view! { <One id /> }.into_any(),
        None => view! { <MissingInFrame /> }.into_any(),
    }
}

#[component]
fn One(id: CampaignId) -> impl IntoView {
    let review = live_resource(
        || (),
        move |()| review_campaign(id),
        move |event| match event {
            LiveEvent::Campaign(changed) => *changed == id,
            LiveEvent::Groups(_) | LiveEvent::Connections | LiveEvent::Media => true,
            _ => false,
        },
    );
    view! { <Loaded resource=review view=move |review| view! { <Review id review /> } /> }
}

#[component]
fn Review(id: CampaignId, review: Signal<CampaignReview>) -> impl IntoView {
    let act = ServerAction::<ActOnCampaign>::new();
    let name = Signal::derive(move || review.with(|review| review.name.clone()));
    let starts = Memo::new(move |_| {
        review.with(|review| {
            let is_offered = review.state.after(CampaignAction::Start).is_some();
            is_offered && review.problems.is_empty()
        })
    });
    let at_start = move || {
        if review.with(|review| review.begins_at_start) {
            say!(review.starts_now)
        } else {
            say!(review.starts_later)
        }
    };
    view! {
        <PageTitle title=Signal::derive(move || say!(review.tab, name = name.get())) />
        <div class="page-head">
            <div>
                <Crumb href=format!("/campanhas/{id}") name=say!(review.back) />
                <h1>{say!(review.title)}</h1>
                <p class="note">{move || name.get()}</p>
            </div>
        </div>
        <ActionError value=act.value() />
        <div class="flow">
            <Checks id review />
            <Ahead review />
            <Samples review />
            <ActionForm action=act>
                <input type="hidden" name="id" value=id.to_string() />
                <input type="hidden" name="action" value=CampaignAction::Start.as_str() />
                <p class="note" hidden=move || !starts.get()>
                    {at_start}
                </p>
                <div class="actions" hidden=move || !starts.get()>
                    <button class="btn primary" disabled=move || act.pending().get()>
                        <Icon name="iniciar" />
                        {say!(review.start)}
                    </button>
                </div>
            </ActionForm>
        </div>
    }
}

/// What is missing, who receives the message, and who does not and why.
#[component]
fn Checks(id: CampaignId, review: Signal<CampaignReview>) -> impl IntoView {
    let problem = |words: String| view! { <Check state="error" icon="error" words /> };
    view! {
        <section aria-labelledby="quem-recebe">
            <h2 id="quem-recebe">{say!(review.who)}</h2>
            <ul class="checks">
                {move || {
                    let problems = review.with(|review| review.problems.clone());
                    problems.into_iter().map(|one| view! { <Missing id one /> }).collect_view()
                }}
                {move || {
                    let words = match review.with(|review| review.receiving) {
                        0 => return problem(say!(review.nobody).to_owned()).into_any(),
                        count => say!(review.receiving, count = count),
                    };
                    view! { <Check state="ok" icon="certo" words /> }.into_any()
                }}
                {move || {
                    let excluded = review.with(|review| review.excluded.clone());
                    excluded
                        .iter()
                        .map(|one| view! { <Check state="warn" icon="pulado" words=why(one) /> })
                        .collect_view()
                }}
            </ul>
        </section>
    }
}

/// What the campaign lacks, with the way to the field that it is about.
#[component]
fn Missing(id: CampaignId, one: DraftProblem) -> impl IntoView {
    // The page is loaded anew, so that the browser finds the field.
    let href = format!("/campanhas/{id}#{}", field_of(one));
    view! {
        <li data-state="error">
            <Icon name="error" />
            <span>
                {draft_problem(one)} " "
                <a href=href rel="external">
                    {say!(review.mend)}
                </a>
            </span>
        </li>
    }
}

/// Where the editor asks for what is missing.
const fn field_of(problem: DraftProblem) -> &'static str {
    match problem {
        DraftProblem::NameMissing | DraftProblem::NameTooLong => "nome",
        DraftProblem::ConnectionMissing
        | DraftProblem::ConnectionGone
        | DraftProblem::TooManyConnections => "conexao",
        DraftProblem::TargetsMissing | DraftProblem::ListsEmpty => "grupos",
        DraftProblem::ContentMissing { .. }
        | DraftProblem::MayBeBlank { .. }
        | DraftProblem::Wording { .. }
        | DraftProblem::TooManyVariants
        | DraftProblem::TextTooLong { .. }
        | DraftProblem::CaptionUnderAudio { .. }
        | DraftProblem::MediaGone { .. } => "mensagem",
        DraftProblem::Pace { .. } => "ritmo",
        DraftProblem::Timing { .. } => "quando",
    }
}

#[component]
fn Check(state: &'static str, icon: &'static str, words: String) -> impl IntoView {
    view! {
        <li data-state=state>
            <Icon name=icon />
            <span>{words}</span>
        </li>
    }
}

/// Why some groups do not receive the message, and which.
fn why(excluded: &Excluded) -> String {
    let count = u32::try_from(excluded.groups.len()).unwrap_or(u32::MAX);
    let first: Vec<_> = excluded.groups.iter().take(NAMED).cloned().collect();
    let mut names = first.join(", ");
    if excluded.groups.len() > NAMED {
        names.push('…');
    }
    let sentence = failure_reason(excluded.reason);
    say!(
        review.excluded,
        count = count,
        reason = sentence.title,
        action = sentence.text,
        names = names
    )
}

/// The next runs, how long one takes, and whether that fits into the window.
#[component]
fn Ahead(review: Signal<CampaignReview>) -> impl IntoView {
    let takes = move || {
        let words = match review.with(|review| review.takes)? {
            span if span.as_secs() == 0 => say!(review.takes_no_time).to_owned(),
            span => say!(review.takes, span = duration(span)),
        };
        Some(view! { <Check state="idle" icon="relogio" words /> })
    };
    let fits = move || {
        review.with(|review| review.fits_window).map(|fits| {
            let (state, icon, words) = if fits {
                ("ok", "certo", say!(review.fits))
            } else {
                ("warn", "warn", say!(review.does_not_fit))
            };
            view! { <Check state icon words=words.to_owned() /> }
        })
    };
    view! {
        <section aria-labelledby="quando-sai">
            <h2 id="quando-sai">{say!(review.when)}</h2>
            <ol class="runs">
                {move || {
                    let runs = review.with(next_runs);
                    runs.into_iter().map(|words| view! { <li>{words}</li> }).collect_view()
                }}
            </ol>
            <ul class="checks">
                {takes} {fits}
            </ul>
        </section>
    }
}

fn next_runs(review: &CampaignReview) -> Vec<String> {
    let mut runs: Vec<String> = review
        .next_runs
        .iter()
        .map(|at| day_and_time(*at, review.today))
        .collect();
    if let Some(first) = runs.first_mut().filter(|_| review.begins_at_start) {
        say!(when.on_start).clone_into(first);
    }
    runs
}

/// What some of the groups would read.
#[component]
fn Samples(review: Signal<CampaignReview>) -> impl IntoView {
    let sample = |sample: SampleMessage| {
        let SampleMessage { group, text, media } = sample;
        view! {
            <li>
                <PhonePreview
                    text=Signal::stored(text)
                    media=Signal::stored(media)
                    time=Signal::stored(String::new())
                    chat=Signal::stored(group)
                />
            </li>
        }
    };
    let samples = move || review.with(|review| review.samples.clone());
    view! {
        <section aria-labelledby="como-chega" hidden=move || samples().is_empty()>
            <h2 id="como-chega">{say!(review.samples)}</h2>
            <p class="note">{say!(review.samples_text)}</p>
            <ul class="samples">{move || samples().into_iter().map(sample).collect_view()}</ul>
        </section>
    }
}
