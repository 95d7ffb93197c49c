//! Renaming and deleting a list.

use leptos::prelude::*;

use crate::api::{ApiError, DeleteGroupList, GroupListCard, RenameGroupList};
use crate::components::sentences::group_list_problem;
use crate::components::{ActionError, Dialog, DialogButton, Field};
use crate::domain::{GROUP_LIST_NAME_MAX_CHARS, GroupListId};

const RENAME: &str = "renomear-lista";
const DELETE: &str = "excluir-lista";

/// The button, and the question for another name.
#[component]
pub(super) fn Rename(
    id: GroupListId,
    name: Signal<String>,
    rename: ServerAction<RenameGroupList>,
) -> impl IntoView {
    let error = Signal::derive(move || match rename.value().get() {
        Some(Err(ApiError::GroupList(problem))) => Some(group_list_problem(problem)),
        _ => None,
    });
    let saves = Memo::new(move |saves: Option<&u32>| {
        let saved = matches!(rename.value().get(), Some(Ok(())));
        saves.copied().unwrap_or(0) + u32::from(saved)
    });
    view! {
        <DialogButton dialog=RENAME label=say!(group_lists.rename) icon="editar" />
        // Drawn anew, and so closed, once a name is saved, here or elsewhere.
        {move || {
            saves.track();
            let name = name.get();
            view! {
                <Dialog
                    id=RENAME
                    title=Signal::stored(say!(group_lists.rename_title).to_owned())
                >
                    <ActionForm action=rename>
                        <input type="hidden" name="id" value=id.to_string() />
                        <Field
                            id="novo-nome"
                            name="name"
                            label=say!(group_lists.new_name)
                            value=name
                            max_chars=GROUP_LIST_NAME_MAX_CHARS
                            error
                        />
                        <div class="actions">
                            <DialogButton dialog=RENAME label=say!(common.back) />
                            <button class="btn primary" disabled=move || rename.pending().get()>
                                {say!(group_lists.rename_confirm)}
                            </button>
                        </div>
                    </ActionForm>
                </Dialog>
            }
        }}
    }
}

/// The button, and the question that names what will be lost, or why it cannot be.
#[component]
pub(super) fn Deletion(
    id: GroupListId,
    card: Memo<GroupListCard>,
    delete: ServerAction<DeleteGroupList>,
) -> impl IntoView {
    let title = Signal::derive(move || {
        say!(
            group_lists.delete_title,
            name = card.with(|card| card.name.clone())
        )
    });
    let is_active = Memo::new(move |_| card.with(|card| !card.active_in.is_empty()));
    view! {
        <div>
            <DialogButton
                dialog=DELETE
                label=say!(group_lists.delete)
                icon="lixo"
                class="btn quiet danger"
            />
            <ActionError value=delete.value() />
            <Dialog id=DELETE title>
                <p class="note">{move || card.with(consequence)}</p>
                <ActionForm action=delete>
                    <input type="hidden" name="id" value=id.to_string() />
                    <div class="actions">
                        <DialogButton dialog=DELETE label=say!(common.back) />
                        <button
                            class="btn danger primary"
                            hidden=move || is_active.get()
                            disabled=move || delete.pending().get()
                        >
                            {say!(group_lists.delete_confirm)}
                        </button>
                    </div>
                </ActionForm>
            </Dialog>
        </div>
    }
}

fn consequence(card: &GroupListCard) -> String {
    if !card.active_in.is_empty() {
        say!(group_lists.in_use_text, names = card.active_in.join(", "))
    } else if card.used_by.is_empty() {
        say!(group_lists.delete_unused).to_owned()
    } else {
        say!(group_lists.delete_used, names = card.used_by.join(", "))
    }
}
