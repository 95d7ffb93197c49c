//! What did not arrive, and what its owner can do about it.

use leptos::prelude::*;

use crate::api::{RepeatRun, RunView};
use crate::components::sentences::{Label, Sentence, Tone, failure_reason, repeat_obstacle};
use crate::components::{Dialog, DialogButton, Icon, Notice};
use crate::domain::{RepeatAction, Repeatable, RunId};

const DIALOG: &str = "reenviar-sem-confirmacao";

/// What can be sent again, with its buttons, and what cannot, with its reasons.
#[component]
pub(super) fn Repeat(view: Signal<RunView>, action: ServerAction<RepeatRun>) -> impl IntoView {
    let repeatable = Memo::new(move |_| view.with(|view| view.repeatable.clone()));
    let asked = Asked {
        id: view.with_untracked(|view| view.run.id),
        seen: Memo::new(move |_| view.with(|view| view.run.reopened)),
        action,
    };
    let is_blocked = Memo::new(move |_| repeatable.with(|found| found.obstacle.is_some()));
    let unanswered = Memo::new(move |_| repeatable.with(|found| found.unanswered));
    let failures = Memo::new(move |_| repeatable.with(|found| found.failures));
    view! {
        {move || (unanswered.get() > 0).then(|| view! { <Unanswered unanswered is_blocked asked /> })}
        {move || {
            (failures.get() > 0 && !is_blocked.get())
                .then(|| {
                    view! {
                        <div class="actions">
                            <OneButton
                                asked
                                wanted=RepeatAction::Failures
                                icon="enviar"
                                label=Signal::derive(move || {
                                    say!(repeat.failures, n = failures.get())
                                })
                            />
                        </div>
                    }
                })
        }}
        {move || repeatable.with(explained)}
    }
}

/// What the forms of the section post, and to what.
#[derive(Clone, Copy)]
struct Asked {
    id: RunId,
    seen: Memo<u32>,
    action: ServerAction<RepeatRun>,
}

/// What nobody answered: it may have arrived, so its owner decides.
#[component]
fn Unanswered(unanswered: Memo<u32>, is_blocked: Memo<bool>, asked: Asked) -> impl IntoView {
    let sentence = Signal::derive(move || {
        Sentence::new(
            say!(repeat.unanswered, count = unanswered.get()),
            say!(repeat.unanswered_text),
        )
    });
    let label = Label {
        tone: Tone::Warn,
        icon: "duvida",
        word: "",
    };
    view! {
        <Notice sentence label=Signal::stored(label)>
            <OneButton
                asked
                wanted=RepeatAction::Presume
                icon="certo"
                label=Signal::stored(say!(repeat.presume).to_owned())
            />
            {move || {
                (!is_blocked.get())
                    .then(|| {
                        view! {
                            <DialogButton
                                dialog=DIALOG
                                label=say!(repeat.send_again)
                                icon="enviar"
                            />
                        }
                    })
            }}
        </Notice>
        <Dialog
            id=DIALOG
            title=Signal::derive(move || say!(repeat.again_title, count = unanswered.get()))
        >
            <p class="note">{say!(repeat.again_text)}</p>
            <div class="actions">
                <DialogButton dialog=DIALOG label=say!(common.back) />
                <OneButton
                    asked
                    wanted=RepeatAction::Unanswered
                    icon="enviar"
                    label=Signal::stored(say!(repeat.send_again).to_owned())
                />
            </div>
        </Dialog>
    }
}

/// A form with one button.
#[component]
fn OneButton(
    asked: Asked,
    wanted: RepeatAction,
    icon: &'static str,
    #[prop(into)] label: Signal<String>,
) -> impl IntoView {
    let Asked { id, seen, action } = asked;
    let pending = action.pending();
    view! {
        <ActionForm action>
            <input type="hidden" name="id" value=id.to_string() />
            <input type="hidden" name="action" value=wanted.as_str() />
            <input type="hidden" name="seen" value=move || seen.get().to_string() />
            <button class="btn" disabled=move || pending.get()>
                <Icon name=icon />
                {move || label.get()}
            </button>
        </ActionForm>
    }
}

/// What is not sent again, and why.
fn explained(found: &Repeatable) -> Option<AnyView> {
    let reasons: Vec<String> = found
        .pointless
        .iter()
        .map(|(why, n)| {
            let sentence = failure_reason(*why);
            say!(repeat.pointless_reason, n = *n, why = sentence.title)
        })
        .collect();
    let obstacle = found.obstacle.map(repeat_obstacle);
    if reasons.is_empty() && obstacle.is_none() {
        return None;
    }
    let obstacle = obstacle.map(|sentence| {
        view! {
            <p class="note">
                <strong>{sentence.title}</strong>
                " "
                {sentence.text}
            </p>
        }
    });
    let pointless = (!reasons.is_empty()).then(|| {
        view! {
            <p class="note">{say!(repeat.pointless)} " " {reasons.join(" · ")}</p>
        }
    });
    Some(view! { <div>{obstacle} {pointless}</div> }.into_any())
}
