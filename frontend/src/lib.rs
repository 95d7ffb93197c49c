//! The browser's entry point: the page that the server rendered comes alive here.
// Pages are nested views, and a view is a type: the compiler looks as deep as they go.
#![recursion_limit = "256"]

/// Called by the page once the module is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(arauto_app::App);
}
