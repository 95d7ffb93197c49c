//! What each group reads, where groups read different texts.

use leptos::prelude::*;

use crate::api::RunView;

/// The text of every delivery, folded away.
#[component]
pub(super) fn Texts(view: Signal<RunView>) -> impl IntoView {
    let texts = Memo::new(move |_| {
        view.with(|view| {
            let names = view.deliveries.iter().map(|one| one.target_name.clone());
            names.zip(view.texts.iter().cloned()).collect::<Vec<_>>()
        })
    });
    let differ = move || texts.with(|texts| texts.windows(2).any(|two| two[0].1 != two[1].1));
    view! {
        <details hidden=move || !differ()>
            <summary>{say!(run.texts)}</summary>
            <dl class="texts">
                {move || {
                    texts
                        .get()
                        .into_iter()
                        .map(|(group, text)| {
                            view! {
                                <dt>{group}</dt>
                                <dd>{text}</dd>
                            }
                        })
                        .collect_view()
                }}
            </dl>
        </details>
    }
}
