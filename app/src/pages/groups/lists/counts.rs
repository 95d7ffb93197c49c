//! What has become of the groups of a list.

use leptos::prelude::*;

use crate::components::Icon;
use crate::components::sentences::Tone;
use crate::domain::GroupListCounts;

/// How many take messages, and how many do not, and why.
#[component]
pub(super) fn Counts(counts: GroupListCounts) -> impl IntoView {
    let GroupListCounts {
        accepting,
        refusing,
        gone,
    } = counts;
    let count = |tone: Tone, icon, words: String| {
        view! {
            <span class="badge plain" data-state=tone.name()>
                <Icon name=icon />
                {words}
            </span>
        }
    };
    let takes = match accepting {
        0 => count(
            Tone::Warn,
            "warn",
            say!(group_lists.none_accepting).to_owned(),
        ),
        n => count(Tone::Ok, "certo", say!(group_lists.accepting, count = n)),
    };
    view! {
        <span class="counts">
            {takes}
            {(refusing > 0)
                .then(|| count(Tone::Warn, "cadeado", say!(group_lists.refusing, n = refusing)))}
            {(gone > 0).then(|| count(Tone::Idle, "pulado", say!(group_lists.gone, n = gone)))}
        </span>
    }
}
