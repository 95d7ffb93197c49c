//! Fields and buttons of forms.

use leptos::prelude::*;

use super::Icon;

/// A labelled text field with its hint and its error.
#[component]
pub(crate) fn Field(
    /// Identifies the input on the page.
    id: &'static str,
    /// The name that the form posts.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// `text`, `email`, `password`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What browsers fill in by themselves.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The initial value.
    #[prop(optional, into)]
    value: String,
    /// What helps to answer.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Most characters.
    #[prop(optional)]
    max_chars: Option<usize>,
    /// What is wrong with the answer.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let hint_id = format!("{id}-dica");
    let error_id = format!("{id}-erro");
    let described_by = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        let has_hint = hint.is_some();
        move || {
            let ids = [
                has_hint.then_some(hint_id.as_str()),
                error.with(Option::is_some).then_some(error_id.as_str()),
            ];
            let ids: Vec<_> = ids.into_iter().flatten().collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                class="input"
                id=id
                name=name
                type=kind
                autocomplete=autocomplete
                value=value
                maxlength=max_chars.map(|n| n.to_string())
                required
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described_by
            />
            {hint
                .map(|hint| {
                    view! {
                        <p class="hint" id=hint_id>
                            {hint}
                        </p>
                    }
                })}
            <FieldError id=error_id error />
        </div>
    }
}

/// What is wrong with an answer, beside its field.
#[component]
pub(crate) fn FieldError(
    /// Identifies it for `aria-describedby`.
    id: String,
    /// The words.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        let id = id.clone();
        error.get().map(|error| {
            view! {
                <p class="field-error" id=id>
                    <Icon name="error" class="small" />
                    <span>{error}</span>
                </p>
            }
        })
    }
}

/// The primary button of a form: says that it works while it does.
#[component]
pub(crate) fn SubmitButton(
    /// What it does.
    label: &'static str,
    /// What it is doing.
    pending_label: &'static str,
    /// Whether it is at it.
    #[prop(into)]
    pending: Signal<bool>,
    /// `btn` and more.
    #[prop(default = "btn primary")]
    class: &'static str,
    /// Its id, where something else presses it.
    #[prop(optional)]
    id: Option<&'static str>,
) -> impl IntoView {
    view! {
        <button class=class id=id type="submit" disabled=move || pending.get()>
            {move || if pending.get() { pending_label } else { label }}
        </button>
    }
}
