//! The question after a long outage, with its two answers.

use leptos::prelude::*;

use super::sentences::{Label, Sentence, Tone};
use super::time::duration;
use super::{Dialog, DialogButton, Icon, Notice};
use crate::api::{OutageQuestion, SettleOutage};
use crate::domain::ConnectionId;

/// What the owner is asked: how long the connection was away, and how much waits.
fn sentence(name: String, question: &OutageQuestion) -> Sentence {
    let span = duration(question.outage.length());
    let waiting = say!(outage.waiting, count = question.backlog.pending);
    Sentence::new(
        say!(outage.back, name = name, span = span),
        format!("{waiting} {}", say!(outage.choose)),
    )
}

/// What remains of a run when the rest of it is dropped.
fn remainder(question: &OutageQuestion) -> Option<String> {
    let count = question.backlog.handed_over;
    (count > 0).then(|| say!(outage.drop_handed_over, count = count))
}

/// A page may ask about several connections.
fn dialog_id(connection: ConnectionId) -> String {
    format!("descartar-{connection}")
}

/// Asks, for as long as the question is open.
#[component]
pub(crate) fn OutageNotice(
    /// The connection.
    connection: ConnectionId,
    /// Its name.
    #[prop(into)]
    name: Signal<String>,
    /// The question; `None` when there is none (any more).
    #[prop(into)]
    question: Signal<Option<OutageQuestion>>,
    /// Carries out the answer. The page shows its error and reads again after it.
    settle: ServerAction<SettleOutage>,
) -> impl IntoView {
    let is_asked = Memo::new(move |_| question.with(Option::is_some));
    let words = Signal::derive(move || {
        let question = question.get();
        question.map(|question| sentence(name.get(), &question))
    });
    let label = Label {
        tone: Tone::Warn,
        icon: "duvida",
        word: "",
    };
    let pending = settle.pending();
    move || {
        is_asked.get().then(|| {
            view! {
                <Notice
                    sentence=Signal::derive(move || words.get().unwrap_or_default())
                    label=Signal::stored(label)
                >
                    <ActionForm action=settle>
                        <Which connection question />
                        <button
                            class="btn primary"
                            name="choice"
                            value="send"
                            disabled=move || pending.get()
                        >
                            <Icon name="enviar" />
                            {say!(outage.send)}
                        </button>
                    </ActionForm>
                    <DialogButton dialog=dialog_id(connection) label=say!(outage.drop) icon="pulado" />
                </Notice>
                <DropDialog connection question settle />
            }
        })
    }
}

/// Which question a form answers.
#[component]
fn Which(connection: ConnectionId, question: Signal<Option<OutageQuestion>>) -> impl IntoView {
    let back_at = move || {
        let question = question.get();
        question.map(|question| question.outage.back_at.as_millis().to_string())
    };
    view! {
        <input type="hidden" name="connection" value=connection.to_string() />
        <input type="hidden" name="back_at" value=back_at />
    }
}

/// Asks before the messages are dropped, and says what remains.
#[component]
fn DropDialog(
    connection: ConnectionId,
    question: Signal<Option<OutageQuestion>>,
    settle: ServerAction<SettleOutage>,
) -> impl IntoView {
    let pending = settle.pending();
    let title = Signal::derive(move || {
        let question = question.get();
        question
            .map(|question| say!(outage.drop_title, count = question.backlog.pending))
            .unwrap_or_default()
    });
    let remains = move || question.with(|question| question.as_ref().and_then(remainder));
    view! {
        <Dialog id=dialog_id(connection) title>
            <p class="note">{say!(outage.drop_text)}</p>
            {move || remains().map(|words| view! { <p class="note">{words}</p> })}
            <ActionForm action=settle>
                <Which connection question />
                <div class="actions">
                    <DialogButton dialog=dialog_id(connection) label=say!(common.back) />
                    <button
                        class="btn danger primary"
                        name="choice"
                        value="drop"
                        disabled=move || pending.get()
                    >
                        {say!(outage.drop_confirm)}
                    </button>
                </div>
            </ActionForm>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Backlog, Outage, OutageChoice, Timestamp};

    fn question(pending: u32, handed_over: u32) -> OutageQuestion {
        let lost_at = Timestamp::from_seconds(1_795_359_600);
        OutageQuestion {
            outage: Outage {
                lost_at,
                back_at: lost_at.plus(std::time::Duration::from_mins(42)),
                dropping: false,
            },
            backlog: Backlog {
                pending,
                handed_over,
                waiting_since: Some(lost_at),
            },
        }
    }

    #[test]
    fn the_question_says_how_long_and_how_many() {
        let asked = sentence("Loja".into(), &question(37, 0));
        assert_eq!(
            asked.title,
            "A conexão Loja voltou depois de 42 min fora do ar"
        );
        assert!(asked.text.starts_with("37 mensagens esperam."));
        let one = sentence("Loja".into(), &question(1, 0));
        assert!(one.text.starts_with("1 mensagem espera."));
    }

    #[test]
    fn what_may_have_arrived_already_is_told_before_the_rest_is_dropped() {
        assert_eq!(remainder(&question(37, 0)), None);
        let words = remainder(&question(37, 2)).unwrap();
        assert!(words.starts_with("2 mensagens já foram entregues"));
    }

    #[test]
    fn the_forms_name_choices_as_the_server_function_reads_them() {
        for (choice, word) in [(OutageChoice::Send, "send"), (OutageChoice::Drop, "drop")] {
            assert_eq!(serde_json::to_value(choice).unwrap(), word);
        }
    }
}
