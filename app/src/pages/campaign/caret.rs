//! Writing where the caret is, and moving it.

use std::ops::Range;

use leptos::web_sys::HtmlTextAreaElement;

/// Writes over what is selected in a field, as if it were typed: the browser takes it back like anything
/// else that was, and the caret stands behind it.
pub(super) fn write(area: &HtmlTextAreaElement, text: &str) {
    // A field that cannot be focused takes no text either, and says so by itself.
    let _ = area.focus();
    if !is_typed(text) {
        let caret = area.selection_start().ok().flatten().unwrap_or_default();
        let _ = area.set_range_text(text);
        let behind = caret + units(text);
        let _ = area.set_selection_range(behind, behind);
    }
}

/// Has the browser type a text into the field that has the focus; tells whether it did. The command is
/// old, and still the only way whose effect can be undone.
fn is_typed(text: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        use web_sys::HtmlDocument;

        let document = leptos::prelude::document().dyn_into::<HtmlDocument>();
        let typed = document.map(|document| {
            document.exec_command_with_show_ui_and_value("insertText", false, text)
        });
        matches!(typed, Ok(Ok(true)))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = text;
        false
    }
}

/// Selects these bytes of the field's text, and shows them.
pub(super) fn select(area: &HtmlTextAreaElement, text: &str, span: &Range<usize>) {
    let before = |byte: usize| units(text.get(..byte).unwrap_or(text));
    let _ = area.set_selection_range(before(span.start), before(span.end));
    let _ = area.focus();
}

/// How long a text is to the browser, which counts in units of UTF-16.
fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_browser_counts_in_units_of_utf_16() {
        assert_eq!(super::units("çã👋"), 4);
    }
}
