//! `/campanhas/{id}/teste`: the saved message to oneself or to one group, and what became of it.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::sent_tests::{SentTests, concerns_tests};
use crate::api::{
    ApiError, CampaignTests, GroupsView, LiveEvent, SendTest, get_campaign, get_campaign_tests,
    list_groups,
};
use crate::components::{
    ActionError, Crumb, Loaded, PageTitle, SearchField, SubmitButton, format, live_resource,
};
use crate::domain::{CampaignId, CampaignState, Group, GroupKind, GroupQuery, Recipient};
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

/// The groups of the campaign's connection that take our messages and have this text in their name.
async fn read_groups(id: CampaignId, text: String) -> Result<GroupsView, ApiError> {
    let saved = get_campaign(id).await?;
    let connection = saved.connection_name.and(saved.campaign.connection);
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
    let tests = live_resource(
        move || send.version().get(),
        move |_| get_campaign_tests(id),
        move |event| concerns_tests(id, event),
    );
    let groups = live_resource(
        move || text.get(),
        move |text| read_groups(id, text),
        |event| matches!(event, LiveEvent::Groups(_) | LiveEvent::Connections),
    );
    view! {
        <Loaded
            resource=tests
            view=move |tests| view! { <Desk id tests groups text=text.into() send /> }
        />
    }
}

#[component]
fn Desk(
    id: CampaignId,
    tests: Signal<CampaignTests>,
    groups: Resource<Result<GroupsView, ApiError>>,
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
                    .connection
                    .is_none()
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
        None => view! { <Order id tests groups text send /> }.into_any(),
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
    text: Signal<String>,
    send: ServerAction<SendTest>,
) -> impl IntoView {
    let seen = Memo::new(move |_| tests.with(|tests| tests.seen));
    view! {
        <section class="test-send" aria-labelledby="para-quem">
            <h2 id="para-quem">{say!(test_send.to)}</h2>
            <p class="note">{say!(test_send.text)}</p>
            <GroupSearch id text />
            <ActionForm action=send>
                <input type="hidden" name="id" value=id.to_string() />
                <input type="hidden" name="seen" value=move || seen.get().to_string() />
                <div class="fields">
                    <div class="picker wide" role="radiogroup" aria-labelledby="para-quem">
                        <ul class="picker-list">
                            <Myself tests />
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

/// Looks for groups by name. Without WASM Enter looks.
#[component]
fn GroupSearch(id: CampaignId, text: Signal<String>) -> impl IntoView {
    let navigate = use_navigate();
    let path = format!("/campanhas/{id}/teste");
    let at = path.clone();
    let look = move |text: String| {
        let mut params = leptos_router::params::ParamsMap::new();
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
                <SearchField id="busca" label=say!(test_send.search) text look />
            </form>
        </search>
    }
}

/// WhatsApp's chat with oneself.
#[component]
fn Myself(tests: Signal<CampaignTests>) -> impl IntoView {
    let number = Memo::new(move |_| {
        tests.with(|tests| {
            let phone = tests.connection.as_ref()?.phone.as_deref()?;
            Some(format::phone(phone))
        })
    });
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

/// How a text begins.
fn excerpt(text: &str) -> String {
    let mut excerpt: String = text.chars().take(EXCERPT_CHARS).collect();
    if text.chars().nth(EXCERPT_CHARS).is_some() {
        excerpt.push('…');
    }
    excerpt
}
