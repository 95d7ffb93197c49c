//! The editor's form. It posts the same answers with and without WASM.

use leptos::html::Input;
use leptos::prelude::*;

use super::actions::FormActions;
use super::draft::{Choice, Draft};
use super::material::Material;
use super::media::MediaDesk;
use super::offer::Offer;
use super::pace::OwnPace;
use super::saving::Keeper;
use super::search::Search;
use super::senders::OtherSenders;
use super::targets::Targets;
use super::timing::{When, WhenMaterial};
use super::variants::Variants;
use crate::api::{ApiError, GroupListChoice, SaveCampaign};
use crate::components::sentences::{connection_state, draft_problem};
use crate::components::{Badge, FieldError};
use crate::domain::{
    CAMPAIGN_NAME_MAX_CHARS, CampaignState, ConnectionId, DraftProblem, Timestamp,
};
use crate::pages::option_name;

/// What the server found wrong with the last save.
pub(super) type Problems = Signal<Vec<DraftProblem>>;

/// Message, groups, buttons.
#[component]
pub(super) fn EditorForm(
    material: Signal<Material>,
    groups: Resource<Result<Option<Offer>, ApiError>>,
    draft: Draft,
    keeper: Keeper,
    desk: MediaDesk,
    /// Every list of the workspace.
    lists: Signal<Vec<GroupListChoice>>,
    /// The variant that the preview shows, by its key.
    shown: RwSignal<u32>,
    search: Search,
    choice: RwSignal<Choice<ConnectionId>>,
    save: ServerAction<SaveCampaign>,
    state: Memo<CampaignState>,
    when: WhenMaterial,
    now: Signal<Timestamp>,
    is_alive: RwSignal<bool>,
) -> impl IntoView {
    let library = Signal::derive(move || material.with(|material| material.library.clone()));
    let id = move || keeper.base.get().map(|base| base.id.to_string());
    let seen = move || {
        keeper
            .base
            .get()
            .map(|base| base.seen.as_millis().to_string())
    };
    let problems = Signal::derive(move || match save.value().get() {
        Some(Err(ApiError::Draft(problems))) => problems,
        _ => Vec::new(),
    });
    let about_timing = Signal::derive(move || {
        let timing = |problem: DraftProblem| match problem {
            DraftProblem::Timing { timing } => Some(timing),
            _ => None,
        };
        problems.with(|problems| problems.iter().copied().filter_map(timing).collect())
    });
    let locked = Signal::derive(move || !state.get().can_edit());
    view! {
        <ActionForm action=save>
            <input type="hidden" name="form[id]" value=move || id().unwrap_or_default() />
            <input type="hidden" name="form[seen]" value=move || seen().unwrap_or_default() />
            <fieldset class="editor" disabled=move || locked.get()>
                <section aria-labelledby="mensagem">
                    <h2 id="mensagem">{say!(editor.message)}</h2>
                    <div class="fields">
                        <NameField draft problems />
                        <ConnectionField material draft search choice problems is_alive />
                    </div>
                    <Variants library desk draft shown problems is_alive=is_alive.into() />
                </section>
                <Targets groups audience=draft.audience search is_alive=is_alive.into() />
                <Problem problems id="grupos-erro" of=is_about_targets />
                <OtherSenders material draft lists is_alive=is_alive.into() />
                <Problem problems id="conexoes-erro" of=is_about_senders />
                <When
                    timing=draft.timing
                    material=when
                    found=about_timing
                    is_alive=is_alive.into()
                />
                <OwnPace pace=draft.pace problems />
            </fieldset>
            <FormActions keeper save state now locked />
        </ActionForm>
    }
}

/// The words for the first problem of a kind, beside its field.
#[component]
fn Problem(problems: Problems, id: &'static str, of: fn(&DraftProblem) -> bool) -> impl IntoView {
    let error = Signal::derive(move || {
        problems.with(|problems| problems.iter().copied().find(of).map(draft_problem))
    });
    view! { <FieldError id=id.to_owned() error /> }
}

const fn is_about_name(problem: &DraftProblem) -> bool {
    matches!(
        problem,
        DraftProblem::NameMissing | DraftProblem::NameTooLong
    )
}

#[component]
fn NameField(draft: Draft, problems: Problems) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    // What was typed before the page came alive counts.
    Effect::new(move || {
        if let Some(input) = input.get() {
            draft.name.set(input.value());
        }
    });
    view! {
        <div class="field wide">
            <label for="nome">{say!(editor.name)}</label>
            <input
                class="input"
                id="nome"
                name="form[name]"
                value=draft.name.get_untracked()
                maxlength=CAMPAIGN_NAME_MAX_CHARS.to_string()
                required
                aria-describedby="nome-erro"
                aria-invalid=move || {
                    problems.with(|problems| problems.iter().any(is_about_name)).then_some("true")
                }
                node_ref=input
                on:input=move |event| draft.name.set(event_target_value(&event))
            />
            <Problem problems id="nome-erro" of=is_about_name />
        </div>
    }
}

/// The connection that sends. Without WASM a button reads its groups by loading the page anew, with
/// everything written so far.
#[component]
fn ConnectionField(
    material: Signal<Material>,
    draft: Draft,
    search: Search,
    choice: RwSignal<Choice<ConnectionId>>,
    problems: Problems,
    is_alive: RwSignal<bool>,
) -> impl IntoView {
    let options = Memo::new(move |_| {
        material.with(|material| {
            let name = |view: &_| option_name(view);
            material
                .connections
                .iter()
                .map(|view| (view.connection.id, name(view)))
                .collect::<Vec<_>>()
        })
    });
    let is_lost = connection_lost(material, draft);
    let away = Memo::new(move |_| {
        let chosen = draft.audience.connection.get()?;
        material.with(|material| {
            let mut connections = material.connections.iter();
            let view = connections.find(|view| view.connection.id == chosen)?;
            let state = &view.connection.state;
            (!state.can_send()).then(|| connection_state(state))
        })
    });
    view! {
        <div class="field">
            <label for="conexao">{say!(editor.connection)}</label>
            <select
                class="input"
                id="conexao"
                name="form[connection]"
                aria-describedby="conexao-erro"
                on:change=move |event| {
                    draft.audience.choose_nobody();
                    search.after.set(None);
                    choice.set(Choice::Made(event_target_value(&event).parse().ok()));
                }
            >
                <option value="">{say!(editor.choose_connection)}</option>
                {move || {
                    options
                        .get()
                        .into_iter()
                        .map(|(id, name)| {
                            view! {
                                <option
                                    value=id.to_string()
                                    selected=move || draft.audience.connection.get() == Some(id)
                                >
                                    {name}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
            <button
                class="btn"
                formmethod="get"
                formaction=""
                formnovalidate
                hidden=move || is_alive.get()
            >
                {say!(editor.load_groups)}
            </button>
            <p class="hint over" role="alert">
                {move || is_lost.get().then(|| say!(editor.connection_gone))}
            </p>
            <p class="hint" hidden=move || away.with(Option::is_none)>
                {move || away.get().map(|label| view! { <Badge label /> })}
                " "
                {say!(editor.connection_away)}
            </p>
            <Problem
                problems
                id="conexao-erro"
                of=|p| matches!(p, DraftProblem::ConnectionMissing | DraftProblem::ConnectionGone)
            />
        </div>
    }
}

/// Whether the connection that the campaign had is there no more. What was chosen of it goes at once: it
/// says nothing without it.
fn connection_lost(material: Signal<Material>, draft: Draft) -> RwSignal<bool> {
    let was_lost = material.with_untracked(|material| {
        let saved = material.saved.as_ref().map(|saved| &saved.campaign);
        // What is removed at this moment may still be named.
        let is_missing = |id: ConnectionId| !material.has_connection(id);
        saved.is_some_and(|saved| saved.lost_connection || saved.connection.is_some_and(is_missing))
    });
    let audience = draft.audience;
    let is_lost = RwSignal::new(was_lost && audience.connection.with_untracked(Option::is_none));
    Effect::new(move |before: Option<Option<ConnectionId>>| {
        let now = audience.connection.get();
        let was = before.flatten().filter(|was| Some(*was) != now);
        if now.is_some() {
            is_lost.set(false);
        }
        // Another choice, or none, is a person's own.
        if was.is_some_and(|was| material.with_untracked(|all| !all.has_connection(was))) {
            audience.choose_nobody();
            is_lost.set(now.is_none());
        }
        now
    });
    is_lost
}

const fn is_about_senders(problem: &DraftProblem) -> bool {
    matches!(problem, DraftProblem::TooManyConnections)
}

const fn is_about_targets(problem: &DraftProblem) -> bool {
    matches!(
        problem,
        DraftProblem::TargetsMissing | DraftProblem::ListsEmpty
    )
}
