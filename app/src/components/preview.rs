//! The message as a phone shows it, in WhatsApp's own colours.

use leptos::prelude::*;

use super::{Bars, Icon, facts, format, kind_icon};
use crate::domain::formatting::{Block, Span, fold, parse};
use crate::domain::{MediaItem, MediaKind};

/// A bubble with the file, the formatted text, the time and the ticks.
#[component]
pub(crate) fn PhonePreview(
    /// The text, with WhatsApp's marks.
    #[prop(into)]
    text: Signal<String>,
    /// The file.
    #[prop(into)]
    media: Signal<Option<MediaItem>>,
    /// When, as the bubble says it.
    #[prop(into)]
    time: Signal<String>,
    /// Whose chat it is; no head without it.
    #[prop(optional, into)]
    chat: Option<Signal<String>>,
) -> impl IntoView {
    let is_empty = move || text.with(|text| text.trim().is_empty()) && media.with(Option::is_none);
    let takes_text = move || {
        media.with(|media| {
            media
                .as_ref()
                .is_none_or(|media| media.kind.takes_caption())
        })
    };
    let said = Memo::new(move |_| text.with(|text| Said::new(text)));
    let is_long = move || takes_text() && said.with(|said| said.beginning.is_some());
    view! {
        <div class="phone">
            {chat
                .map(|chat| {
                    view! {
                        <div class="phone-head">
                            <Icon name="esq" />
                            <span class="avatar" aria-hidden="true">
                                <Icon name="grupos" />
                            </span>
                            <span>
                                <b>{move || chat.get()}</b>
                            </span>
                        </div>
                    }
                })}
            <div class="chat">
                <p class="chat-day" hidden=move || !is_empty()>
                    {say!(editor.preview_empty)}
                </p>
                <div class="bubble" hidden=is_empty>
                    {move || media.get().map(draw_media)}
                    <div class="bubble-text">
                        {move || takes_text().then(|| said.with(draw_said))}
                        // Without WASM it unfolds too; it stays as it is while one writes on.
                        <label class="read-more" hidden=move || !is_long()>
                            <input type="checkbox" class="sr" autocomplete="off" />
                            {say!(editor.read_more)}
                        </label>
                        <span class="bubble-meta">
                            {move || time.get()} <Icon name="certo-duplo" />
                        </span>
                    </div>
                </div>
            </div>
        </div>
    }
}

/// A text as it is drawn.
#[derive(Clone, PartialEq)]
struct Said {
    whole: Vec<Block>,
    /// What is shown of it at first, if that is not all.
    beginning: Option<Vec<Block>>,
}

impl Said {
    fn new(text: &str) -> Self {
        let whole = parse(text.trim());
        Self {
            beginning: fold(&whole),
            whole,
        }
    }
}

fn draw_said(said: &Said) -> AnyView {
    let beginning = said.beginning.as_deref().map(|beginning| {
        view! {
            <div class="said folded">{draw_blocks(beginning)} "…"</div>
        }
    });
    view! {
        {beginning}
        <div class="said whole">{draw_blocks(&said.whole)}</div>
    }
    .into_any()
}

/// The file above the text, as plainly as its kind needs.
fn draw_media(media: MediaItem) -> AnyView {
    let file = format!("/midias/{}/arquivo", media.id);
    match media.kind {
        MediaKind::Image => view! {
            <img
                class="bubble-media"
                src=format!("/midias/{}/miniatura", media.id)
                width=media.width
                height=media.height
                alt=say!(editor.preview_image, name = media.name)
            />
        }
        .into_any(),
        MediaKind::Video => view! {
            <video
                class="bubble-media"
                src=format!("{file}#t=0.1")
                width=media.width
                height=media.height
                preload="metadata"
                controls
                loop=media.gif
                muted=media.gif
                playsinline
                aria-label=say!(media.preview_video, name = media.name)
            ></video>
        }
        .into_any(),
        MediaKind::Audio => view! {
            <div class="bubble-file">
                {media.waveform.map(|waveform| view! { <Bars waveform /> })}
                <Icon name=kind_icon(media.kind) />
                <audio
                    src=file
                    preload="none"
                    controls
                    aria-label=say!(media.preview_audio, name = media.name)
                ></audio>
                <small>{media.duration_ms.map(format::playing_time)}</small>
            </div>
        }
        .into_any(),
        MediaKind::Document => view! {
            <div class="bubble-file">
                <Icon name=kind_icon(media.kind) />
                <span>
                    <b>{media.file_name()}</b>
                    <small>{facts(&media)}</small>
                </span>
            </div>
        }
        .into_any(),
    }
}

fn draw_blocks(blocks: &[Block]) -> AnyView {
    let line = |spans: &Vec<Span>| view! { <li>{draw(spans)}</li> };
    let draw_block = |block: &Block| match block {
        Block::Paragraph(spans) => view! { <p>{draw(spans)}</p> }.into_any(),
        Block::Quote(lines) => {
            let lines = lines.iter().map(|spans| view! { <p>{draw(spans)}</p> });
            view! { <blockquote dir="auto">{lines.collect_view()}</blockquote> }.into_any()
        }
        Block::Bullets(items) => {
            view! { <ul dir="auto">{items.iter().map(line).collect_view()}</ul> }.into_any()
        }
        Block::Numbers(items) => {
            let items = items
                .iter()
                .map(|item| view! { <li value=item.number>{draw(&item.spans)}</li> });
            view! { <ol dir="auto">{items.collect_view()}</ol> }.into_any()
        }
    };
    blocks.iter().map(draw_block).collect_view().into_any()
}

fn draw(spans: &[Span]) -> AnyView {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(text) => text.clone().into_any(),
            Span::Bold(inner) => view! { <b>{draw(inner)}</b> }.into_any(),
            Span::Italic(inner) => view! { <em>{draw(inner)}</em> }.into_any(),
            Span::Struck(inner) => view! { <s>{draw(inner)}</s> }.into_any(),
            Span::Code(text) => view! { <code class="inline">{text.clone()}</code> }.into_any(),
            Span::Monospace(text) => view! { <code>{text.clone()}</code> }.into_any(),
            // It is shown, not opened: a preview leads nowhere.
            Span::Link(link) => view! { <span class="link">{link.clone()}</span> }.into_any(),
        })
        .collect_view()
        .into_any()
}
