//! `/grupos/{jid}?conexao=`: one group. Who is in it is only asked of WhatsApp when somebody wants to
//! know.

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_location;

use super::choice::{GROUPS, LISTS};
use super::table::{refusal, sending};
use crate::api::{ApiError, GroupView, LiveEvent, get_group, list_group_members};
use crate::components::sentences::{Label, Tone};
use crate::components::{
    Ago, Badge, Crumb, Icon, Loaded, PageTitle, format, len_u32, live_resource, ticking,
};
use crate::domain::{ConnectionId, GroupJid, GroupMember, Timestamp};
use crate::pages::{MissingInFrame, use_id, use_query_value};

/// One group.
#[component]
pub(crate) fn GroupPage() -> impl IntoView {
    let jid = use_id::<GroupJid>();
    let connection = use_query_value::<ConnectionId>("conexao");
    move || match (jid.get(), connection.get()) {
        (Some(jid), Some(connection)) => view! { <OneGroup connection jid /> }.into_any(),
        _ => view! { <MissingInFrame /> }.into_any(),
    }
}

#[component]
fn OneGroup(connection: ConnectionId, jid: GroupJid) -> impl IntoView {
    let of = jid.clone();
    let group = live_resource(
        || (),
        move |()| get_group(connection, of.clone()),
        move |event| *event == LiveEvent::Groups(connection),
    );
    let wants_members = use_query_value::<bool>("participantes");
    let members = Resource::new(
        move || wants_members.get().unwrap_or(false),
        move |wanted| {
            let jid = jid.clone();
            async move {
                if wanted {
                    list_group_members(connection, jid).await.map(Some)
                } else {
                    Ok(None)
                }
            }
        },
    );
    view! {
        <div class="flow">
            <Loaded resource=group view=move |view| view! { <Facts view /> } />
            <section aria-labelledby="participantes">
                <div class="block-head">
                    <h2 id="participantes">{say!(groups.members)}</h2>
                </div>
                <Members members />
            </section>
        </div>
    }
}

#[component]
fn Facts(view: Signal<GroupView>) -> impl IntoView {
    let now = ticking(move || view.with(|view| view.now));
    let subject = Signal::derive(move || view.with(|view| view.group.subject.clone()));
    let connection = Memo::new(move |_| view.with(|view| view.group.connection));
    let shown = Memo::new(move |_| {
        view.with(|view| GroupView {
            // The time alone is nothing that one sees.
            now: Timestamp::default(),
            ..view.clone()
        })
    });
    view! {
        <PageTitle title=subject />
        <div class="page-head alone">
            <div>
                <Crumb
                    href=Signal::derive(move || format!("{GROUPS}?conexao={}", connection.get()))
                    name=say!(nav.groups)
                />
                <h1>{move || subject.get()}</h1>
                <p class="note">
                    {move || {
                        shown
                            .with(|view| {
                                let mut parts = vec![view.connection_name.clone()];
                                let community = view.group.community.clone();
                                parts
                                    .extend(
                                        community.map(|name| say!(groups.community, name = name)),
                                    );
                                parts.join(" · ")
                            })
                    }}
                </p>
            </div>
        </div>
        <section class="card narrow">
            <div class="card-body">{move || facts(shown.get(), now)}</div>
        </section>
    }
}

fn facts(view: GroupView, now: Signal<Timestamp>) -> impl IntoView {
    let GroupView {
        group, sent, lists, ..
    } = view;
    let role = if group.is_admin {
        say!(groups.admin)
    } else {
        say!(groups.member)
    };
    let sent = match sent {
        Some(sent) => view! {
            <A href=format!("/execucoes/{}", sent.run)>{sent.campaign}</A>
            " · "
            <Ago at=sent.at now />
        }
        .into_any(),
        None => say!(groups.never_sent).into_any(),
    };
    let lists = lists
        .into_iter()
        .enumerate()
        .map(|(index, list)| {
            view! {
                {(index > 0).then_some(", ")}
                <A href=format!("{LISTS}/{}", list.id)>{list.name}</A>
            }
        })
        .collect::<Vec<_>>();
    let lists = if lists.is_empty() {
        say!(group_lists.in_none).into_any()
    } else {
        lists.collect_view().into_any()
    };
    view! {
        {refusal(&group)
            .map(|reason| {
                view! {
                    <p class="notice" data-state="warn">
                        <Icon name="warn" />
                        <span>{reason}</span>
                    </p>
                }
            })}
        <dl class="facts">
            <dt>{say!(groups.size)}</dt>
            <dd>{format::thousands(group.participants as usize)}</dd>
            <dt>{say!(groups.sending)}</dt>
            <dd>{sending(&group)}</dd>
            <dt>{say!(groups.role)}</dt>
            <dd>{role}</dd>
            <dt>{say!(groups.last_sent)}</dt>
            <dd>{sent}</dd>
            <dt>{say!(group_lists.lists)}</dt>
            <dd>{lists}</dd>
        </dl>
    }
}

/// Who is in it, once somebody asked.
#[component]
fn Members(members: Resource<Result<Option<Vec<GroupMember>>, ApiError>>) -> impl IntoView {
    let location = use_location();
    let ask = Memo::new(move |_| {
        let (path, search) = (location.pathname.get(), location.search.get());
        let search = search.trim_start_matches('?').to_owned();
        format!("{path}?{search}&participantes=true")
    });
    view! {
        <Loaded
            resource=members
            view=move |members| {
                move || match members.get() {
                    None => {
                        view! {
                            <div class="flow tight">
                                <p class="note">{say!(groups.members_text)}</p>
                                <div class="actions">
                                    <a href=move || ask.get() class="btn">
                                        <Icon name="grupos" />
                                        {say!(groups.see_members)}
                                    </a>
                                </div>
                            </div>
                        }
                            .into_any()
                    }
                    Some(members) => list(members).into_any(),
                }
            }
        />
    }
}

fn list(members: Vec<GroupMember>) -> impl IntoView {
    let count = say!(count.participants, count = len_u32(&members));
    let admin = Label {
        tone: Tone::Ok,
        icon: "cadeado",
        word: say!(groups.admin),
    };
    let row = move |member: GroupMember| {
        let name = match &member.phone {
            Some(phone) => format::phone(phone),
            None => say!(groups.hidden_number).to_owned(),
        };
        view! {
            <tr>
                <td data-at="title">
                    <span class="title">{name}</span>
                    {member
                        .is_us
                        .then(|| view! { <span class="sub">{say!(groups.this_number)}</span> })}
                </td>
                <td data-label=say!(groups.role)>
                    {if member.is_admin {
                        view! { <Badge label=admin plain=true /> }.into_any()
                    } else {
                        say!(groups.member).into_any()
                    }}
                </td>
            </tr>
        }
    };
    view! {
        <p class="note">{count}</p>
        <table class="table">
            <thead>
                <tr>
                    <th>{say!(groups.number)}</th>
                    <th>{say!(groups.role)}</th>
                </tr>
            </thead>
            <tbody>{members.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}
