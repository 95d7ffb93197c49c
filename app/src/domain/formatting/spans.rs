//! Formatting within a paragraph: `*bold*`, `_italic_`, `~struck~`, `` `code` ``, ```` ```monospace``` ````
//! and links.
//!
//! A mark opens after anything but a letter or digit and before anything but a space, closes the other way
//! around, and spans one line only. Monospace may span lines; neither it nor code nor a link holds other
//! formatting.

use super::links::link_at;

/// A piece of a formatted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// As it is written; may hold line ends.
    Text(String),
    /// Between `*`.
    Bold(Vec<Span>),
    /// Between `_`.
    Italic(Vec<Span>),
    /// Between `~`.
    Struck(Vec<Span>),
    /// Between single backticks.
    Code(String),
    /// Between triple backticks.
    Monospace(String),
    /// An address that one can open.
    Link(String),
}

/// Reads the spans of a paragraph. Takes time in proportion to its length.
pub(super) fn spans(text: &str) -> Vec<Span> {
    parse_within(text, &[])
}

const MARKS: [char; 3] = ['*', '_', '~'];
pub(super) const FENCE: &str = "```";

fn parse_within(text: &str, open: &[char]) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut searches = Searches::default();
    let (mut plain_from, mut at, mut before) = (0, 0, None);
    while let Some(character) = text[at..].chars().next() {
        if let Some((span, end)) = span_at(text, at, before, open, &mut searches) {
            push_text(&mut spans, &text[plain_from..at]);
            spans.push(span);
            (plain_from, at) = (end, end);
        } else {
            at += character.len_utf8();
        }
        before = Some(character);
    }
    push_text(&mut spans, &text[plain_from..]);
    spans
}

fn push_text(spans: &mut Vec<Span>, text: &str) {
    if !text.is_empty() {
        spans.push(Span::Text(text.to_owned()));
    }
}

/// The span that begins at `at`, and where it ends.
fn span_at(
    text: &str,
    at: usize,
    before: Option<char>,
    open: &[char],
    searches: &mut Searches,
) -> Option<(Span, usize)> {
    let rest = &text[at..];
    let mark = rest.chars().next()?;
    if mark == '`' {
        return verbatim_at(text, at, searches);
    }
    if before.is_none_or(may_stand_before_a_link)
        && let Some(link) = link_at(rest)
    {
        return Some((Span::Link(link.to_owned()), at + link.len()));
    }
    if !MARKS.contains(&mark) || open.contains(&mark) || before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let inside = at + mark.len_utf8();
    if text[inside..].chars().next()?.is_whitespace() {
        return None;
    }
    let end = searches.closing(text, inside, mark)?;
    // A row of marks encloses nothing.
    if text[inside..end].chars().all(|within| within == mark) {
        return None;
    }
    let inner = parse_within(&text[inside..end], &[open, &[mark]].concat());
    let span = match mark {
        '*' => Span::Bold(inner),
        '_' => Span::Italic(inner),
        _ => Span::Struck(inner),
    };
    Some((span, end + mark.len_utf8()))
}

/// An address goes on after these, it does not begin.
fn may_stand_before_a_link(before: char) -> bool {
    !before.is_alphanumeric() && !matches!(before, '@' | '.' | '-' | '/')
}

/// Code or monospace that begins at `at`, and where it ends.
fn verbatim_at(text: &str, at: usize, searches: &mut Searches) -> Option<(Span, usize)> {
    if text[at..].starts_with(FENCE) {
        let inside = at + FENCE.len();
        if let Some(end) = searches.fence(text, inside) {
            return Some((
                Span::Monospace(text[inside..end].to_owned()),
                end + FENCE.len(),
            ));
        }
    }
    let inside = at + 1;
    if text[inside..].starts_with('`') {
        return None;
    }
    let end = searches.closing(text, inside, '`')?;
    Some((Span::Code(text[inside..end].to_owned()), end + 1))
}

/// Remembers where searches for a closing mark failed: what found none before the end of a line
/// need not be looked for again in that line, whatever opens there.
#[derive(Default)]
struct Searches {
    failed_before: [usize; 4],
    no_fence: bool,
}

impl Searches {
    /// Where the mark that closes what opened just before `from` is.
    fn closing(&mut self, text: &str, from: usize, mark: char) -> Option<usize> {
        let slot = MARKS.iter().position(|known| *known == mark).unwrap_or(3);
        if from < self.failed_before[slot] {
            return None;
        }
        let line_end = text[from..].find('\n').map_or(text.len(), |n| from + n);
        let line = &text[from..line_end];
        let closes = |offset: usize| {
            let last_inside = line[..offset].chars().next_back();
            let after = line[offset + 1..].chars().next();
            last_inside.is_some_and(|c| !c.is_whitespace())
                && (mark == '`' || !after.is_some_and(char::is_alphanumeric))
        };
        let found = line
            .match_indices(mark)
            .map(|(offset, _)| offset)
            .find(|&offset| closes(offset));
        if found.is_none() {
            self.failed_before[slot] = line_end;
        }
        found.map(|offset| from + offset)
    }

    fn fence(&mut self, text: &str, from: usize) -> Option<usize> {
        if self.no_fence {
            return None;
        }
        let found = text[from..].find(FENCE).filter(|offset| *offset > 0);
        self.no_fence = found.is_none();
        found.map(|offset| from + offset)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Span {
        Span::Text(text.to_owned())
    }

    /// Writes spans as they would be typed.
    fn typed(spans: &[Span]) -> String {
        spans
            .iter()
            .map(|span| match span {
                Span::Text(text) => text.clone(),
                Span::Bold(inner) => format!("*{}*", typed(inner)),
                Span::Italic(inner) => format!("_{}_", typed(inner)),
                Span::Struck(inner) => format!("~{}~", typed(inner)),
                Span::Code(code) => format!("`{code}`"),
                Span::Monospace(code) => format!("```{code}```"),
                Span::Link(link) => link.clone(),
            })
            .collect()
    }

    #[test]
    fn marks_format_what_they_enclose_and_nest() {
        assert_eq!(
            spans("Só *hoje*: _de ~R$ 10~ por *R$ 8*_!"),
            [
                text("Só "),
                Span::Bold(vec![text("hoje")]),
                text(": "),
                Span::Italic(vec![
                    text("de "),
                    Span::Struck(vec![text("R$ 10")]),
                    text(" por "),
                    Span::Bold(vec![text("R$ 8")]),
                ]),
                text("!"),
            ]
        );
    }

    #[test]
    fn marks_inside_of_words_beside_spaces_or_across_lines_are_text() {
        for plain in [
            "2*3*4",
            "* item *",
            "*a\nb*",
            "nome_do_arquivo",
            "**",
            "*",
            "``",
            "``````",
        ] {
            assert_eq!(spans(plain), [text(plain)], "{plain:?}");
        }
    }

    #[test]
    fn monospace_spans_lines_and_keeps_marks() {
        assert_eq!(
            spans("```a *b*\nc``` e `*d*`"),
            [
                Span::Monospace("a *b*\nc".into()),
                text(" e "),
                Span::Code("*d*".into())
            ]
        );
    }

    #[test]
    fn a_text_full_of_marks_that_never_close_is_read_quickly() {
        let hostile = ".*a._b.~c.`".repeat(6_000);
        // In quadratic time this would take minutes.
        assert_eq!(typed(&spans(&hostile)), hostile);
    }

    proptest! {
        #[test]
        fn nothing_that_was_typed_is_lost(written in "[ab*_~` \n.é]{0,60}") {
            prop_assert_eq!(typed(&spans(&written)), written);
        }
    }
}
