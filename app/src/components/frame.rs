//! What surrounds every page of the app: navigation, theme, account.

use leptos::prelude::*;
use leptos_router::components::{A, Outlet};

use super::browser::leave_for;
use super::redirects::{FIRST_VISIT, SIGN_IN};
use super::{ConnectionLost, Icon, Live, Ticker, live_resource};
use crate::api::{
    ApiError, LiveEvent, Principal, SignOut, Visitor, count_connections_in_need, get_visitor,
};

/// The pages of the navigation: address, icon, name.
fn pages() -> [(&'static str, &'static str, &'static str); 6] {
    [
        ("/", "painel", say!(nav.dashboard)),
        ("/campanhas", "campanha", say!(nav.campaigns)),
        ("/agenda", "agenda", say!(nav.agenda)),
        ("/conexoes", "conexao", say!(nav.connections)),
        ("/grupos", "grupos", say!(nav.groups)),
        ("/midias", "midia", say!(nav.media)),
    ]
}

/// The rail (a bar at the bottom on a phone) and the page beside it.
#[component]
pub(crate) fn Frame() -> impl IntoView {
    Ticker::provide();
    Live::provide();
    let visitor = Resource::new(|| (), |()| get_visitor());
    let principal = move || match visitor.get()? {
        Ok(Visitor::SignedIn(principal)) => Some(*principal),
        Ok(Visitor::First) => {
            leave_for(FIRST_VISIT);
            None
        }
        Ok(Visitor::Stranger) | Err(ApiError::SignedOut) => {
            leave_for(SIGN_IN);
            None
        }
        // The page itself tells what is wrong.
        Err(_) => None,
    };
    view! {
        <a class="skip" href="#conteudo">
            {say!(frame.skip)}
        </a>
        <div class="app">
            <header class="topbar">
                <Brand label=say!(frame.home) />
                <button
                    class="btn quiet square"
                    type="button"
                    popovertarget="conta"
                    aria-label=say!(frame.account)
                >
                    <Icon name="mais" />
                </button>
            </header>
            <nav class="rail" aria-label=say!(frame.navigation)>
                <Brand label=say!(frame.home) />
                <ul class="nav">
                    {pages()
                        .map(|(href, icon, name)| {
                            view! {
                                <li>
                                    <A href=href exact=href == "/" attr:title=name>
                                        <Icon name=icon />
                                        <span>{name}</span>
                                        {(href == "/conexoes").then(|| view! { <InNeed /> })}
                                    </A>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
                <ThemeSwitch />
                <button class="rail-foot" type="button" popovertarget="conta">
                    <Suspense>
                        {move || principal().map(|principal| view! { <Account principal /> })}
                    </Suspense>
                </button>
            </nav>
            <div class="menu" id="conta" popover>
                <ThemeSwitch />
                <SignOutForm />
            </div>
            <main class="page" id="conteudo" tabindex="-1">
                <ConnectionLost />
                <Outlet />
            </main>
        </div>
    }
}

/// How many connections need their owner, on every page.
#[component]
fn InNeed() -> impl IntoView {
    let count = live_resource(
        || (),
        |()| count_connections_in_need(),
        |event| matches!(event, LiveEvent::Connection(_) | LiveEvent::Connections),
    );
    let shown = move || {
        let count = count
            .get()
            .and_then(Result::ok)
            .filter(|count| *count > 0)?;
        let words = say!(nav.in_need, count = count);
        let title = words.clone();
        Some(view! {
            <b class="nav-count" data-state="warn" title=title>
                <span aria-hidden="true">{count}</span>
                <span class="sr">{words}</span>
            </b>
        })
    };
    view! {
        <div aria-live="polite">
            <Transition>{shown}</Transition>
        </div>
    }
}

/// The logo, leading home.
#[component]
fn Brand(label: &'static str) -> impl IntoView {
    view! {
        <A href="/" exact=true attr:class="brand" attr:aria-label=label>
            <svg aria-hidden="true">
                <use href="/icons.svg#logo"></use>
            </svg>
            <b>{say!(product)}</b>
        </A>
    }
}

/// Who is signed in, and where.
#[component]
fn Account(principal: Principal) -> impl IntoView {
    let Principal { user, workspace } = principal;
    view! {
        <span class="avatar" aria-hidden="true">
            {initials(&user.name)}
        </span>
        <span>
            <span class="sr">{say!(frame.account_of, name = user.name.clone())}</span>
            <b aria-hidden="true">{user.name}</b>
            {workspace.name}
        </span>
    }
}

/// The first letters of the first and the last word of a name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next();
    [first, words.next_back()]
        .into_iter()
        .flatten()
        .filter_map(|word| word.chars().next())
        .flat_map(char::to_uppercase)
        .collect()
}

/// Ends the session.
#[component]
fn SignOutForm() -> impl IntoView {
    let sign_out = ServerAction::<SignOut>::new();
    view! {
        <ActionForm action=sign_out>
            <button class="btn quiet" type="submit">
                {say!(frame.sign_out)}
            </button>
        </ActionForm>
    }
}

/// Light, dark, or as the system says. The script in the document's head does the work.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let choices = [
        ("light", "claro", say!(frame.theme_light)),
        ("dark", "escuro", say!(frame.theme_dark)),
        ("auto", "sistema", say!(frame.theme_auto)),
    ];
    view! {
        <div class="segmented theme" role="group" aria-label=say!(frame.theme)>
            {choices
                .map(|(theme, icon, label)| {
                    view! {
                        <button
                            type="button"
                            data-set-theme=theme
                            aria-label=label
                            title=label
                        >
                            <Icon name=icon />
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("ana"), "A");
        assert_eq!(initials(" Ana  Maria de Souza "), "AS");
        assert_eq!(initials("Élio ângelo"), "ÉÂ");
        assert_eq!(initials(""), "");
    }
}
