//! One day, with everything that one wants to know of it.

use leptos::prelude::*;
use leptos_router::components::A;

use super::address::DAY;
use super::entry::{conflict, details, href, label, times};
use crate::api::AgendaEntry;
use crate::components::Icon;
use crate::components::calendar::day_words;
use crate::domain::CivilDate;

/// The entries of the day that is looked at, and what gets into their way.
#[component]
pub(super) fn OneDay(date: Signal<CivilDate>, entries: Signal<Vec<AgendaEntry>>) -> impl IntoView {
    let warnings = move || {
        let told = entries.with(|all| all.iter().filter_map(conflict).collect::<Vec<_>>());
        (!told.is_empty()).then(|| {
            let each = told.into_iter().map(|text| view! { <p>{text}</p> });
            view! {
                <div class="notice" data-state="error">
                    <Icon name="conflito" />
                    <div>
                        <strong>{say!(agenda.conflict)}</strong>
                        {each.collect_view()}
                    </div>
                </div>
            }
        })
    };
    let rows = move || {
        let rows = entries.get().into_iter();
        rows.map(|entry| view! { <Row entry /> }).collect_view()
    };
    let is_free = move || entries.with(Vec::is_empty);
    view! {
        <aside class="panel" id=DAY>
            <section aria-live="polite">
                <h2>{move || day_words(date.get())}</h2>
                {warnings}
                <p class="note" hidden=move || !is_free()>
                    {say!(agenda.free)}
                </p>
                <ul class="rows">{rows}</ul>
            </section>
        </aside>
    }
}

#[component]
fn Row(entry: AgendaEntry) -> impl IntoView {
    let label = label(&entry.what);
    let (href, details, times) = (href(&entry), details(&entry), times(&entry));
    view! {
        <li data-state=label.tone.name()>
            <span class="state" title=label.word>
                <Icon name=label.icon />
                <span class="sr">{label.word}</span>
            </span>
            <div class="grow">
                <A href=href>{entry.name}</A>
                <span class="sub">{details}</span>
            </div>
            <div class="when">{times}</div>
        </li>
    }
}
