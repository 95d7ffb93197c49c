//! What can be said of all outcomes of a text together.

use super::template::{Part, Template};

impl Template {
    /// How many different ways lead through its alternatives; [`u64::MAX`] when there are more than that.
    pub fn variations(&self) -> u64 {
        variations(&self.0)
    }

    /// How many characters the longest outcome has, however long what the variables stand for is.
    pub fn longest(&self) -> usize {
        longest(&self.0)
    }

    /// Whether some outcome is nothing but blanks.
    pub fn can_be_blank(&self) -> bool {
        can_be_blank(&self.0)
    }

    /// Whether every outcome is nothing but blanks.
    pub fn is_blank(&self) -> bool {
        is_blank(&self.0)
    }
}

fn variations(parts: &[Part]) -> u64 {
    let of_part = |part: &Part| match part {
        Part::Text(_) | Part::Variable(_) => 1,
        Part::Choice(alternatives) => {
            let of_each = alternatives
                .iter()
                .map(|alternative| variations(alternative));
            of_each.fold(0, u64::saturating_add)
        }
    };
    parts.iter().map(of_part).fold(1, u64::saturating_mul)
}

fn longest(parts: &[Part]) -> usize {
    let of_part = |part: &Part| match part {
        Part::Text(text) => text.chars().count(),
        Part::Variable(variable) => variable.longest(),
        Part::Choice(alternatives) => {
            let of_each = alternatives.iter().map(|alternative| longest(alternative));
            of_each.max().unwrap_or_default()
        }
    };
    parts.iter().map(of_part).fold(0, usize::saturating_add)
}

fn can_be_blank(parts: &[Part]) -> bool {
    parts.iter().all(|part| match part {
        Part::Text(text) => text.trim().is_empty(),
        Part::Variable(_) => false,
        Part::Choice(alternatives) => alternatives.iter().any(|parts| can_be_blank(parts)),
    })
}

fn is_blank(parts: &[Part]) -> bool {
    parts.iter().all(|part| match part {
        Part::Text(text) => text.trim().is_empty(),
        Part::Variable(_) => false,
        Part::Choice(alternatives) => alternatives.iter().all(|parts| is_blank(parts)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variations_lengths_and_blanks() {
        // Text, variations, longest, can be blank, is blank.
        let table = [
            ("", 1, 0, true, true),
            ("Oi", 1, 2, false, false),
            ("{Oi|Olá|{Bom dia|Boa tarde}} {a|b}", 8, 11, false, false),
            ("{{grupo}} às {{hora}}", 1, 109, false, false),
            ("{|Oi} ", 2, 3, true, false),
            (" {| }", 2, 2, true, true),
            (r"\{a|b\}", 1, 5, false, false),
        ];
        for (text, variations, longest, can_be_blank, is_blank) in table {
            let template: Template = text.parse().unwrap();
            assert_eq!(template.variations(), variations, "{text}");
            assert_eq!(template.longest(), longest, "{text}");
            assert_eq!(template.can_be_blank(), can_be_blank, "{text}");
            assert_eq!(template.is_blank(), is_blank, "{text}");
        }
    }

    #[test]
    fn more_variations_than_a_number_holds_are_as_many_as_it_holds() {
        let template: Template = "{a|b}".repeat(65).parse().unwrap();
        assert_eq!(template.variations(), u64::MAX);
    }
}
