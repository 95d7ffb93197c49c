//! The text of one variant: what is wrong with it, how many texts it can be, and what it can name.

use leptos::html::Textarea;
use leptos::prelude::*;

use super::caret;
use super::emoji::EmojiButton;
use super::form::Problems;
use super::marks::{Marks, WordingProblems};
use super::toolbar::{FormatButtons, format_by_key};
use super::variant::{Variant, field};
use crate::components::sentences::{draft_problem, written};
use crate::components::{FieldError, format};
use crate::domain::wording::{Template, Variable};
use crate::domain::{DraftProblem, MessageContent};

/// Up to how many variations are told exactly.
const VARIATIONS_TOLD: u64 = 1_000_000;

#[component]
pub(super) fn TextField(
    variant: Variant,
    /// Its number, from 0.
    number: usize,
    problems: Problems,
    is_alive: Signal<bool>,
) -> impl IntoView {
    let id = if number == 0 {
        "texto".to_owned()
    } else {
        format!("texto-{}", number + 1)
    };
    let part = |name: &str| format!("{id}-{name}");
    let (hint, count, wrong) = (part("dica"), part("conta"), part("erro"));
    let (emojis, refusal) = (part("emojis"), part("recusa"));
    let described_by = format!("{hint} {count} {wrong}");
    let area = NodeRef::<Textarea>::new();
    // What was typed before the page came alive counts.
    Effect::new(move || {
        if let Some(area) = area.get() {
            variant.text.set(area.value());
        }
    });
    let reading = Memo::new(move |_| variant.text.with(|text| text.parse::<Template>()));
    let chars = Memo::new(move |_| {
        reading.with(|reading| match reading {
            Ok(template) => template.longest(),
            Err(_) => variant.text.with(|text| text.chars().count()),
        })
    });
    let limit = Memo::new(move |_| {
        let content = MessageContent {
            text: String::new(),
            media: variant.media.get(),
        };
        content.text_limit()
    });
    let too_long = Memo::new(move |_| chars.get() > limit.get());
    // While a person writes, what cannot be read is told at once, and where.
    let unreadable = Memo::new(move |_| {
        let found = reading.with(|reading| reading.as_ref().err().cloned());
        found.filter(|_| is_alive.get()).unwrap_or_default()
    });
    let error = told(number, problems, is_alive);
    let scrolled = RwSignal::new(0);
    let has_media = move || variant.media.with(Option::is_some);
    view! {
        <div class="field">
            <label for=id.clone()>
                {move || if has_media() { say!(editor.caption) } else { say!(editor.text) }}
            </label>
            <div class="text-tools" hidden=move || !is_alive.get()>
                <FormatButtons area variant />
                <EmojiButton area variant id=emojis />
            </div>
            <div class="text-area">
                <Marks text=variant.text problems=unreadable scrolled />
            <textarea
                class="input"
                id=id
                name=field(number, "text")
                rows="8"
                aria-describedby=described_by
                aria-invalid=move || {
                    let is_wrong = error.with(Option::is_some) || !unreadable.with(Vec::is_empty);
                    (too_long.get() || is_wrong).then_some("true")
                }
                node_ref=area
                on:input=move |event| variant.text.set(event_target_value(&event))
                on:keydown=move |event| format_by_key(&event, area, variant)
                on:scroll=move |_| {
                    scrolled.set(area.get_untracked().map_or(0, |area| area.scroll_top()));
                }
                inner_html=escaped(&variant.text.get_untracked())
            ></textarea>
            </div>
            <VariableButtons area variant is_alive />
            <p class="hint" id=hint>
                {say!(editor.hint)}
                " "
                {alternatives_hint()}
            </p>
            <p class="hint" class:over=move || too_long.get() id=count>
                {move || {
                    say!(
                        editor.characters, count = format::thousands(chars.get()), limit =
                        format::thousands(limit.get())
                    )
                }}
                {move || reading.with(|reading| reading.as_ref().ok().and_then(variations))}
            </p>
            <div id=wrong>
                <WordingProblems text=variant.text problems=unreadable area />
                <FieldError id=refusal error />
            </div>
        </div>
    }
}

/// What the server found; what cannot be read is told by the text itself while the page is alive.
fn told(number: usize, problems: Problems, is_alive: Signal<bool>) -> Signal<Option<String>> {
    Signal::derive(move || {
        let is_told = |problem: &DraftProblem| {
            let is_wording = matches!(problem, DraftProblem::Wording { .. });
            is_about_text(problem, number) && !(is_wording && is_alive.get())
        };
        problems.with(|all| all.iter().copied().find(is_told).map(draft_problem))
    })
}

fn is_about_text(problem: &DraftProblem, number: usize) -> bool {
    match problem {
        DraftProblem::ContentMissing { variant }
        | DraftProblem::MayBeBlank { variant }
        | DraftProblem::Wording { variant, .. }
        | DraftProblem::TextTooLong { variant, .. } => *variant as usize == number,
        _ => false,
    }
}

/// How many different texts it can be, if there is more than one.
fn variations(template: &Template) -> Option<String> {
    let count = template.variations();
    let sentence = match usize::try_from(count.min(VARIATIONS_TOLD)) {
        Ok(0 | 1) | Err(_) => return None,
        Ok(told) if count > VARIATIONS_TOLD => {
            say!(editor.variations_beyond, count = format::thousands(told))
        }
        Ok(told) => say!(editor.variations, count = format::thousands(told)),
    };
    Some(format!(" · {sentence}"))
}

/// How alternatives are written; the braces are put in here, where they say nothing.
fn alternatives_hint() -> String {
    say!(editor.alternatives_hint, example = "{Oi|Olá|Bom dia}")
}

/// A button for each variable, which writes it where the caret is.
#[component]
fn VariableButtons(
    area: NodeRef<Textarea>,
    variant: Variant,
    is_alive: Signal<bool>,
) -> impl IntoView {
    let button = move |variable: Variable| {
        let insert = move |_| {
            if let Some(area) = area.get_untracked() {
                caret::write(&area, &written(variable));
                variant.text.set(area.value());
            }
        };
        view! {
            <button type="button" class="btn quiet" title=meaning(variable) on:click=insert>
                {written(variable)}
            </button>
        }
    };
    view! {
        <div
            class="actions"
            role="group"
            aria-label=say!(editor.variables)
            hidden=move || !is_alive.get()
        >
            {Variable::ALL.map(button)}
        </div>
    }
}

/// What a variable stands for.
fn meaning(variable: Variable) -> &'static str {
    match variable {
        Variable::Group => say!(editor.variable_group),
        Variable::Date => say!(editor.variable_date),
        Variable::Time => say!(editor.variable_time),
        Variable::Connection => say!(editor.variable_connection),
    }
}

/// A text as the content of an element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_cannot_leave_its_field() {
        assert_eq!(
            super::escaped("a & b</textarea>"),
            "a &amp; b&lt;/textarea>"
        );
    }
}
