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
