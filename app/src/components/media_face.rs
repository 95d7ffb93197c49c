//! The face of a file wherever one is chosen or listed: its picture, or the sign of its kind.

use leptos::prelude::*;

use super::{Icon, format};
use crate::domain::{MediaItem, MediaKind};

const NO_BREAK_SPACE: &str = "\u{a0}";

/// The thumbnail, the first picture of a video, or an icon; with how long it plays.
#[component]
pub(crate) fn MediaFace(
    /// The file.
    item: MediaItem,
    /// What it is called, for those who do not see it; empty where the name stands beside it.
    #[prop(optional, into)]
    alt: String,
) -> impl IntoView {
    let duration = item.duration_ms.map(format::playing_time);
    let face = if item.thumbnail.is_some() {
        view! {
            <img
                src=format!("/midias/{}/miniatura", item.id)
                alt=alt
                width=item.width
                height=item.height
                loading="lazy"
            />
        }
        .into_any()
    } else if item.kind == MediaKind::Video {
        // Where the server has nothing to decode it with, the browser draws the first picture.
        view! {
            <video
                src=format!("/midias/{}/arquivo#t=0.1", item.id)
                preload="metadata"
                playsinline
                muted
                tabindex="-1"
                aria-label=alt
            ></video>
        }
        .into_any()
    } else {
        view! {
            <Icon name=kind_icon(item.kind) />
            <span class="sr">{alt}</span>
        }
        .into_any()
    };
    view! {
        {face}
        // The facts tell it to those who do not see it.
        {duration
            .map(|duration| {
                view! {
                    <span class="duration" aria-hidden="true">
                        {duration}
                    </span>
                }
            })}
    }
}

/// The icon of a kind.
pub(crate) const fn kind_icon(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "midia",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
        MediaKind::Document => "arquivo",
    }
}

/// What a file is: `Vídeo`, `PDF`, `Mensagem de voz`.
pub(crate) fn kind_words(item: &MediaItem) -> String {
    match item.kind {
        MediaKind::Image => say!(media.kind_image).into(),
        MediaKind::Video if item.gif => say!(media.kind_gif).into(),
        MediaKind::Video => say!(media.kind_video).into(),
        MediaKind::Audio if item.is_voice_note() => say!(media.kind_voice).into(),
        MediaKind::Audio => say!(media.kind_audio).into(),
        MediaKind::Document => {
            let extension = crate::domain::extension_of(&item.mime);
            extension.map_or_else(
                || say!(media.kind_document).to_owned(),
                str::to_ascii_uppercase,
            )
        }
    }
}

/// What is known of a file, in a line that is broken between facts only: `PDF · 1,2 MB · 12 páginas`.
pub(crate) fn facts(item: &MediaItem) -> String {
    let size = item.width.zip(item.height);
    let parts = [
        Some(kind_words(item)),
        Some(format::bytes(item.bytes)),
        size.map(|(width, height)| say!(media.dimensions, width = width, height = height)),
        item.duration_ms.map(format::playing_time),
        item.pages.map(|count| say!(media.pages, count = count)),
    ];
    let parts = parts.into_iter().flatten();
    let unbroken = parts.map(|part| part.replace(' ', NO_BREAK_SPACE));
    unbroken.collect::<Vec<_>>().join(" · ")
}
