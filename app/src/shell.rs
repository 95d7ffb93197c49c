//! The document around the app, rendered on the server only.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;

/// The addresses of the files that every page loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellAssets {
    /// The JavaScript module.
    pub js: String,
    /// The WASM module.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
}

/// Applies the remembered theme before the first paint and keeps the switch's buttons right. It is
/// a script of its own, not a part of the app, so that the switch works before hydration.
const THEME_SCRIPT: &str = include_str!("theme.js");

/// The whole document of one request.
pub fn shell(assets: ShellAssets) -> impl IntoView {
    let nonce = use_nonce();
    let ShellAssets { js, wasm, css } = assets;
    // The mark tells that buttons act from here on; the browser tests wait for it.
    let hydrate = format!(
        "import start,{{hydrate}} from {js:?};start({{module_or_path:{wasm:?}}}).then(()=>{{hydrate();\
         document.documentElement.dataset.hydrated=\"\"}});"
    );
    view! {
        <!DOCTYPE html>
        <html lang="pt-BR">
            <head>
                <meta charset="utf-8" />
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover"
                />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=css />
                <script nonce=nonce.clone() inner_html=THEME_SCRIPT></script>
                <link rel="modulepreload" href=js />
                <link
                    rel="preload"
                    href=wasm
                    r#as="fetch"
                    r#type="application/wasm"
                    crossorigin="anonymous"
                />
                <script type="module" nonce=nonce inner_html=hydrate></script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
