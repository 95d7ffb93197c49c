//! One item of the library.

use leptos::prelude::*;

use crate::api::{DeleteMedia, MediaCard, RenameMedia};
use crate::components::{Dialog, DialogButton, Icon, MediaFace, facts, len_u32};
use crate::domain::{MEDIA_NAME_MAX_CHARS, MediaItem};

/// Thumbnail, name, size, use; renaming and deleting.
#[component]
pub(super) fn Tile(
    card: MediaCard,
    rename: ServerAction<RenameMedia>,
    delete: ServerAction<DeleteMedia>,
) -> impl IntoView {
    let MediaCard {
        item,
        used_by,
        sent_by,
    } = card;
    let used = if used_by.is_empty() {
        say!(media.unused).to_owned()
    } else {
        say!(media.used, count = len_u32(&used_by))
    };
    let names = (!used_by.is_empty()).then(|| say!(media.used_names, names = used_by.join(", ")));
    let is_gif = item.mime == "image/gif";
    let name = item.name.clone();
    view! {
        <li>
            <a class="thumb" href=format!("/midias/{}/arquivo", item.id) target="_blank">
                <MediaFace item=item.clone() alt=name.clone() />
            </a>
            <div class="media-name">
                <span title=name.clone()>{name.clone()}</span>
                <button
                    class="btn quiet small square"
                    type="button"
                    popovertarget=format!("midia-{}", item.id)
                    aria-label=say!(media.actions_of, name = name)
                >
                    <Icon name="mais" />
                </button>
            </div>
            <span class="sub">{facts(&item)}</span>
            <span class="sub" title=names>
                {used}
            </span>
            {is_gif.then(|| view! { <span class="sub">{say!(media.gif_hint)}</span> })}
            <ItemDialog item used_by sent_by rename delete />
        </li>
    }
}

/// Renaming, and deleting with what would be lost.
#[component]
fn ItemDialog(
    item: MediaItem,
    used_by: Vec<String>,
    sent_by: Vec<String>,
    rename: ServerAction<RenameMedia>,
    delete: ServerAction<DeleteMedia>,
) -> impl IntoView {
    let dialog = format!("midia-{}", item.id);
    let input = format!("nome-{}", item.id);
    let input_id = input.clone();
    let id = item.id.to_string();
    let back = view! { <DialogButton dialog=dialog.clone() label=say!(common.back) /> };
    let deletion = if sent_by.is_empty() {
        let id = id.clone();
        let consequences = if used_by.is_empty() {
            say!(media.delete_text).to_owned()
        } else {
            say!(media.delete_used, names = used_by.join(", "))
        };
        view! {
            <ActionForm action=delete>
                <input type="hidden" name="id" value=id />
                <p class="note">{consequences}</p>
                <div class="actions">
                    {back}
                    <button class="btn danger">{say!(media.delete_confirm)}</button>
                </div>
            </ActionForm>
        }
        .into_any()
    } else {
        view! {
            <p class="note">{say!(media.delete_in_use, names = sent_by.join(", "))}</p>
            <div class="actions">{back}</div>
        }
        .into_any()
    };
    view! {
        <Dialog id=dialog title=item.name.clone()>
            <ActionForm action=rename>
                <input type="hidden" name="id" value=id />
                <div class="field">
                    <label for=input>{say!(media.new_name)}</label>
                    <input
                        class="input"
                        id=input_id
                        name="name"
                        value=item.name
                        required
                        maxlength=MEDIA_NAME_MAX_CHARS.to_string()
                    />
                </div>
                <div class="actions">
                    <button class="btn">{say!(media.rename)}</button>
                </div>
            </ActionForm>
            {deletion}
        </Dialog>
    }
}
