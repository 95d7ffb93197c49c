//! Buttons and keys that format what is selected in a text.

use leptos::ev::KeyboardEvent;
use leptos::html::Textarea;
use leptos::prelude::*;
use leptos::web_sys::HtmlTextAreaElement;

use super::caret;
use super::variant::Variant;

/// What can be done with a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Bold,
    Italic,
    Struck,
    Monospace,
}

impl Format {
    const ALL: [Self; 4] = [Self::Bold, Self::Italic, Self::Struck, Self::Monospace];

    /// What WhatsApp encloses it in.
    const fn mark(self) -> &'static str {
        match self {
            Self::Bold => "*",
            Self::Italic => "_",
            Self::Struck => "~",
            Self::Monospace => "```",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Bold => say!(editor.bold),
            Self::Italic => say!(editor.italic),
            Self::Struck => say!(editor.struck),
            Self::Monospace => say!(editor.monospace),
        }
    }

    fn letter(self) -> AnyView {
        let letter = say!(editor.format_letter);
        match self {
            Self::Bold => view! { <b>{letter}</b> }.into_any(),
            Self::Italic => view! { <em>{letter}</em> }.into_any(),
            Self::Struck => view! { <s>{letter}</s> }.into_any(),
            Self::Monospace => view! { <code>{letter}</code> }.into_any(),
        }
    }

    /// The format of a key: Ctrl (or ⌘) with B, with I, or with Shift and X.
    fn of_key(event: &KeyboardEvent) -> Option<Self> {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
            return None;
        }
        match (event.key().to_lowercase().as_str(), event.shift_key()) {
            ("b", false) => Some(Self::Bold),
            ("i", false) => Some(Self::Italic),
            ("x", true) => Some(Self::Struck),
            _ => None,
        }
    }
}

/// A button for each format.
#[component]
pub(super) fn FormatButtons(area: NodeRef<Textarea>, variant: Variant) -> impl IntoView {
    let button = move |format: Format| {
        let press = move |_| apply(area, variant, format);
        view! {
            <button
                type="button"
                class="btn quiet square"
                title=format.name()
                aria-label=format.name()
                on:click=press
            >
                {format.letter()}
            </button>
        }
    };
    view! {
        <div
            class="actions"
            role="group"
            aria-label=say!(editor.formatting)
        >
            {Format::ALL.map(button)}
        </div>
    }
}

/// Formats the selection when a key asks for it.
pub(super) fn format_by_key(event: &KeyboardEvent, area: NodeRef<Textarea>, variant: Variant) {
    if let Some(format) = Format::of_key(event) {
        event.prevent_default();
        apply(area, variant, format);
    }
}

fn apply(area: NodeRef<Textarea>, variant: Variant, format: Format) {
    if let Some(area) = area.get_untracked() {
        change_selection(&area, |selected| toggled(selected, format.mark()));
        variant.text.set(area.value());
    }
}

/// Replaces what is selected in a field and selects what came of it; with nothing selected, the caret
/// stands in its middle.
fn change_selection(area: &HtmlTextAreaElement, change: impl FnOnce(&str) -> String) {
    let place = |place: Option<u32>| place.unwrap_or_default();
    let start = place(area.selection_start().ok().flatten());
    let end = place(area.selection_end().ok().flatten());
    // The browser counts in units of UTF-16.
    let units: Vec<u16> = area.value().encode_utf16().collect();
    let selected = units.get(start as usize..end as usize).unwrap_or_default();
    let changed = change(&String::from_utf16_lossy(selected));
    let length = u32::try_from(changed.encode_utf16().count()).unwrap_or_default();
    caret::write(area, &changed);
    // The field takes a selection, as it had one.
    let _ = if selected.is_empty() {
        let middle = start + length / 2;
        area.set_selection_range(middle, middle)
    } else {
        area.set_selection_range(start, start + length)
    };
}

/// A text in marks, or without those that it has. Spaces at its ends stay outside: a mark beside a space
/// means nothing.
fn toggled(text: &str, mark: &str) -> String {
    let said = text.trim();
    let enclosed = said
        .strip_prefix(mark)
        .and_then(|rest| rest.strip_suffix(mark));
    let before = &text[..text.len() - text.trim_start().len()];
    let after = &text[before.len() + said.len()..];
    match enclosed {
        Some(inner) if !inner.is_empty() => format!("{before}{inner}{after}"),
        _ => format!("{before}{mark}{said}{mark}{after}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_around_words_and_away_again() {
        for (text, mark, expected) in [
            ("oi", "*", "*oi*"),
            ("*oi*", "*", "oi"),
            (" oi ", "_", " _oi_ "),
            ("\n_oi_ ", "_", "\noi "),
            ("", "*", "**"),
            ("**", "*", "****"),
            ("   ", "~", "   ~~"),
            ("a\nb", "```", "```a\nb```"),
            ("👋🏽", "*", "*👋🏽*"),
        ] {
            assert_eq!(toggled(text, mark), expected, "{text:?}");
        }
    }
}
