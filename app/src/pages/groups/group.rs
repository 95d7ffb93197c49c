//! `/grupos/{jid}?conexao=`: one group. Who is in it is only asked of WhatsApp when somebody wants to
//! know.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::table::{SentTo, sending};
use crate::api::{ApiError, GroupView, LiveEvent, get_group, list_group_members};
use crate::components::sentences::{Label, Tone};
use crate::components::{
    Badge, Crumb, Icon, Loaded, PageTitle, format, len_u32, live_resource, ticking,
};
use crate::domain::{ConnectionId, GroupJid, GroupMember};
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
        <Loaded resource=group view=move |view| view! { <Facts view /> } />
        <section aria-labelledby="participantes">
            <div class="block-head">
                <h2 id="participantes">{say!(groups.members)}</h2>
            </div>
            <Members members />
        </section>
    }
}

#[component]
fn Facts(view: Signal<GroupView>) -> impl IntoView {
    let now = ticking(move || view.with(|view| view.now));
    let subject = Signal::derive(move || view.with(|view| view.group.subject.clone()));
    view! {
        <PageTitle title=subject />
        <div class="page-head">
            <div>
                <Crumb href="/grupos" name=say!(nav.groups) />
                <h1>{move || subject.get()}</h1>
                <p class="note">
                    {move || {
                        view.with(|view| {
                            let mut parts = vec![view.connection_name.clone()];
                            let participants = view.group.participants;
                            parts.push(say!(count.participants, count = participants));
                            let community = view.group.community.clone();
                            parts.extend(community.map(|name| say!(groups.community, name = name)));
                            parts.join(" · ")
                        })
                    }}
                </p>
            </div>
        </div>
        <p>{move || view.with(|view| sending(&view.group))}</p>
        <p>
            {move || match view.with(|view| view.sent.clone()) {
                Some(sent) => view! { <SentTo sent now /> }.into_any(),
                None => view! { <span class="note">{say!(groups.never_sent)}</span> }.into_any(),
            }}
        </p>
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
                            <p class="note">{say!(groups.members_text)}</p>
                            <a href=move || ask.get() class="btn">
                                <Icon name="grupos" />
                                {say!(groups.see_members)}
                            </a>
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
                    {member.is_us.then(|| view! { <span class="sub">{say!(groups.this_number)}</span> })}
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
