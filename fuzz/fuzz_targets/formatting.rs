//! Any text is read, nothing of it is invented, and what is folded away is its end.
#![no_main]

use arauto_app::domain::formatting::{Block, Span, fold, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let blocks = parse(text);
    let said = said(&blocks);
    let mut written = text.chars();
    assert!(
        said.chars()
            .all(|character| written.any(|w| w == character)),
        "{text:?} became {blocks:?}"
    );
    if let Some(folded) = fold(&blocks) {
        let shown = self::said(&folded);
        assert!(
            shown.len() < said.len() && said.starts_with(&shown),
            "{folded:?}"
        );
    }
});

/// What is left of a text once its marks are taken out.
fn said(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        match block {
            Block::Paragraph(spans) => say(spans, &mut text),
            Block::Quote(lines) | Block::Bullets(lines) => {
                lines.iter().for_each(|spans| say(spans, &mut text));
            }
            Block::Numbers(items) => items.iter().for_each(|item| say(&item.spans, &mut text)),
        }
    }
    text
}

fn say(spans: &[Span], text: &mut String) {
    for span in spans {
        match span {
            Span::Bold(inner) | Span::Italic(inner) | Span::Struck(inner) => say(inner, text),
            Span::Text(plain) | Span::Code(plain) | Span::Monospace(plain) | Span::Link(plain) => {
                text.push_str(plain)
            }
        }
    }
}
