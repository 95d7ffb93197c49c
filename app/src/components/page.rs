//! Titles and heads of pages.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::Icon;
use super::frame::ThemeSwitch;

/// What the browser's tab says.
#[component]
pub(crate) fn PageTitle(#[prop(into)] title: Signal<String>) -> impl IntoView {
    let text = move || say!(title, page = title.get());
    // The server writes the head last, when the owner of the page's signals may be gone.
    #[cfg(feature = "ssr")]
    let text = untrack(text);
    view! { <Title text /> }
}

/// The one button that fills an empty page.
#[component]
pub(crate) fn Empty(
    /// The icon.
    icon: &'static str,
    /// One sentence.
    text: &'static str,
    /// The button.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon />
            <p>{text}</p>
            {children()}
        </div>
    }
}

/// The way back to the list that a page belongs to.
#[component]
pub(crate) fn Crumb(#[prop(into)] href: Signal<String>, name: &'static str) -> impl IntoView {
    view! {
        <A href=move || href.get() attr:class="crumb">
            <Icon name="esq" class="small" />
            {name}
        </A>
    }
}

/// The card of a page outside of the app, where nobody is signed in.
#[component]
pub(crate) fn VisitorCard(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <main class="visitor" id="conteudo">
            <p class="brand">
                <svg aria-hidden="true">
                    <use href="/icons.svg#logo"></use>
                </svg>
                <b>{say!(product)}</b>
            </p>
            <section class="card">
                <div class="card-body">
                    <h1>{title}</h1>
                    {children()}
                </div>
            </section>
            <ThemeSwitch />
        </main>
    }
}
