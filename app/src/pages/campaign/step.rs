//! The pages that stand beside a campaign's editor.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::review::ReviewPage;
use super::test_send::TestPage;
use crate::pages::MissingInFrame;

/// `/campanhas/{id}/conferencia` and `/campanhas/{id}/teste`.
#[component]
pub(crate) fn CampaignStepPage() -> impl IntoView {
    let params = use_params_map();
    let step = Memo::new(move |_| params.with(|params| params.get("passo")));
    move || match step.get().as_deref() {
        Some("conferencia") => view! { <ReviewPage /> }.into_any(),
        Some("teste") => view! { <TestPage /> }.into_any(),
        _ => view! { <MissingInFrame /> }.into_any(),
    }
}
