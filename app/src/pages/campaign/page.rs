//! `/campanhas/nova` and `/campanhas/{id}`: what the editor needs, and its frame.

use leptos::prelude::*;
use leptos_router::components::A;

use super::actions::SAVE;
use super::draft::{CarriedOver, Choice, Draft};
use super::form::EditorForm;
use super::life::Life;
use super::material::{Material, read_material};
use super::media::{AskedOfLibrary, MediaDesk, MediaDialog};
use super::offer::{Offer, offer};
use super::past::{Past, PastParts};
use super::sample::Sample;
use super::saving::{ChangedElsewhere, Keeper, guard};
use super::search::Search;
use super::sent_tests::{SentTests, concerns_tests};
use super::timing::{WhenMaterial, written};
use crate::api::{
    ApiError, Base, CampaignTests, DeleteCampaign, GroupListChoice, LiveEvent, SaveCampaign,
    TimingForm, ZoneRules, get_campaign, get_campaign_tests, get_zone, list_group_list_choices,
    list_zones,
};
use crate::components::sentences::{Sentence, campaign_state, saved_by};
use crate::components::{
    ActionError, Ago, Badge, Crumb, Dialog, DialogButton, Loaded, Notice, PageTitle, ending_action,
    live_resource, ticking,
};
use crate::domain::{CampaignAction, CampaignId, CampaignState, ConnectionId, Timestamp, ZoneName};
use crate::pages::{MissingInFrame, use_id};

/// The rules of the chosen time zone, or of the saved campaign's.
async fn read_zone(
    chosen: Option<ZoneName>,
    id: Option<CampaignId>,
) -> Result<ZoneRules, ApiError> {
    let name = match (chosen, id) {
        (Some(name), _) => name,
        (None, Some(id)) => get_campaign(id).await?.campaign.timing.zone,
        (None, None) => ZoneName::default(),
    };
    get_zone(name).await
}

/// A campaign that is not saved yet.
#[component]
pub(crate) fn NewCampaignPage() -> impl IntoView {
    view! { <Editor id=None /> }
}

/// A saved campaign.
#[component]
pub(crate) fn CampaignPage() -> impl IntoView {
    let id = use_id::<CampaignId>();
    move || match id.get() {
        Some(id) => view! { <Editor id=Some(id) /> }.into_any(),
        None => view! { <MissingInFrame /> }.into_any(),
    }
}

#[component]
fn Editor(id: Option<CampaignId>) -> impl IntoView {
    let delete = ending_action::<DeleteCampaign>();
    let save = ServerAction::<SaveCampaign>::new();
    let carried = CarriedOver::from_address();
    let choice = RwSignal::new(carried.connection);
    let search = Search::from_address(0);
    let library = AskedOfLibrary::from_address();
    let carried_over = carried.clone();
    let material = live_resource(
        move || save.version().get(),
        move |_| read_material(id, carried_over.clone(), library.clone()),
        move |event| match event {
            LiveEvent::Campaign(changed) => Some(*changed) == id,
            LiveEvent::Media | LiveEvent::Connections => true,
            _ => false,
        },
    );
    let groups = live_resource(
        move || (choice.get(), search.query.get(), search.after.get()),
        move |(choice, query, after)| offer(choice, id, query, after),
        |event| matches!(event, LiveEvent::Groups(_) | LiveEvent::Connections),
    );
    let carried_zone = carried.timing.as_ref().map(TimingForm::read_zone);
    let chosen = RwSignal::new(carried_zone.and_then(Result::ok));
    let zone = Resource::new(move || chosen.get(), move |name| read_zone(name, id));
    let zones = Resource::new(|| (), |()| list_zones());
    let past = id.map(PastParts::of);
    let tests = id.map(|id| {
        let concerned = move |event: &LiveEvent| concerns_tests(id, event);
        live_resource(|| (), move |()| get_campaign_tests(id), concerned)
    });
    let lists = live_resource(
        || (),
        |()| list_group_list_choices(),
        |event| matches!(event, LiveEvent::Groups(_) | LiveEvent::Connections),
    );
    let page = move |material: Signal<Material>, lists| {
        // What was removed meanwhile is chosen no more.
        let connection = Memo::new(move |_| {
            let chosen = choice
                .get()
                .or_saved(|| material.with(Material::saved_connection));
            chosen.filter(|id| material.with(|material| material.has_connection(*id)))
        });
        let draft = material.with_untracked(|material| {
            let saved = material.saved.as_ref();
            Draft::begin(saved, &carried, connection.into(), &material.chosen, lists)
        });
        let now = ticking(move || material.with(|material| material.now));
        let minute = Memo::new(move |_| now.get().to_the_minute());
        let when = WhenMaterial {
            zones,
            chosen,
            zone,
            past: Signal::derive(move || material.with(Material::past)),
            minute,
            written: written(draft.timing, zone, minute),
        };
        let base = material.with_untracked(|material| material.base(carried.seen));
        view! { <Page material groups draft base lists search choice save delete when now past tests /> }
    };
    let with_lists = move |material| {
        let page = page.clone();
        view! { <Loaded resource=lists view=move |lists| page(material, lists) /> }
    };
    view! { <Loaded resource=material view=with_lists /> }
}

#[component]
fn Page(
    material: Signal<Material>,
    groups: Resource<Result<Option<Offer>, ApiError>>,
    draft: Draft,
    base: Option<Base>,
    lists: Signal<Vec<GroupListChoice>>,
    search: Search,
    choice: RwSignal<Choice<ConnectionId>>,
    save: ServerAction<SaveCampaign>,
    delete: ServerAction<DeleteCampaign>,
    when: WhenMaterial,
    now: Signal<Timestamp>,
    /// What a saved campaign did.
    past: Option<PastParts>,
    /// The tests of a saved campaign.
    tests: Option<Resource<Result<CampaignTests, ApiError>>>,
) -> impl IntoView {
    let title = Signal::derive(move || {
        material.with(|material| match &material.saved {
            Some(saved) => saved.campaign.name.clone(),
            None => say!(editor.new_title).to_owned(),
        })
    });
    let state = Memo::new(move |_| material.with(Material::state));
    let saved = Memo::new(move |_| {
        material.with(|material| {
            let saved = material.saved.as_ref()?;
            Some((saved_by(&saved.saved_by), saved.campaign.updated_at))
        })
    });
    let shown = RwSignal::new(0);
    let is_alive = RwSignal::new(false);
    Effect::new(move || is_alive.set(true));
    let keeper = Keeper::begin(base, draft, state, save);
    guard(keeper);
    let desk = MediaDesk::begin(
        material.with_untracked(|material| material.media.clone()),
        draft,
    );
    // The notice about a change elsewhere asks; this one only tells.
    let refused = Signal::derive(move || match save.value().get()? {
        Ok(_) => Some(Ok(())),
        Err(ApiError::CampaignChanged { .. }) => None,
        Err(error) => Some(Err(error)),
    });
    view! {
        <PageTitle title />
        <div class="page-head">
            <div>
                <Crumb href="/campanhas" name=say!(nav.campaigns) />
                <h1>
                    {move || title.get()}
                    <Badge label=Signal::derive(move || campaign_state(state.get())) />
                </h1>
                <p class="note">
                    {move || {
                        saved
                            .get()
                            .map(|(words, at)| {
                                view! {
                                    {words}
                                    " "
                                    <Ago at now />
                                }
                            })
                    }}
                </p>
                <Life material now />
            </div>
        </div>
        <div class="notices">
            <ActionError value=refused />
            <ChangedElsewhere
                material
                keeper
                action=save
                now
                save=SAVE
                is_alive=is_alive.into()
            />
            <UnderWay material state />
        </div>
        <div class="split">
            <div class="flow">
                <EditorForm
                    material
                    groups
                    draft
                    keeper
                    desk
                    lists
                    shown
                    search
                    choice
                    save
                    state
                    when
                    now
                    is_alive
                />
                {past.map(|parts| view! { <Past parts /> })}
                {tests
                    .map(|tests| {
                        view! { <Loaded resource=tests view=|tests| view! { <SentTests tests /> } /> }
                    })}
                <Deletion material state delete />
            </div>
            <aside class="preview sticky" id="previa" aria-label=say!(editor.preview_label)>
                <h2>{say!(editor.preview)}</h2>
                <Sample material desk draft shown groups zone=when.zone now />
            </aside>
        </div>
        <MediaDialog desk />
    }
}

/// Why an active campaign cannot be edited, and where its run is.
#[component]
fn UnderWay(material: Signal<Material>, state: Memo<CampaignState>) -> impl IntoView {
    let run = Memo::new(move |_| {
        material.with(|material| {
            let saved = material.saved.as_ref()?;
            saved.latest_run.as_ref().map(|(run, _)| run.id)
        })
    });
    let label = Signal::derive(move || campaign_state(state.get()));
    let sentence = Sentence::new(say!(editor.active), say!(editor.active_text));
    move || match (state.get().can_edit(), run.get()) {
        (false, None) => view! { <Notice sentence=sentence.clone() label /> }.into_any(),
        (false, Some(run)) => view! {
            <Notice sentence=sentence.clone() label>
                <A href=format!("/execucoes/{run}") attr:class="btn">
                    {say!(editor.watch)}
                </A>
            </Notice>
        }
        .into_any(),
        (true, Some(run)) => view! {
            <p class="note">
                <A href=format!("/execucoes/{run}")>{say!(editor.latest_run)}</A>
            </p>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

const DELETION: &str = "excluir-campanha";

/// Deleting a saved campaign that is not running.
#[component]
fn Deletion(
    material: Signal<Material>,
    state: Memo<CampaignState>,
    delete: ServerAction<DeleteCampaign>,
) -> impl IntoView {
    let saved = Memo::new(move |_| {
        material.with(|material| {
            let campaign = &material.saved.as_ref()?.campaign;
            Some((campaign.id, campaign.name.clone()))
        })
    });
    move || {
        let deletes = state.get().after(CampaignAction::Delete).is_some();
        let (id, name) = saved.get().filter(|_| deletes)?;
        Some(view! {
            <div>
                <DialogButton
                    dialog=DELETION
                    label=say!(editor.delete)
                    icon="lixo"
                    class="btn quiet danger"
                />
                <ActionError value=delete.value() />
                <Dialog id=DELETION title=say!(editor.delete_title, name = name)>
                    <p class="note">{say!(editor.delete_text)}</p>
                    <ActionForm action=delete>
                        <input type="hidden" name="id" value=id.to_string() />
                        <div class="actions">
                            <DialogButton dialog=DELETION label=say!(common.back) />
                            <button class="btn danger primary">{say!(editor.delete_confirm)}</button>
                        </div>
                    </ActionForm>
                </Dialog>
            </div>
        })
    }
}
