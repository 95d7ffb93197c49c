//! `/campanhas/{id}/teste`: the saved message to oneself or to one group, and what became of it.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::sent_tests::{SentTests, concerns_tests};
use crate::api::{
    ApiError, CampaignTests, GroupsView, LiveEvent, SendTest, get_campaign_tests, list_groups,
};
use crate::components::{
    ActionError, Crumb, Loaded, PageTitle, SearchField, SubmitButton, format, live_resource,
};
use crate::domain::{
    CampaignId, CampaignState, Connection, ConnectionId, Group, GroupKind, GroupQuery, Recipient,
};
use crate::pages::{MissingInFrame, use_id};

/// How much of a variant's text is shown beside its number.
const EXCERPT_CHARS: usize = 60;

/// Trying a campaign's message.
#[component]
pub(crate) fn TestPage() -> impl IntoView {
    let id = use_id::<CampaignId>();
    move || match id.get() {
        Some(id) => view! { <One id /> }.into_any(),
        None => view! { <MissingInFrame /> }.into_any(),
    }
}

/// What the page's address asks for: a connection, and a text in the names of its groups.
type Asked = (Option<ConnectionId>, String);

/// The groups of one of the campaign's connections, the first unless another is asked for, that take our
/// messages and have a text in their name.
async fn read_groups(id: CampaignId, (asked, text): Asked) -> Result<GroupsView, ApiError> {
    let connections = get_campaign_tests(id).await?.connections;
    let connection = chosen(&connections, asked).map(|connection| connection.id);
    let query = GroupQuery {
        text,
        kind: GroupKind::CanSend,
    };
    match connection {
        Some(connection) => list_groups(connection, query, None).await,
        None => Ok(GroupsView::default()),
    }
}

#[component]
fn One(id: CampaignId) -> impl IntoView {
    let send = ServerAction::<SendTest>::new();
    let address = use_query_map();
    let text = Memo::new(move |_| address.with(|address| address.get("busca").unwrap_or_default()));
    let asked = Memo::new(move |_| address.with(|address| address.get("conexao")?.parse().ok()));
    let tests = live_resource(
        move || send.version().get(),
        move |_| get_campaign_tests(id),
        move |event| concerns_tests(id, event),
    );
    let groups = live_resource(
        move || (asked.get(), text.get()),
        move |asked| read_groups(id, asked),
        |event| matches!(event, LiveEvent::Groups(_) | LiveEvent::Connections),
    );
    view! {
        <Loaded
            resource=tests
            view=move |tests| view! { <Desk id tests groups asked=asked.into() text=text.into() send /> }
        />
    }
}

#[component]
fn Desk(
    id: CampaignId,
    tests: Signal<CampaignTests>,
    groups: Resource<Result<GroupsView, ApiError>>,
    asked: Signal<Option<ConnectionId>>,
    text: Signal<String>,
    send: ServerAction<SendTest>,
) -> impl IntoView {
    let name = Memo::new(move |_| tests.with(|tests| tests.name.clone()));
    let obstacle = Memo::new(move |_| {
        tests.with(|tests| {
            if tests.state == CampaignState::Archived {
                Some(say!(test_send.archived))
            } else {
                tests
                    .connections
                    .is_empty()
                    .then(|| say!(test_send.no_connection))
            }
        })
    });
    let order = move || match obstacle.get() {
        Some(words) => view! {
            <p class="note" role="status">
                {words}
                " "
                <A href=format!("/campanhas/{id}")>{say!(test_send.back)}</A>
            </p>
        }
        .into_any(),
        None => view! { <Order id tests groups asked text send /> }.into_any(),
    };
    view! {
        <PageTitle title=Signal::derive(move || say!(test_send.tab, name = name.get())) />
        <div class="page-head">
            <div>
                <Crumb href=format!("/campanhas/{id}") name=say!(test_send.back) />
                <h1>{say!(test_send.title)}</h1>
                <p class="note">{move || name.get()}</p>
            </div>
        </div>
        <ActionError value=send.value() />
        <div class="flow">
            {order}
            <SentTests tests />
        </div>
    }
}

/// Whom to, which variant, and the button.
#[component]
fn Order(
    id: CampaignId,
    tests: Signal<CampaignTests>,
    groups: Resource<Result<GroupsView, ApiError>>,
    asked: Signal<Option<ConnectionId>>,
    text: Signal<String>,
    send: ServerAction<SendTest>,
) -> impl IntoView {
    let seen = Memo::new(move |_| tests.with(|tests| tests.seen));
    let connection = Signal::derive(move || {
        tests.with(|tests| chosen(&tests.connections, asked.get()).cloned())
    });
    let by = move || connection.with(|by| by.as_ref().map(|by| by.id.to_string()));
    view! {
        <ByWhich id tests connection />
        <section class="test-send" aria-labelledby="para-quem">
            <h2 id="para-quem">{say!(test_send.to)}</h2>
            <p class="note">{say!(test_send.text)}</p>
            <GroupSearch id asked text />
            <ActionForm action=send>
                <input type="hidden" name="id" value=id.to_string() />
                <input type="hidden" name="connection" value=by />
                <input type="hidden" name="seen" value=move || seen.get().to_string() />
                <div class="fields">
                    <div class="picker wide" role="radiogroup" aria-labelledby="para-quem">
                        <ul class="picker-list">
                            <Myself connection />
                            <Loaded resource=groups view=move |view| view! { <Groups view /> } />
                        </ul>
                    </div>
                    <Variants tests />
                </div>
                <div class="actions">
                    <SubmitButton
                        label=say!(test_send.send)
                        pending_label=say!(test_send.sending)
                        pending=send.pending()
                    />
                </div>
            </ActionForm>
        </section>
    }
}

/// Which of several connections sends it: each is a page, because each has its own groups.
#[component]
fn ByWhich(
    id: CampaignId,
    tests: Signal<CampaignTests>,
    connection: Signal<Option<Connection>>,
) -> impl IntoView {
    let connections = Memo::new(move |_| {
        let name = |known: &Connection| (known.id, known.name.clone());
        tests.with(|tests| tests.connections.iter().map(name).collect::<Vec<_>>())
    });
    let is_chosen = move |id| connection.with(|by| by.as_ref().is_some_and(|by| by.id == id));
    let link = move |(by, name): (ConnectionId, String)| {
        let current = move || if is_chosen(by) { "true" } else { "false" };
        let href = format!("/campanhas/{id}/teste?conexao={by}");
        view! {
            <a class="tab" href=href aria-current=current>
                {name}
            </a>
        }
    };
    move || {
        let connections = connections.get();
        (connections.len() > 1).then(|| {
            view! {
                <nav class="tabs" aria-label=say!(test_send.by)>
                    {connections.into_iter().map(link).collect_view()}
                </nav>
            }
        })
    }
}

/// Looks for groups by name. Without WASM Enter looks.
#[component]
fn GroupSearch(
    id: CampaignId,
    asked: Signal<Option<ConnectionId>>,
    text: Signal<String>,
) -> impl IntoView {
    let navigate = use_navigate();
    let path = format!("/campanhas/{id}/teste");
    let at = path.clone();
    let look = move |text: String| {
        let mut params = leptos_router::params::ParamsMap::new();
        if let Some(connection) = asked.get_untracked() {
            params.insert("conexao", connection.to_string());
        }
        if !text.is_empty() {
            params.insert("busca", text);
        }
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..Default::default()
        };
        navigate(&format!("{at}{}", params.to_query_string()), options);
    };
    view! {
        <search class="with-icon">
            <form method="get" action=path>
                {move || {
                    asked
                        .get()
                        .map(|id| {
                            view! { <input type="hidden" name="conexao" value=id.to_string() /> }
                        })
                }}
                <SearchField id="busca" label=say!(test_send.search) text look />
            </form>
        </search>
    }
}

/// WhatsApp's chat with oneself.
#[component]
fn Myself(connection: Signal<Option<Connection>>) -> impl IntoView {
    let number =
        Memo::new(move |_| connection.with(|by| by.as_ref()?.phone.as_deref().map(format::phone)));
    view! {
        <li>
            <label class="check">
                <input
                    type="radio"
                    name="to"
                    value=Recipient::Oneself.to_string()
                    checked=true
                    required
                />
                <span>
                    {say!(test_send.myself)} <span class="sub">{move || number.get()}</span>
                </span>
            </label>
        </li>
    }
}

/// A page of the groups that are looked for.
#[component]
fn Groups(view: Signal<GroupsView>) -> impl IntoView {
    let groups = Memo::new(move |_| view.with(|view| view.groups.clone()));
    let hint = move || {
        view.with(|view| {
            if view.groups.is_empty() {
                Some(say!(test_send.none_found))
            } else {
                view.next.as_ref().map(|_| say!(test_send.more))
            }
        })
    };
    view! {
        <For each=move || groups.get() key=|group| (group.jid.clone(), group.subject.clone()) let:group>
            <Choice group />
        </For>
        <li>
            <p class="note" role="status">
                {hint}
            </p>
        </li>
    }
}

#[component]
fn Choice(group: Group) -> impl IntoView {
    view! {
        <li>
            <label class="check">
                <input type="radio" name="to" value=group.jid.to_string() required />
                <span>
                    {group.subject}
                    <span class="sub">{say!(count.participants, count = group.participants)}</span>
                </span>
            </label>
        </li>
    }
}

/// Which variant, where there are several.
#[component]
fn Variants(tests: Signal<CampaignTests>) -> impl IntoView {
    let variants = Memo::new(move |_| tests.with(|tests| tests.variants.clone()));
    move || {
        let variants = variants.get();
        if variants.len() < 2 {
            return None;
        }
        let choices = variants.iter().enumerate().map(|(place, text)| {
            view! {
                <label class="check">
                    <input
                        type="radio"
                        name="variant"
                        value=place.to_string()
                        checked=place == 0
                    />
                    <span>
                        {say!(test_send.variant_of, number = place + 1)}
                        <span class="sub">{excerpt(text)}</span>
                    </span>
                </label>
            }
        });
        Some(view! {
            <fieldset class="list-picker wide">
                <legend class="label">{say!(test_send.variant)}</legend>
                {choices.collect_view()}
            </fieldset>
        })
    }
}

/// The connection that is asked for, or else the first.
fn chosen(connections: &[Connection], asked: Option<ConnectionId>) -> Option<&Connection> {
    let is_asked_for = |known: &&Connection| Some(known.id) == asked;
    let found = connections.iter().find(is_asked_for);
    found.or_else(|| connections.first())
}

/// How a text begins.
fn excerpt(text: &str) -> String {
    let mut excerpt: String = text.chars().take(EXCERPT_CHARS).collect();
    if text.chars().nth(EXCERPT_CHARS).is_some() {
        excerpt.push('…');
    }
    excerpt
}
