//! What the owner of a connection sets: its name, and what becomes of messages that waited.

use leptos::prelude::*;

use crate::api::{ApiError, ConfigureConnection, ConnectionView};
use crate::components::sentences::api_error;
use crate::components::{ActionError, Field, Icon, SubmitButton};
use crate::domain::{AfterOutage, CONNECTION_NAME_MAX_CHARS, ConnectionId};

/// The choices as the form names them, with their words and what they mean.
fn choices() -> [(AfterOutage, &'static str, &'static str, &'static str); 3] {
    [
        (
            AfterOutage::Ask,
            "ask",
            say!(outage.ask),
            say!(outage.ask_hint),
        ),
        (
            AfterOutage::Send,
            "send",
            say!(outage.always_send),
            say!(outage.always_send_hint),
        ),
        (
            AfterOutage::Drop,
            "drop",
            say!(outage.always_drop),
            say!(outage.always_drop_hint),
        ),
    ]
}

/// The form.
#[component]
pub(super) fn Settings(
    id: ConnectionId,
    view: Signal<ConnectionView>,
    configure: ServerAction<ConfigureConnection>,
) -> impl IntoView {
    let (name, present) = view.with_untracked(|view| {
        let connection = &view.connection;
        (connection.name.clone(), connection.after_outage)
    });
    let value = configure.value();
    let name_problem = Signal::derive(move || match value.get() {
        Some(Err(error @ (ApiError::ConnectionNameMissing | ApiError::ConnectionNameTooLong))) => {
            Some(api_error(&error).text)
        }
        _ => None,
    });
    view! {
        <section class="flow tight" aria-labelledby="configuracoes">
            <h2 id="configuracoes">{say!(outage.settings)}</h2>
            <ActionError value />
            <ActionForm action=configure>
                <div class="flow tight">
                    <input type="hidden" name="id" value=id.to_string() />
                    <Field
                        id="nome"
                        name="name"
                        label=say!(outage.name)
                        value=name
                        max_chars=CONNECTION_NAME_MAX_CHARS
                        error=name_problem
                    />
                    <fieldset class="field" aria-describedby="ao-voltar-dica">
                        <legend class="label">{say!(outage.after)}</legend>
                        {choices()
                            .map(|(choice, value, word, hint)| {
                                view! { <Choice is_chosen=choice == present value word hint /> }
                            })
                            .collect_view()}
                        <p class="hint" id="ao-voltar-dica">
                            {say!(outage.after_hint)}
                        </p>
                    </fieldset>
                    <div class="actions">
                        <SubmitButton
                            label=say!(outage.save)
                            pending_label=say!(outage.saving)
                            pending=configure.pending()
                            class="btn"
                        />
                        <Saved configure />
                    </div>
                </div>
            </ActionForm>
        </section>
    }
}

#[component]
fn Choice(
    is_chosen: bool,
    value: &'static str,
    word: &'static str,
    hint: &'static str,
) -> impl IntoView {
    view! {
        <label class="check">
            <input type="radio" name="after_outage" value=value checked=is_chosen />
            <span>{word} <span class="hint">" · " {hint}</span></span>
        </label>
    }
}

/// Says that the last answer was stored.
#[component]
fn Saved(configure: ServerAction<ConfigureConnection>) -> impl IntoView {
    let is_saved = move || {
        let value = configure.value();
        !configure.pending().get() && value.with(|value| matches!(value, Some(Ok(()))))
    };
    view! {
        <span class="note" role="status">
            {move || {
                is_saved()
                    .then(|| view! { <Icon name="certo" class="small" /> {say!(outage.saved)} })
            }}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_names_choices_as_the_server_function_reads_them() {
        for (choice, value, ..) in choices() {
            assert_eq!(serde_json::to_value(choice).unwrap(), value);
        }
    }
}
