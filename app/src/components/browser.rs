//! The few things that only a browser can do. On the server, where pages are only drawn, each does
//! nothing.

/// Loads another page from the server, leaving everything that this one holds in memory.
pub(crate) fn leave_for(path: &str) {
    #[cfg(feature = "hydrate")]
    let _ = leptos::prelude::window().location().assign(path);
    #[cfg(not(feature = "hydrate"))]
    let _ = path;
}

/// Presses the button of this id.
pub(crate) fn press(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;

        let button = leptos::prelude::document().get_element_by_id(id);
        if let Some(button) = button.and_then(|one| one.dyn_into::<web_sys::HtmlElement>().ok()) {
            button.click();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// The value of the box that is checked within an element; `None` when none is.
pub(crate) fn checked_value(within: &leptos::web_sys::Element) -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;

        let checked = within.query_selector("input:checked").ok().flatten()?;
        let checked: web_sys::HtmlInputElement = checked.dyn_into().ok()?;
        Some(checked.value())
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = within;
        None
    }
}

/// Moves the focus by an arrow key among the buttons that an element shows in rows, from outside to the first
/// one; tells whether the key was one.
pub(crate) fn step_among(rows: &leptos::web_sys::Element, key: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        use web_sys::HtmlElement;

        let first = rows.first_element_child();
        let all = std::iter::successors(first, web_sys::Element::next_element_sibling);
        let all: Vec<HtmlElement> = all.filter_map(|one| one.dyn_into().ok()).collect();
        let top = all.first().map(HtmlElement::offset_top);
        let in_row = all
            .iter()
            .filter(|one| Some(one.offset_top()) == top)
            .count();
        let focused = leptos::prelude::document().active_element();
        let at = focused.and_then(|focused| all.iter().position(|one| **one == focused));
        let to = match (key, at) {
            ("ArrowRight", Some(at)) => at + 1,
            ("ArrowLeft", Some(at)) => at.saturating_sub(1),
            ("ArrowDown", Some(at)) => at + in_row,
            ("ArrowUp", Some(at)) => at.saturating_sub(in_row),
            ("ArrowDown", None) => 0,
            _ => return false,
        };
        if let Some(next) = all.get(to.min(all.len().saturating_sub(1))) {
            let _ = next.focus();
        }
        true
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (rows, key);
        false
    }
}

/// Names the page that is shown anew: a reload leads there.
pub(crate) fn show_address(path: &str) {
    #[cfg(feature = "hydrate")]
    if let Ok(history) = leptos::prelude::window().history() {
        let state = history.state().unwrap_or_default();
        let _ = history.replace_state_with_url(&state, "", Some(path));
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = path;
}

/// The path of the page that is shown.
pub(crate) fn current_path() -> String {
    #[cfg(feature = "hydrate")]
    return leptos::prelude::window()
        .location()
        .pathname()
        .unwrap_or_default();
    #[cfg(not(feature = "hydrate"))]
    String::new()
}

/// Milliseconds since the page was loaded: unlike the clock on the wall, it never jumps.
pub(crate) fn monotonic_millis() -> i64 {
    #[cfg(feature = "hydrate")]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a page does not live for 200 million years"
    )]
    return leptos::prelude::window()
        .performance()
        .map_or(0, |performance| performance.now() as i64);
    #[cfg(not(feature = "hydrate"))]
    0
}

/// The browser's idea of the present, in milliseconds since the Unix epoch.
#[cfg(feature = "hydrate")]
#[allow(
    clippy::cast_possible_truncation,
    reason = "the times of this millennium fit"
)]
pub(crate) fn wall_millis() -> i64 {
    leptos::prelude::window()
        .performance()
        .map_or(0, |performance| {
            (performance.time_origin() + performance.now()) as i64
        })
}
