//! Reading a text.

use super::template::{NESTING_MAX, Part, Template, is_syntax};
use super::{Place, Variable, WordingFault, WordingProblem};

/// How many problems are told at once: a text that has more has the same ones again.
const PROBLEMS_TOLD: usize = 20;

/// Reads a text; all that is wrong with it, in the order of their places, when it cannot be read.
pub(super) fn parse(source: &str) -> Result<Template, Vec<WordingProblem>> {
    let mut parser = Parser {
        source,
        at: 0,
        depth: 0,
        faults: Vec::new(),
    };
    let parts = parser.sequence();
    let mut faults = parser.faults;
    if faults.is_empty() {
        return Ok(Template(parts));
    }
    faults.sort_by_key(|(at, _)| *at);
    faults.truncate(PROBLEMS_TOLD);
    let problem = |(at, fault)| WordingProblem {
        place: Place::of(source, at),
        fault,
    };
    Err(faults.into_iter().map(problem).collect())
}

/// A recursive descent; the depth is bounded, so the stack is too.
struct Parser<'a> {
    source: &'a str,
    /// The byte that is read next.
    at: usize,
    /// How many choices are open.
    depth: usize,
    /// What is wrong, and at which byte.
    faults: Vec<(usize, WordingFault)>,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// Reads up to the end of an alternative, or of the text outside of all choices.
    fn sequence(&mut self) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut text = String::new();
        loop {
            let among = self.depth > 0;
            let rest = self.rest();
            let says_something = |c| c == '\\' || is_syntax(c, among);
            let plain = rest.find(says_something).unwrap_or(rest.len());
            let (plain, rest) = rest.split_at(plain);
            text.push_str(plain);
            self.at += plain.len();
            match rest.chars().next() {
                Some('\\') => self.backslashes(rest, &mut text),
                Some('{') => {
                    flush(&mut text, &mut parts);
                    parts.extend(self.braces(rest));
                }
                Some('}') if !among => {
                    self.faults.push((self.at, WordingFault::Unopened));
                    self.at += 1;
                }
                _ => break,
            }
        }
        flush(&mut text, &mut parts);
        parts
    }

    /// Before a character of the syntax, two backslashes are one, and one that is left over takes the
    /// character's meaning away. Elsewhere they are what they are.
    fn backslashes(&mut self, rest: &str, text: &mut String) {
        let after = rest.trim_start_matches('\\');
        let count = rest.len() - after.len();
        self.at += count;
        match after.chars().next() {
            Some(next) if is_syntax(next, self.depth > 0) => {
                text.push_str(&"\\".repeat(count / 2));
                if count % 2 == 1 {
                    text.push(next);
                    self.at += next.len_utf8();
                }
            }
            _ => text.push_str(&"\\".repeat(count)),
        }
    }

    fn braces(&mut self, rest: &str) -> Option<Part> {
        match variable_name(rest) {
            Some(name) => self.variable(name),
            None => self.choice(),
        }
    }

    fn variable(&mut self, name: &str) -> Option<Part> {
        let known = Variable::named(name);
        if known.is_none() {
            let nearest = Variable::nearest(name);
            let fault = WordingFault::UnknownVariable { nearest };
            self.faults.push((self.at, fault));
        }
        self.at += name.len() + "{{}}".len();
        known.map(Part::Variable)
    }

    fn choice(&mut self) -> Option<Part> {
        let opened = self.at;
        if self.depth == NESTING_MAX {
            self.faults.push((opened, WordingFault::TooDeep));
            // What follows cannot be told apart any more.
            self.at = self.source.len();
            return None;
        }
        self.at += 1;
        self.depth += 1;
        let mut alternatives = vec![self.sequence()];
        while self.take('|') {
            alternatives.push(self.sequence());
        }
        self.depth -= 1;
        if !self.take('}') {
            let is_told = |(_, fault): &(usize, _)| *fault == WordingFault::TooDeep;
            if !self.faults.iter().any(is_told) {
                self.faults.push((opened, WordingFault::Unclosed));
            }
            return None;
        }
        if alternatives.len() == 1 {
            let inside = self.source.get(opened + 1..self.at - 1).unwrap_or_default();
            let nearest = Variable::nearest(inside);
            let fault = WordingFault::OneAlternative { nearest };
            self.faults.push((opened, fault));
        } else if alternatives.iter().all(Vec::is_empty) {
            self.faults.push((opened, WordingFault::OnlyEmpty));
        }
        Some(Part::Choice(alternatives))
    }

    fn take(&mut self, wanted: char) -> bool {
        let is_next = self.rest().starts_with(wanted);
        if is_next {
            self.at += wanted.len_utf8();
        }
        is_next
    }
}

/// The name in `{{name}}` at the beginning. Alternatives that begin with alternatives look alike, but have
/// a bar or a brace before two closing ones.
fn variable_name(rest: &str) -> Option<&str> {
    let inside = rest.strip_prefix("{{")?;
    let end = inside.find(['{', '}', '|', '\\', '\n'])?;
    let (name, after) = inside.split_at(end);
    (!name.is_empty() && after.starts_with("}}")).then_some(name)
}

fn flush(text: &mut String, parts: &mut Vec<Part>) {
    if !text.is_empty() {
        parts.push(Part::Text(std::mem::take(text)));
    }
}

#[cfg(test)]
mod tests {
    use super::WordingFault as F;
    use super::*;

    /// The line, the column and what is wrong there.
    type Told = (u32, u32, F);

    fn faults(source: &str) -> Vec<Told> {
        let told = |problem: WordingProblem| {
            let Place { line, column } = problem.place;
            (line, column, problem.fault)
        };
        let problems = parse(source).err().unwrap_or_default();
        problems.into_iter().map(told).collect()
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let group = Some(Variable::Group);
        let table: [(&str, Vec<Told>); 13] = [
            ("Olá {{grupo}}, {a|b|{c|d}}", vec![]),
            ("{{a|b}|c} {|d}", vec![]),
            ("Olá\nçã {Oi|Olá", vec![(2, 4, F::Unclosed)]),
            ("{a|{b|c}", vec![(1, 1, F::Unclosed)]),
            ("{a|{b", vec![(1, 1, F::Unclosed), (1, 4, F::Unclosed)]),
            ("fim}", vec![(1, 4, F::Unopened)]),
            (
                "{{gruppo}}",
                vec![(1, 1, F::UnknownVariable { nearest: group })],
            ),
            (
                "{{sobrenome}}",
                vec![(1, 1, F::UnknownVariable { nearest: None })],
            ),
            (
                "Oi {grupo}",
                vec![(1, 4, F::OneAlternative { nearest: group })],
            ),
            ("{}", vec![(1, 1, F::OneAlternative { nearest: None })]),
            ("{|||}", vec![(1, 1, F::OnlyEmpty)]),
            (
                "}{{x}}",
                vec![
                    (1, 1, F::Unopened),
                    (1, 2, F::UnknownVariable { nearest: None }),
                ],
            ),
            (
                "{1|{2|{3|{4|{5|{6|{7|{8|{9|}}}}}}}}}",
                vec![(1, 25, F::TooDeep)],
            ),
        ];
        for (source, expected) in table {
            assert_eq!(faults(source), expected, "{source}");
        }
    }

    #[test]
    fn a_hostile_text_is_read_in_no_time_and_told_briefly() {
        for source in [
            "{".repeat(131_072),
            "}".repeat(131_072),
            "{{".repeat(65_536),
            "{{a".repeat(40_000),
        ] {
            assert!(faults(&source).len() <= PROBLEMS_TOLD);
        }
    }
}
