//! `/campanhas/nova` and `/campanhas/{id}`: what the editor needs, and its frame.

use leptos::prelude::*;
use leptos_router::components::A;

use super::draft::{CarriedOver, Choice, Chosen, Draft};
use super::form::EditorForm;
use super::life::Life;
use super::past::{Past, PastParts};
use super::sample::Sample;
use super::search::Search;
use super::sent_tests::{SentTests, concerns_tests};
use super::timing::{WhenMaterial, written};
use crate::api::{
    ApiError, CampaignSummary, CampaignTests, ConnectionView, DeleteCampaign, GroupListChoice,
    GroupsView, LiveEvent, MediaCard, SaveCampaign, TimingForm, ZoneRules, chosen_groups,
    get_campaign, get_campaign_tests, get_zone, list_connections, list_group_list_choices,
    list_groups, list_media, list_zones,
};
use crate::components::sentences::{Sentence, campaign_state};
use crate::components::{
    ActionError, Ago, Badge, Crumb, Dialog, DialogButton, Loaded, Notice, PageTitle, live_resource,
    ticking,
};
use crate::domain::{
    CampaignAction, CampaignId, CampaignState, ConnectionId, GroupBrief, GroupJid, GroupPlace,
    GroupQuery, PastRuns, Timestamp, ZoneName,
};
use crate::pages::{MissingInFrame, use_id};

/// What the editor chooses from, and what is saved.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Material {
    /// The saved campaign; `None` for a new one.
    pub(super) saved: Option<CampaignSummary>,
    pub(super) connections: Vec<ConnectionView>,
    pub(super) media: Vec<MediaCard>,
    /// The groups that the saved campaign, or what the address carries over, has chosen.
    chosen: Chosen,
    now: Timestamp,
}

impl Material {
    fn state(&self) -> CampaignState {
        self.saved
            .as_ref()
            .map_or(CampaignState::Draft, |saved| saved.campaign.state)
    }

    /// What it has behind it since it was started; a start begins anew.
    fn past(&self) -> PastRuns {
        let saved = self.saved.as_ref().map(|saved| &saved.campaign);
        let started = saved.filter(|campaign| campaign.state.is_alive());
        started.map(|campaign| campaign.past).unwrap_or_default()
    }

    /// The saved connection, while it exists.
    fn saved_connection(&self) -> Option<ConnectionId> {
        let saved = self.saved.as_ref()?.campaign.connection?;
        let exists = |view: &ConnectionView| view.connection.id == saved;
        self.connections.iter().any(exists).then_some(saved)
    }
}

async fn read_material(id: Option<CampaignId>, carried: CarriedOver) -> Result<Material, ApiError> {
    let saved = match id {
        Some(id) => Some(get_campaign(id).await?),
        None => None,
    };
    let media = list_media().await?;
    let mut material = Material {
        saved,
        connections: list_connections().await?,
        now: media.now,
        media: media.items,
        chosen: Chosen::default(),
    };
    let saved_connection = material.saved_connection();
    let connection = carried.connection.or_saved(|| saved_connection);
    let targets = carried.targets.unwrap_or_else(|| {
        let saved = material.saved.as_ref().map(|saved| &saved.campaign);
        let saved = saved.filter(|campaign| campaign.connection == connection);
        saved
            .map(|campaign| campaign.targets.clone())
            .unwrap_or_default()
    });
    if let Some(connection) = connection {
        material.chosen.first = read_chosen(connection, &targets).await?;
    }
    let saved = material.saved.as_ref().map(|saved| &saved.campaign);
    let also = carried.also.or_else(|| Some(saved?.also.clone()));
    for sender in also.unwrap_or_default() {
        let groups = read_chosen(sender.connection, &sender.targets).await?;
        material.chosen.also.push((sender, groups));
    }
    Ok(material)
}

/// What is known of chosen groups.
async fn read_chosen(
    connection: ConnectionId,
    targets: &[GroupJid],
) -> Result<Vec<GroupBrief>, ApiError> {
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    let jids: Vec<&str> = targets.iter().map(GroupJid::as_str).collect();
    chosen_groups(connection, jids.join(" ")).await
}

async fn read_groups(
    choice: Choice<ConnectionId>,
    id: Option<CampaignId>,
    (query, after): (GroupQuery, Option<GroupPlace>),
) -> Result<Option<GroupsView>, ApiError> {
    let connection = match (choice, id) {
        (Choice::Made(chosen), _) => chosen,
        (Choice::AsSaved, Some(id)) => {
            let saved = get_campaign(id).await?;
            saved.connection_name.and(saved.campaign.connection)
        }
        (Choice::AsSaved, None) => None,
    };
    match connection {
        Some(connection) => list_groups(connection, query, after).await.map(Some),
        None => Ok(None),
    }
}

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
    let save = ServerAction::<SaveCampaign>::new();
    let carried = CarriedOver::from_address();
    let choice = RwSignal::new(carried.connection);
    let search = Search::from_address();
    let carried_over = carried.clone();
    let material = live_resource(
        move || save.version().get(),
        move |_| read_material(id, carried_over.clone()),
        move |event| match event {
            LiveEvent::Campaign(changed) => Some(*changed) == id,
            LiveEvent::Media | LiveEvent::Connections => true,
            _ => false,
        },
    );
    let groups = live_resource(
        move || (choice.get(), search.query.get(), search.after.get()),
        move |(choice, query, after)| read_groups(choice, id, (query, after)),
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
        let connection = Signal::derive(move || {
            choice
                .get()
                .or_saved(|| material.with(Material::saved_connection))
        });
        let draft = material.with_untracked(|material| {
            let saved = material.saved.as_ref();
            Draft::begin(saved, &carried, connection, &material.chosen, lists)
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
        view! { <Page material groups draft lists search choice save when now past tests /> }
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
    groups: Resource<Result<Option<GroupsView>, ApiError>>,
    draft: Draft,
    lists: Signal<Vec<GroupListChoice>>,
    search: Search,
    choice: RwSignal<Choice<ConnectionId>>,
    save: ServerAction<SaveCampaign>,
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
    let updated_at = Memo::new(move |_| {
        material.with(|material| Some(material.saved.as_ref()?.campaign.updated_at))
    });
    let shown = RwSignal::new(0);
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
                        updated_at
                            .get()
                            .map(|at| {
                                view! {
                                    {say!(editor.saved)}
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
            <ActionError value=save.value() />
            <UnderWay material state />
        </div>
        <div class="split">
            <div class="flow">
                <EditorForm material groups draft lists shown search choice save state when />
                {past.map(|parts| view! { <Past parts /> })}
                {tests
                    .map(|tests| {
                        view! { <Loaded resource=tests view=|tests| view! { <SentTests tests /> } /> }
                    })}
                <Deletion material state />
            </div>
            <aside class="preview sticky" id="previa" aria-label=say!(editor.preview_label)>
                <h2>{say!(editor.preview)}</h2>
                <Sample material draft shown groups zone=when.zone now />
            </aside>
        </div>
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
fn Deletion(material: Signal<Material>, state: Memo<CampaignState>) -> impl IntoView {
    let delete = ServerAction::<DeleteCampaign>::new();
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
