//! Questions before something is lost: native dialogs that the browser itself opens and closes, so
//! they work before hydration.

use leptos::prelude::*;

use super::Icon;

/// Asks before something is lost. `id` is what a [`DialogButton`] opens.
#[component]
pub(crate) fn Dialog(
    /// Identifies it on the page.
    #[prop(into)]
    id: String,
    /// The question.
    #[prop(into)]
    title: Signal<String>,
    /// What will be lost, and the form that does it.
    children: Children,
) -> impl IntoView {
    let title_id = format!("{id}-titulo");
    let labelled_by = title_id.clone();
    view! {
        <dialog class="dialog" id=id popover="auto" aria-labelledby=labelled_by>
            <div>
                <h2 id=title_id>{move || title.get()}</h2>
                {children()}
            </div>
        </dialog>
    }
}

/// Opens or closes a [`Dialog`].
#[component]
pub(crate) fn DialogButton(
    /// The dialog.
    #[prop(into)]
    dialog: String,
    /// What it says.
    #[prop(into)]
    label: String,
    /// The icon before it.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// `btn` and more.
    #[prop(default = "btn")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <button class=class type="button" popovertarget=dialog>
            {icon.map(|icon| view! { <Icon name=icon /> })}
            {label}
        </button>
    }
}
