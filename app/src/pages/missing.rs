//! An address that leads nowhere.

use leptos::prelude::*;

use crate::components::{Icon, PageTitle};

/// Says so, outside of the app's frame.
#[component]
pub(crate) fn MissingPage() -> impl IntoView {
    view! {
        <main class="page" id="conteudo">
            <MissingInFrame />
        </main>
    }
}

/// Says so, and answers with status 404.
#[component]
pub(crate) fn MissingInFrame() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <PageTitle title=say!(missing.title) />
        <div class="empty">
            <Icon name="duvida" />
            <h1>{say!(missing.title)}</h1>
            <p>{say!(missing.text)}</p>
            <a class="btn primary" href="/">
                {say!(missing.go_home)}
            </a>
        </div>
    }
}
