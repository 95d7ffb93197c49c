//! A text that was read, and how it is written.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use super::parser;
use super::{Generator, Seed, Values, Variable, WordingProblem};

/// How deep alternatives may be within alternatives.
pub const NESTING_MAX: usize = 8;
/// Most characters of a text as it is written, with all of its alternatives.
pub const WORDING_MAX_CHARS: usize = 131_072;

/// A text with variables and alternatives. [`Display`](fmt::Display) writes what [`FromStr`] reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template(pub(super) Vec<Part>);

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Leaves as it is.
    Text(String),
    /// Stands for something that differs from message to message.
    Variable(Variable),
    /// One of these, two at least.
    Choice(Vec<Vec<Part>>),
}

impl FromStr for Template {
    type Err = Vec<WordingProblem>;

    /// Reads a text.
    ///
    /// # Errors
    /// All that is wrong with it, in the order of their places.
    fn from_str(source: &str) -> Result<Self, Self::Err> {
        parser::parse(source)
    }
}

/// Writes a text so that every brace in it is meant as such.
pub fn literal(text: &str) -> String {
    Template(vec![Part::Text(text.to_owned())]).to_string()
}

/// The text of a message: the same one for the same arguments, for ever.
///
/// What a variable stands for is never read again: a group called `{a|b}` keeps its name.
pub fn resolve(template: &Template, seed: Seed, values: &Values) -> String {
    let mut text = String::new();
    say(&template.0, &mut Generator::new(seed), values, &mut text);
    text
}

/// Draws of every choice on the way, in the order of the text.
fn say(parts: &[Part], generator: &mut Generator, values: &Values, text: &mut String) {
    for part in parts {
        match part {
            Part::Text(plain) => text.push_str(plain),
            Part::Variable(variable) => text.push_str(values.of(*variable)),
            Part::Choice(alternatives) => {
                let drawn = generator.below(alternatives.len());
                if let Some(chosen) = alternatives.get(drawn) {
                    say(chosen, generator, values, text);
                }
            }
        }
    }
}

/// Whether a character says something to the parser.
pub(super) const fn is_syntax(character: char, among_alternatives: bool) -> bool {
    matches!(character, '{' | '}') || (among_alternatives && character == '|')
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_parts(f, &self.0, false)
    }
}

fn write_parts(f: &mut fmt::Formatter<'_>, parts: &[Part], among: bool) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) => {
                let is_last = index + 1 == parts.len();
                write_text(f, text, among, among || !is_last)?;
            }
            Part::Variable(variable) => write!(f, "{{{{{}}}}}", variable.name())?,
            Part::Choice(alternatives) => {
                for (index, alternative) in alternatives.iter().enumerate() {
                    f.write_char(if index == 0 { '{' } else { '|' })?;
                    write_parts(f, alternative, true)?;
                }
                f.write_char('}')?;
            }
        }
    }
    Ok(())
}

/// Backslashes are doubled where they would say something: before a character of the syntax, be it
/// the text's own or the one that follows it.
fn write_text(
    f: &mut fmt::Formatter<'_>,
    text: &str,
    among: bool,
    before_syntax: bool,
) -> fmt::Result {
    let mut backslashes = 0;
    for character in text.chars() {
        if character == '\\' {
            backslashes += 1;
        } else {
            if is_syntax(character, among) {
                f.write_str(&"\\".repeat(backslashes + 1))?;
            }
            backslashes = 0;
        }
        f.write_char(character)?;
    }
    if before_syntax {
        f.write_str(&"\\".repeat(backslashes))?;
    }
    Ok(())
}

#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Timestamp, Zone, ZoneName};

    fn values() -> Values {
        let zone = Zone::embedded(&ZoneName::default()).unwrap();
        // 25 November 2026, 14:30:59 in Brasília.
        let at = Timestamp::from_seconds(1_795_627_859);
        Values::at("Bairro {A|B}", "Loja", &zone, at)
    }

    /// These outcomes are stored history: a change of one is a change of what people were sent.
    #[test]
    fn outcomes_are_the_same_in_every_version() {
        let table = [
            ("Promoção!", 1, "Promoção!"),
            (
                "{Oi|Olá|{Bom dia|Boa tarde}}, {{grupo}}",
                0,
                "Bom dia, Bairro {A|B}",
            ),
            (
                "{Oi|Olá|{Bom dia|Boa tarde}}, {{grupo}}",
                1,
                "Olá, Bairro {A|B}",
            ),
            (
                "{Oi|Olá|{Bom dia|Boa tarde}}, {{grupo}}",
                2,
                "Olá, Bairro {A|B}",
            ),
            (
                "{Oi|Olá|{Bom dia|Boa tarde}}, {{grupo}}",
                3,
                "Oi, Bairro {A|B}",
            ),
            ("{a|b|c|d|e|f}{a|b|c|d|e|f}{a|b|c|d|e|f}", u64::MAX, "ffb"),
            ("{{data}} {{hora}} {{Conexão}}", 7, "25/11/2026 14:30 Loja"),
            (r"\{{a|b\|c}\}", 5, "{a}"),
        ];
        for (text, seed, outcome) in table {
            let template: Template = text.parse().unwrap();
            let told = resolve(&template, Seed::new(seed), &values());
            assert_eq!(told, outcome, "{text} with {seed}");
        }
    }

    #[test]
    fn a_literal_text_says_what_it_said() {
        for text in ["a {b} c", r"\{", r"a\b\\}", "Oi | Olá", "{", r"fim\"] {
            let template: Template = literal(text).parse().unwrap();
            assert_eq!(resolve(&template, Seed::default(), &values()), text);
        }
    }
}
