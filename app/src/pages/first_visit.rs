//! The first visit to an empty server creates its administrator.

use leptos::prelude::*;

use crate::api::{ApiError, CreateAdministrator};
use crate::components::{
    ActionError, Field, PageTitle, SubmitButton, VisitorCard, sentences::account_problem,
};
use crate::domain::{AccountProblem, PASSWORD_MIN_CHARS};

/// Name, workspace, e-mail, password.
#[component]
pub(crate) fn FirstVisitPage() -> impl IntoView {
    let create = ServerAction::<CreateAdministrator>::new();
    let value = create.value();
    // The words for the first of these problems that the server found.
    let problem = move |of_this_field: &'static [AccountProblem]| {
        Signal::derive(move || match value.get() {
            Some(Err(ApiError::Account(found))) => found
                .into_iter()
                .find(|problem| of_this_field.contains(problem))
                .map(account_problem),
            _ => None,
        })
    };
    view! {
        <PageTitle title=say!(first_visit.title) />
        <VisitorCard title=say!(first_visit.title)>
            <p class="note">{say!(first_visit.lead)}</p>
            <ActionError value />
            <ActionForm action=create>
                <Field
                    id="nome"
                    name="form[name]"
                    label=say!(first_visit.name)
                    autocomplete="name"
                    error=problem(&[AccountProblem::NameMissing, AccountProblem::NameTooLong])
                />
                <Field
                    id="espaco"
                    name="form[workspace]"
                    label=say!(first_visit.workspace)
                    hint=say!(first_visit.workspace_hint).to_owned()
                    autocomplete="organization"
                />
                <Field
                    id="email"
                    name="form[email]"
                    label=say!(first_visit.email)
                    hint=say!(first_visit.email_hint).to_owned()
                    kind="email"
                    autocomplete="username"
                    error=problem(&[AccountProblem::EmailInvalid])
                />
                <Field
                    id="senha"
                    name="form[password]"
                    label=say!(first_visit.password)
                    hint=say!(first_visit.password_hint, min = PASSWORD_MIN_CHARS)
                    kind="password"
                    autocomplete="new-password"
                    error=problem(
                        &[AccountProblem::PasswordTooShort, AccountProblem::PasswordTooLong],
                    )
                />
                <SubmitButton
                    label=say!(first_visit.submit)
                    pending_label=say!(first_visit.submitting)
                    pending=create.pending()
                />
            </ActionForm>
        </VisitorCard>
    }
}
