//! One item of the library.

use leptos::prelude::*;

use crate::api::{DeleteMedia, MakeVoiceNote, MediaCard, RenameMedia};
use crate::components::{Bars, Dialog, DialogButton, Icon, MediaFace, facts, len_u32};
use crate::domain::{MEDIA_NAME_MAX_CHARS, MediaId, MediaItem, MediaKind};

/// Thumbnail, name, size, use; renaming and deleting.
#[component]
pub(super) fn Tile(
    card: MediaCard,
    rename: ServerAction<RenameMedia>,
    delete: ServerAction<DeleteMedia>,
    voice: ServerAction<MakeVoiceNote>,
    /// Whether this server can convert files.
    converts: bool,
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
    let is_gif = item.mime == "image/gif" && !converts;
    let name = item.name.clone();
    let moves = item.gif;
    view! {
        <li>
            <a class="thumb" href=format!("/midias/{}/arquivo", item.id) target="_blank">
                <MediaFace item=item.clone() alt=name.clone() />
                {item.waveform.map(|waveform| view! { <Bars waveform /> })}
                {moves.then(|| view! { <span class="moves">{say!(media.gif_badge)}</span> })}
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
            <ItemDialog item used_by sent_by rename delete voice converts />
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
    voice: ServerAction<MakeVoiceNote>,
    converts: bool,
) -> impl IntoView {
    let can_be_voice = item.kind == MediaKind::Audio && !item.is_voice_note();
    let to_voice = can_be_voice.then(|| view! { <ToVoice id=item.id voice converts /> });
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
            {to_voice}
            {deletion}
        </Dialog>
    }
}

/// Having a voice note made of a sound, or why that is not possible here.
#[component]
fn ToVoice(id: MediaId, voice: ServerAction<MakeVoiceNote>, converts: bool) -> impl IntoView {
    if !converts {
        return view! { <p class="note">{say!(media.voice_absent)}</p> }.into_any();
    }
    let is_making = voice.pending();
    view! {
        <ActionForm action=voice>
            <input type="hidden" name="id" value=id.to_string() />
            <p class="note">{say!(media.voice_text)}</p>
            <div class="actions">
                <button class="btn" disabled=move || is_making.get()>
                    {move || {
                        if is_making.get() {
                            say!(media.voice_making)
                        } else {
                            say!(media.voice_make)
                        }
                    }}
                </button>
            </div>
        </ActionForm>
    }
    .into_any()
}
