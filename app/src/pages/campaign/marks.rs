//! What cannot be read in a text: marked where it is, and told below.

use leptos::html::{Div, Textarea};
use leptos::prelude::*;

use super::caret;
use crate::components::Icon;
use crate::components::sentences::wording_problem;
use crate::domain::wording::WordingProblem;

/// How many are told at a time: who mends those sees the next.
const TOLD: usize = 4;

/// Lies below the field with the same text, of which nothing but the marks is seen.
#[component]
pub(super) fn Marks(
    text: RwSignal<String>,
    problems: Memo<Vec<WordingProblem>>,
    /// How far the field is scrolled down, in pixels.
    scrolled: RwSignal<i32>,
) -> impl IntoView {
    let below = NodeRef::<Div>::new();
    let parts = move || {
        problems.with(|problems| {
            if problems.is_empty() {
                return Vec::new();
            }
            text.with(|text| marked(text, problems))
        })
    };
    Effect::new(move || {
        let top = scrolled.get();
        problems.track();
        if let Some(below) = below.get() {
            below.set_scroll_top(top);
        }
    });
    let part = |(part, is_wrong): (String, bool)| {
        if is_wrong {
            view! { <mark>{part}</mark> }.into_any()
        } else {
            part.into_any()
        }
    };
    view! {
        <div class="input text-marks" aria-hidden="true" node_ref=below>
            {move || parts().into_iter().map(part).collect_view()}
        </div>
    }
}

/// A text in parts, each with whether something is wrong with it.
fn marked(text: &str, problems: &[WordingProblem]) -> Vec<(String, bool)> {
    let mut parts = Vec::new();
    let mut at = 0;
    for span in problems.iter().map(|problem| problem.span(text)) {
        // One within another is marked already.
        if span.start < at {
            continue;
        }
        let (before, wrong) = (text.get(at..span.start), text.get(span.clone()));
        parts.extend(before.map(|part| (part.to_owned(), false)));
        parts.extend(wrong.map(|part| (part.to_owned(), true)));
        at = span.end;
    }
    // An empty last line is as high as another.
    let rest = text.get(at..).unwrap_or_default();
    parts.push((format!("{rest}\u{200b}"), false));
    parts
}

/// Each problem in words; a click leads to its place.
#[component]
pub(super) fn WordingProblems(
    text: RwSignal<String>,
    problems: Memo<Vec<WordingProblem>>,
    area: NodeRef<Textarea>,
) -> impl IntoView {
    let told = move || problems.get().into_iter().take(TOLD).collect::<Vec<_>>();
    let more = move || problems.with(Vec::len).saturating_sub(TOLD);
    let lead_there = move |problem: WordingProblem| {
        if let Some(area) = area.get_untracked() {
            text.with_untracked(|text| caret::select(&area, text, &problem.span(text)));
        }
    };
    let row = move |problem: WordingProblem| {
        view! {
            <li>
                <button type="button" class="field-error" on:click=move |_| lead_there(problem)>
                    <Icon name="error" class="small" />
                    <span>{wording_problem(problem)}</span>
                </button>
            </li>
        }
    };
    view! {
        <ul class="wording-problems" hidden=move || problems.with(Vec::is_empty)>
            {move || told().into_iter().map(row).collect_view()}
            <li class="hint" hidden=move || more() == 0>
                {move || say!(editor.more_problems, count = more())}
            </li>
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::wording::Template;

    #[test]
    fn what_is_wrong_is_marked_and_nothing_is_lost() {
        let text = "Olá {{nome}},\n{a|b";
        let problems = text.parse::<Template>().unwrap_err();
        let parts = marked(text, &problems);
        let wrong: Vec<_> = parts.iter().filter(|part| part.1).collect();
        assert_eq!(wrong[0].0, "{{nome}}");
        assert_eq!(wrong[1].0, "{");
        let all: String = parts.iter().map(|part| part.0.as_str()).collect();
        assert_eq!(all, format!("{text}\u{200b}"));
    }
}
