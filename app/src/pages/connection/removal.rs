//! Removing a connection.

use leptos::prelude::*;

use crate::api::{ConnectionView, RemoveConnection};
use crate::components::{ActionError, Dialog, DialogButton};
use crate::domain::ConnectionId;

const DIALOG: &str = "remover";

/// The button, and the question that names what will be lost.
#[component]
pub(super) fn Removal(
    id: ConnectionId,
    view: Signal<ConnectionView>,
    remove: ServerAction<RemoveConnection>,
) -> impl IntoView {
    let pending = remove.pending();
    let title = Signal::derive(move || {
        say!(
            connection.remove_title,
            name = view.with(|view| view.connection.name.clone())
        )
    });
    let consequence = move || {
        view.with(|view| {
            if view.used_by.is_empty() {
                say!(connection.remove_unused).to_owned()
            } else {
                say!(connection.remove_used, names = view.used_by.join(", "))
            }
        })
    };
    view! {
        <div class="actions">
            <DialogButton
                dialog=DIALOG
                label=say!(connection.remove)
                icon="lixo"
                class="btn quiet danger"
            />
        </div>
        <ActionError value=remove.value() />
        <Dialog id=DIALOG title>
            <p class="note">{say!(connection.remove_text)}</p>
            <p class="note">{consequence}</p>
            <ActionForm action=remove>
                <input type="hidden" name="id" value=id.to_string() />
                <div class="actions">
                    <DialogButton dialog=DIALOG label=say!(common.back) />
                    <button class="btn danger primary" disabled=move || pending.get()>
                        {say!(connection.remove_confirm)}
                    </button>
                </div>
            </ActionForm>
        </Dialog>
    }
}
