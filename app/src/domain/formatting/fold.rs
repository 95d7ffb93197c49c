//! What a phone shows of a long text before "Ler mais".

use super::{Block, Item, Span};

/// Most characters that a bubble shows of a text until somebody asks for the rest: as WhatsApp's clients
/// are seen to do it.
pub const SHOWN_CHARS: usize = 768;

/// How far before the end a word may begin that is left out rather than cut.
const WORD_CHARS: usize = 32;

/// The beginning of a text that is too long to be shown at once; `None` for one that is shown whole.
pub fn fold(blocks: &[Block]) -> Option<Vec<Block>> {
    let mut left = Left(SHOWN_CHARS);
    let shown = left.blocks(blocks);
    (left.0 == 0 && shown != blocks).then_some(shown)
}

/// How many characters may still be shown.
struct Left(usize);

impl Left {
    fn blocks(&mut self, blocks: &[Block]) -> Vec<Block> {
        self.while_any_is_left(blocks, |left, block| match block {
            Block::Paragraph(spans) => Block::Paragraph(left.spans(spans)),
            Block::Quote(lines) => Block::Quote(left.lines(lines)),
            Block::Bullets(lines) => Block::Bullets(left.lines(lines)),
            Block::Numbers(items) => {
                Block::Numbers(left.while_any_is_left(items, |left, item| Item {
                    number: item.number,
                    spans: left.spans(&item.spans),
                }))
            }
        })
    }

    fn lines(&mut self, lines: &[Vec<Span>]) -> Vec<Vec<Span>> {
        self.while_any_is_left(lines, |left, spans| left.spans(spans))
    }

    fn spans(&mut self, spans: &[Span]) -> Vec<Span> {
        self.while_any_is_left(spans, |left, span| match span {
            Span::Text(text) => Span::Text(left.text(text)),
            Span::Bold(inner) => Span::Bold(left.spans(inner)),
            Span::Italic(inner) => Span::Italic(left.spans(inner)),
            Span::Struck(inner) => Span::Struck(left.spans(inner)),
            Span::Code(text) => Span::Code(left.text(text)),
            Span::Monospace(text) => Span::Monospace(left.text(text)),
            Span::Link(link) => Span::Link(left.text(link)),
        })
    }

    fn while_any_is_left<T>(&mut self, parts: &[T], take: impl Fn(&mut Self, &T) -> T) -> Vec<T> {
        let mut taken = Vec::new();
        for part in parts {
            if self.0 == 0 {
                break;
            }
            taken.push(take(self, part));
        }
        taken
    }

    /// As much of a text as may be shown, to the end of a word where one is near.
    fn text(&mut self, text: &str) -> String {
        let Some((end, _)) = text.char_indices().nth(self.0) else {
            self.0 -= text.chars().count();
            return text.to_owned();
        };
        self.0 = 0;
        let shown = &text[..end];
        let mut last = shown.char_indices().rev().take(WORD_CHARS);
        let word = last.find(|(_, character)| character.is_whitespace());
        shown[..word.map_or(end, |(at, _)| at)].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn what_fits_is_shown_whole() {
        assert_eq!(fold(&parse("Oi, *gente*")), None);
        let exactly = "a".repeat(SHOWN_CHARS);
        assert_eq!(fold(&parse(&exactly)), None);
        assert_eq!(
            fold(&parse(&format!("*{exactly}*"))),
            None,
            "marks are not shown"
        );
    }

    #[test]
    fn a_long_text_ends_with_a_whole_word() {
        let text = format!("{} fim", "palavra ".repeat(200));
        let folded = fold(&parse(&text)).unwrap();
        let [Block::Paragraph(spans)] = &folded[..] else {
            panic!("{folded:?}");
        };
        let [Span::Text(shown)] = &spans[..] else {
            panic!("{spans:?}");
        };
        assert!(shown.ends_with("palavra"), "{shown}");
        assert!(shown.chars().count() <= SHOWN_CHARS);
        let no_word = "á".repeat(SHOWN_CHARS + 1);
        let folded = fold(&parse(&no_word)).unwrap();
        let cut = Span::Text("á".repeat(SHOWN_CHARS));
        assert_eq!(folded, [Block::Paragraph(vec![cut])]);
    }

    #[test]
    fn formatting_that_is_cut_stays_formatting() {
        let text = format!("*{}*\n- outro", "negrito ".repeat(200).trim_end());
        let folded = fold(&parse(&text)).unwrap();
        assert!(
            matches!(&folded[..], [Block::Paragraph(spans)] if matches!(spans[..], [Span::Bold(_)])),
            "{folded:?}"
        );
    }

    #[test]
    fn what_comes_after_the_last_character_is_folded_away() {
        let text = format!("{}\n- um\n- dois", "a".repeat(SHOWN_CHARS));
        let folded = fold(&parse(&text)).unwrap();
        assert_eq!(folded.len(), 1);
        let list = (0..SHOWN_CHARS).map(|_| "- ab\n").collect::<String>();
        let folded = fold(&parse(&list)).unwrap();
        let [Block::Bullets(items)] = &folded[..] else {
            panic!("{folded:?}");
        };
        assert_eq!(items.len(), SHOWN_CHARS / 2);
    }
}
