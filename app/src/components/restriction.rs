//! That WhatsApp restricts a number, with the way to resume.

use leptos::prelude::*;

use super::sentences::{Label, Tone, restriction as words};
use super::{Dialog, DialogButton, Icon, Notice};
use crate::api::ResumeSending;
use crate::domain::{ConnectionId, Restriction};

/// A page may tell of several connections.
fn dialog_id(connection: ConnectionId) -> String {
    format!("retomar-{connection}")
}

/// Tells of a restriction that only its owner ends, for as long as it lasts.
#[component]
pub(crate) fn RestrictionNotice(
    /// The connection.
    connection: ConnectionId,
    /// Its name.
    #[prop(into)]
    name: Signal<String>,
    /// The restriction, if there is one.
    #[prop(into)]
    restriction: Signal<Option<Restriction>>,
    /// Resumes. The page shows its error and reads again after it.
    resume: ServerAction<ResumeSending>,
) -> impl IntoView {
    // One that ends by itself is told with the connection's state.
    let lasting = Memo::new(move |_| restriction.get().filter(|told| told.until.is_none()));
    let is_restricted = Memo::new(move |_| lasting.with(Option::is_some));
    let sentence = Signal::derive(move || {
        let lasting = lasting.get();
        lasting
            .map(|told| words(told, name.get()))
            .unwrap_or_default()
    });
    let label = Label {
        tone: Tone::Error,
        icon: "error",
        word: "",
    };
    move || {
        is_restricted.get().then(|| {
            view! {
                <Notice sentence label=Signal::stored(label)>
                    <DialogButton
                        dialog=dialog_id(connection)
                        label=say!(pace.resume)
                        icon="iniciar"
                    />
                </Notice>
                <ResumeDialog connection lasting resume />
            }
        })
    }
}

/// Asks before it goes on.
#[component]
fn ResumeDialog(
    connection: ConnectionId,
    lasting: Memo<Option<Restriction>>,
    resume: ServerAction<ResumeSending>,
) -> impl IntoView {
    let pending = resume.pending();
    let since = move || lasting.get().map(|told| told.since.as_millis().to_string());
    view! {
        <Dialog
            id=dialog_id(connection)
            title=Signal::stored(say!(pace.resume_title).to_owned())
        >
            <p class="note">{say!(pace.resume_text)}</p>
            <ActionForm action=resume>
                <input type="hidden" name="connection" value=connection.to_string() />
                <input type="hidden" name="since" value=since />
                <div class="actions">
                    <DialogButton dialog=dialog_id(connection) label=say!(common.back) />
                    <button class="btn primary" disabled=move || pending.get()>
                        <Icon name="iniciar" />
                        {say!(pace.resume_confirm)}
                    </button>
                </div>
            </ActionForm>
        </Dialog>
    }
}
