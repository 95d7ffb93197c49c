//! What the buttons of a page without script do to the answers that its address carries over.

use std::fmt;
use std::str::FromStr;

use super::draft::CarriedOver;
use crate::domain::{MessageContent, SENDERS_MAX, VARIANTS_MAX};

/// The field that names the button.
pub(super) const FIELD: &str = "fazer";

/// The field that numbers the other connections, from 0, whose groups are shown.
pub(super) const SHOWN: &str = "grupos-de";

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlainEdit {
    /// Adds a variant like the one of this number, from 0.
    AddVariant(usize),
    /// Takes the variant of this number out; the first one stays.
    RemoveVariant(usize),
    /// Adds a connection that is still to be chosen.
    AddSender,
    /// Takes the other connection of this number out, from 0.
    RemoveSender(usize),
    /// Shows the groups of the other connection of this number, from 0.
    ShowGroups(usize),
}

impl fmt::Display for PlainEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddVariant(number) => write!(f, "variante-{number}"),
            Self::RemoveVariant(number) => write!(f, "sem-variante-{number}"),
            Self::AddSender => f.write_str("conexao"),
            Self::RemoveSender(number) => write!(f, "sem-conexao-{number}"),
            Self::ShowGroups(number) => write!(f, "grupos-{number}"),
        }
    }
}

/// No button is called so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnknownEdit;

impl FromStr for PlainEdit {
    type Err = UnknownEdit;

    fn from_str(word: &str) -> Result<Self, UnknownEdit> {
        if word == "conexao" {
            return Ok(Self::AddSender);
        }
        let (what, number) = word.rsplit_once('-').ok_or(UnknownEdit)?;
        let number = number.parse().map_err(|_| UnknownEdit)?;
        match what {
            "variante" => Ok(Self::AddVariant(number)),
            "sem-variante" => Ok(Self::RemoveVariant(number)),
            "sem-conexao" => Ok(Self::RemoveSender(number)),
            "grupos" => Ok(Self::ShowGroups(number)),
            _ => Err(UnknownEdit),
        }
    }
}

impl PlainEdit {
    /// Changes the answers.
    pub(super) fn apply(self, answers: &mut CarriedOver) {
        let variants = answers.variants.get_or_insert_default();
        match self {
            Self::AddVariant(number) if variants.len() < VARIANTS_MAX => {
                let like: MessageContent = variants.get(number).cloned().unwrap_or_default();
                variants.push(like);
            }
            Self::RemoveVariant(number) if (1..variants.len()).contains(&number) => {
                variants.remove(number);
            }
            Self::AddSender => {
                let also = answers.also.get_or_insert_default();
                if also.len() + 1 < SENDERS_MAX {
                    also.push(None);
                }
            }
            Self::RemoveSender(number) => {
                let also = answers.also.get_or_insert_default();
                if number < also.len() {
                    also.remove(number);
                }
                // The numbers behind it, and what is looked for under them, are another's now.
                answers.shown.clear();
            }
            Self::ShowGroups(number) => answers.shown.push(number),
            Self::AddVariant(_) | Self::RemoveVariant(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(texts: &[&str]) -> CarriedOver {
        let content = |text: &&str| MessageContent {
            text: (*text).into(),
            media: None,
        };
        CarriedOver {
            variants: Some(texts.iter().map(content).collect()),
            ..CarriedOver::default()
        }
    }

    fn texts(answers: &CarriedOver) -> Vec<&str> {
        let variants = answers.variants.as_deref().unwrap_or_default();
        variants.iter().map(|one| one.text.as_str()).collect()
    }

    #[test]
    fn a_button_is_called_by_what_it_does() {
        for edit in [
            PlainEdit::AddVariant(0),
            PlainEdit::RemoveVariant(9),
            PlainEdit::AddSender,
            PlainEdit::RemoveSender(1),
            PlainEdit::ShowGroups(2),
        ] {
            assert_eq!(edit.to_string().parse(), Ok(edit));
        }
        assert_eq!("variante-x".parse::<PlainEdit>(), Err(UnknownEdit));
        assert_eq!("".parse::<PlainEdit>(), Err(UnknownEdit));
    }

    #[test]
    fn variants_come_and_go_and_the_first_one_stays() {
        let mut form = answers(&["um", "dois"]);
        PlainEdit::AddVariant(1).apply(&mut form);
        assert_eq!(texts(&form), ["um", "dois", "dois"]);
        PlainEdit::RemoveVariant(1).apply(&mut form);
        PlainEdit::RemoveVariant(0).apply(&mut form);
        PlainEdit::RemoveVariant(7).apply(&mut form);
        assert_eq!(texts(&form), ["um", "dois"]);
        for _ in 0..2 * VARIANTS_MAX {
            PlainEdit::AddVariant(0).apply(&mut form);
        }
        assert_eq!(texts(&form).len(), VARIANTS_MAX);
    }

    #[test]
    fn connections_come_and_go() {
        let mut form = answers(&["um"]);
        PlainEdit::AddSender.apply(&mut form);
        assert_eq!(form.also, Some(vec![None]));
        PlainEdit::RemoveSender(3).apply(&mut form);
        PlainEdit::ShowGroups(0).apply(&mut form);
        assert_eq!(form.shown, [0]);
        PlainEdit::RemoveSender(0).apply(&mut form);
        assert_eq!((form.also.as_deref(), form.shown.len()), (Some(&[][..]), 0));
        for _ in 0..2 * SENDERS_MAX {
            PlainEdit::AddSender.apply(&mut form);
        }
        assert_eq!(form.also.map(|also| also.len()), Some(SENDERS_MAX - 1));
    }
}
