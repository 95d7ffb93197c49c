//! Reading the answers where a person writes them.

use leptos::web_sys::HtmlElement;

use crate::api::TimingForm;

/// The answers of the form around `section`: exactly what it would post. `None` while its fields are
/// locked, and on the server, where nobody writes.
pub(super) fn answers_in(section: &HtmlElement) -> Option<TimingForm> {
    #[cfg(feature = "hydrate")]
    return posted(section);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = section;
        None
    }
}

#[cfg(feature = "hydrate")]
fn posted(section: &HtmlElement) -> Option<TimingForm> {
    use leptos::wasm_bindgen::JsCast;
    use leptos::web_sys::{FormData, HtmlFormElement};

    let form: HtmlFormElement = section.closest("form").ok()??.dyn_into().ok()?;
    let answers = FormData::new_with_form(&form).ok()?;
    let all = |name: &str| {
        let values = answers.get_all(name);
        values
            .iter()
            .filter_map(|value| value.as_string())
            .collect()
    };
    TimingForm::gather(|name| answers.get(name).as_string(), all)
}
