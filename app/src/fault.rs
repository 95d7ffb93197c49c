//! The document in the place of a page that cannot be shown: rendered on the server, without the
//! app.

use leptos::prelude::*;

/// Why a page cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The address leads nowhere.
    Missing,
    /// Nobody is signed in.
    SignedOut,
    /// Another site made the browser ask.
    OtherSite,
    /// The request was too large.
    TooLarge,
    /// The request was not understood.
    NotUnderstood,
    /// The server or its database cannot answer right now.
    Unavailable,
    /// Something that is our own fault.
    Internal {
        /// Names the line of the log.
        incident: String,
    },
}

impl Fault {
    fn sentences(&self) -> (&'static str, String) {
        match self {
            Self::Missing => (say!(missing.title), say!(missing.text).to_owned()),
            Self::SignedOut => (
                say!(error.signed_out),
                say!(error.signed_out_text).to_owned(),
            ),
            Self::OtherSite => (
                say!(fault.other_site),
                say!(fault.other_site_text).to_owned(),
            ),
            Self::TooLarge => (say!(fault.too_large), say!(fault.too_large_text).to_owned()),
            Self::NotUnderstood => (
                say!(fault.not_understood),
                say!(fault.not_understood_text).to_owned(),
            ),
            Self::Unavailable => (
                say!(fault.unavailable),
                say!(fault.unavailable_text).to_owned(),
            ),
            Self::Internal { incident } => (
                say!(error.internal),
                say!(error.internal_text, incident = incident.as_str()).to_string(),
            ),
        }
    }
}

/// The whole document. It needs the style sheet at the address `css` and nothing else.
pub fn fault_page(fault: &Fault, css: &str) -> String {
    let (title, text) = fault.sentences();
    view! {
        <!DOCTYPE html>
        <html lang="pt-BR">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=css.to_owned() />
                <title>{say!(title, page = title).to_string()}</title>
            </head>
            <body>
                <main class="visitor">
                    <div class="empty">
                        <h1>{title}</h1>
                        <p>{text}</p>
                        <a class="btn primary" href="/">
                            {say!(missing.go_home)}
                        </a>
                    </div>
                </main>
            </body>
        </html>
    }
    .to_html()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_incident_is_shown_and_nothing_of_it_is_markup() {
        let incident = "<b>1</b>".to_owned();
        let page = fault_page(&Fault::Internal { incident }, "/pkg/arauto.css");
        assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
        assert!(page.contains("&lt;b&gt;1"), "{page}");
        assert!(page.contains(r#"href="/pkg/arauto.css""#), "{page}");
    }
}
