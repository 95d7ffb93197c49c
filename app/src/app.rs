//! The app: its routes.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{ParamSegment, SsrMode, StaticSegment};

use crate::components::{FollowRedirects, Frame, Redirects};
use crate::pages::{
    AgendaPage, CampaignPage, CampaignStepPage, CampaignsPage, ConnectionPage, ConnectionsPage,
    DashboardPage, FirstVisitPage, GroupListPage, GroupListsPage, GroupPage, GroupsPage, MediaPage,
    MissingPage, NewCampaignPage, RunPage, SignInPage,
};

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
                    <Route path=StaticSegment("") view=DashboardPage />
                    <Route path=StaticSegment("conexoes") view=ConnectionsPage />
                    <Route
                        path=(StaticSegment("conexoes"), ParamSegment("id"))
                        view=ConnectionPage
                    />
                    <Route path=StaticSegment("grupos") view=GroupsPage />
                    <Route
                        path=(StaticSegment("grupos"), StaticSegment("listas"))
                        view=GroupListsPage
                    />
                    <Route
                        path=(
                            StaticSegment("grupos"),
                            StaticSegment("listas"),
                            ParamSegment("id"),
                        )
                        view=GroupListPage
                    />
                    <Route path=(StaticSegment("grupos"), ParamSegment("id")) view=GroupPage />
                    <Route path=StaticSegment("midias") view=MediaPage />
                    <Route path=StaticSegment("campanhas") view=CampaignsPage />
                    <Route
                        path=(StaticSegment("campanhas"), StaticSegment("nova"))
                        view=NewCampaignPage
                    />
                    <Route
                        path=(StaticSegment("campanhas"), ParamSegment("id"))
                        view=CampaignPage
                    />
                    <Route path=StaticSegment("agenda") view=AgendaPage />
                    <Route
                        path=(
                            StaticSegment("campanhas"),
                            ParamSegment("id"),
                            ParamSegment("passo"),
                        )
                        view=CampaignStepPage
                    />
                    <Route path=(StaticSegment("execucoes"), ParamSegment("id")) view=RunPage />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
