//! A failed request, told to the person.

use leptos::prelude::*;

use super::Icon;
use super::browser::leave_for;
use super::redirects::SIGN_IN;
use super::sentences;
use crate::api::ApiError;

/// What happened, why, and what to do, for a request that was not carried out.
#[component]
pub(crate) fn ErrorNotice(error: ApiError) -> impl IntoView {
    if error == ApiError::SignedOut {
        leave_for(SIGN_IN);
    }
    let sentence = sentences::api_error(&error);
    view! {
        <div class="notice" data-state="error" role="alert">
            <Icon name="error" />
            <div>
                <strong>{sentence.title}</strong>
                {sentence.text}
            </div>
        </div>
    }
}

/// The notice of a form's last answer, while that is an error.
#[component]
pub(crate) fn ActionError(
    /// The action's value.
    #[prop(into)]
    value: Signal<Option<Result<(), ApiError>>>,
) -> impl IntoView {
    move || {
        value
            .get()
            .and_then(Result::err)
            .map(|error| view! { <ErrorNotice error /> })
    }
}
