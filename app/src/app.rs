//! The app: its routes.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, StaticSegment};

use crate::components::{FollowRedirects, Frame, Redirects};
use crate::pages::{FirstVisitPage, MissingPage, SignInPage};

/// Everything inside of the document's body.
///
/// Pages are rendered completely before the first byte is sent (`SsrMode::Async`): they are
/// readable without WASM, and status codes and redirects are right.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Redirects />
        <Router>
            <FollowRedirects />
            <Routes fallback=MissingPage>
                <Route path=StaticSegment("entrar") view=SignInPage ssr=SsrMode::Async />
                <Route path=StaticSegment("comecar") view=FirstVisitPage ssr=SsrMode::Async />
                <ParentRoute path=StaticSegment("") view=Frame ssr=SsrMode::Async>
                    <Route path=StaticSegment("") view=|| () />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
