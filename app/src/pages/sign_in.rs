//! Signing in.

use leptos::prelude::*;

use crate::api::SignIn;
use crate::components::{ActionError, Field, PageTitle, SubmitButton, VisitorCard};

/// E-mail and password.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    let sign_in = ServerAction::<SignIn>::new();
    view! {
        <PageTitle title=say!(sign_in.title) />
        <VisitorCard title=say!(sign_in.title)>
            <ActionError value=sign_in.value() />
            <ActionForm action=sign_in>
                <Field
                    id="email"
                    name="form[email]"
                    label=say!(sign_in.email)
                    kind="email"
                    autocomplete="username"
                />
                <Field
                    id="senha"
                    name="form[password]"
                    label=say!(sign_in.password)
                    kind="password"
                    autocomplete="current-password"
                />
                <SubmitButton
                    label=say!(sign_in.submit)
                    pending_label=say!(sign_in.submitting)
                    pending=sign_in.pending()
                />
            </ActionForm>
        </VisitorCard>
    }
}
