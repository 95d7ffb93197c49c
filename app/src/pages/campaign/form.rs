//! The editor's form. It posts the same answers with and without WASM.

use leptos::html::Input;
use leptos::prelude::*;

use super::autosave::{Autosave, KeptNote};
use super::draft::{Choice, Draft};
use super::pace::OwnPace;
use super::page::Material;
use super::search::Search;
use super::senders::OtherSenders;
use super::targets::Targets;
use super::timing::{When, WhenMaterial};
use super::variants::Variants;
use crate::api::{ApiError, GroupListChoice, GroupsView, SaveCampaign};
use crate::components::browser::press;
use crate::components::sentences::draft_problem;
use crate::components::{FieldError, Icon, SubmitButton};
use crate::domain::{
    CAMPAIGN_NAME_MAX_CHARS, CampaignAction, CampaignState, ConnectionId, DraftProblem,
};
use crate::pages::option_name;

/// The button that saves.
const SAVE: &str = "salvar";

/// What the server found wrong with the last save.
pub(super) type Problems = Signal<Vec<DraftProblem>>;

/// Message, groups, buttons.
#[component]
pub(super) fn EditorForm(
    material: Signal<Material>,
    groups: Resource<Result<Option<GroupsView>, ApiError>>,
    draft: Draft,
    /// Every list of the workspace.
    lists: Signal<Vec<GroupListChoice>>,
    /// The variant that the preview shows, by its key.
    shown: RwSignal<u32>,
    search: Search,
    choice: RwSignal<Choice<ConnectionId>>,
    save: ServerAction<SaveCampaign>,
    state: Memo<CampaignState>,
    when: WhenMaterial,
) -> impl IntoView {
    let saved = material.with_untracked(|material| Some(material.saved.as_ref()?.campaign.id));
    let keeps =
        Signal::derive(move || state.get() == CampaignState::Draft && !save.pending().get());
    let autosave = Autosave::begin(saved, draft, keeps);
    let id = move || {
        autosave
            .id
            .get()
            .map(|id| id.to_string())
            .unwrap_or_default()
    };
    let is_busy = Signal::derive(move || save.pending().get() || autosave.is_creating.get());
    let is_alive = RwSignal::new(false);
    Effect::new(move || is_alive.set(true));
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
    // A start leads over the look at what it will do; what is paused can only be looked at.
    let starts = Memo::new(move |_| state.get().after(CampaignAction::Start).is_some());
    let way_on = move || {
        let (icon, words) = if starts.get() {
            ("iniciar", say!(editor.start))
        } else {
            ("certo-duplo", say!(editor.review))
        };
        view! {
            <Icon name=icon />
            {words}
        }
    };
    save_by_key();
    view! {
        <ActionForm action=save>
            <input type="hidden" name="form[id]" value=id />
            <fieldset class="editor" disabled=move || locked.get()>
                <section aria-labelledby="mensagem">
                    <h2 id="mensagem">{say!(editor.message)}</h2>
                    <div class="fields">
                        <NameField draft problems />
                        <ConnectionField material draft search choice problems is_alive />
                    </div>
                    <Variants material draft shown problems is_alive=is_alive.into() />
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
            <div class="actions editor-actions" hidden=move || locked.get()>
                <button
                    class="btn primary"
                    name="form[then]"
                    value="review"
                    disabled=move || is_busy.get()
                >
                    {way_on}
                </button>
                <SubmitButton
                    label=say!(editor.save)
                    pending_label=say!(editor.saving)
                    pending=is_busy
                    id=SAVE
                    class="btn"
                />
                <button class="btn" name="form[then]" value="test" disabled=move || is_busy.get()>
                    <Icon name="enviar" />
                    {say!(test_send.title)}
                </button>
                <KeptNote kept=autosave.kept />
                <a class="btn quiet only-phone" href="#previa">
                    {say!(editor.see_preview)}
                </a>
            </div>
        </ActionForm>
    }
}

/// Ctrl+S, or ⌘S, saves.
fn save_by_key() {
    Effect::new(|| {
        let listener = window_event_listener(leptos::ev::keydown, |event| {
            let is_s = event.key().eq_ignore_ascii_case("s");
            if is_s && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                press(SAVE);
            }
        });
        on_cleanup(move || listener.remove());
    });
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
    let is_gone = move || {
        let was_saved = material.with(|material| material.saved.is_some());
        was_saved && draft.audience.connection.with(Option::is_none)
    };
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
            <p class="hint" hidden=move || !is_gone()>
                {say!(editor.connection_gone)}
            </p>
            <Problem
                problems
                id="conexao-erro"
                of=|p| matches!(p, DraftProblem::ConnectionMissing | DraftProblem::ConnectionGone)
            />
        </div>
    }
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
