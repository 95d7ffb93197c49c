//! What the editor holds of one variant of the message.

use leptos::prelude::*;

use crate::domain::{MediaId, MessageContent, VARIANTS_MAX};

/// One variant while a person writes it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Variant {
    /// Tells it from the others for as long as the page is open; 0 is the first one's.
    pub(super) key: u32,
    pub(super) text: RwSignal<String>,
    pub(super) media: RwSignal<Option<MediaId>>,
}

impl Variant {
    pub(super) fn new(key: u32, content: MessageContent) -> Self {
        Self {
            key,
            text: RwSignal::new(content.text),
            media: RwSignal::new(content.media),
        }
    }

    pub(super) fn content(self) -> MessageContent {
        MessageContent {
            text: self.text.get(),
            media: self.media.get(),
        }
    }
}

/// Under which name the form posts a field of the variant with this number.
pub(super) fn field(number: usize, field: &str) -> String {
    match number.checked_sub(1) {
        None => format!("form[{field}]"),
        Some(other) => format!("form[variants][{other}][{field}]"),
    }
}

/// The variants that an address carries over; `None` when it carries none.
pub(super) fn carried_over(get: impl Fn(&str) -> Option<String>) -> Option<Vec<MessageContent>> {
    let one = |number| {
        let text = get(&field(number, "text"))?;
        let media = get(&field(number, "media")).unwrap_or_default();
        Some(MessageContent {
            text: text.replace("\r\n", "\n"),
            media: media.parse().ok(),
        })
    };
    let variants: Vec<_> = (0..VARIANTS_MAX).map_while(one).collect();
    (!variants.is_empty()).then_some(variants)
}
