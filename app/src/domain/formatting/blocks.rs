//! Paragraphs, quotes and lists.

use super::spans::{FENCE, Span, spans};

/// A part of a text that begins with a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Lines as they are written, with their line ends between them.
    Paragraph(Vec<Span>),
    /// Lines that begin with `> `.
    Quote(Vec<Vec<Span>>),
    /// Lines that begin with `* ` or `- `.
    Bullets(Vec<Vec<Span>>),
    /// Lines that begin with a number, a dot and a space.
    Numbers(Vec<Item>),
}

/// A line of a numbered list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its number as it is written.
    pub number: u32,
    /// What it says.
    pub spans: Vec<Span>,
}

/// What a line is, with what it says behind its mark.
enum Line<'a> {
    Plain,
    Quote(&'a str),
    Bullet(&'a str),
    Number(u32, &'a str),
}

/// Most digits of an item's number.
const DIGITS_MAX: usize = 3;

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Self {
        if let Some(said) = line.strip_prefix("> ") {
            return Self::Quote(said);
        }
        if let Some(said) = line.strip_prefix("* ").or_else(|| line.strip_prefix("- ")) {
            return Self::Bullet(said);
        }
        let Some((digits, said)) = line.split_once(". ") else {
            return Self::Plain;
        };
        let is_number = digits.len() <= DIGITS_MAX && digits.bytes().all(|b| b.is_ascii_digit());
        match digits.parse() {
            Ok(number) if is_number => Self::Number(number, said),
            _ => Self::Plain,
        }
    }
}

/// Reads a text as WhatsApp draws it. Takes time in proportion to its length.
pub fn parse(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut fences = Fences::default();
    let (mut at, mut plain_from) = (0, 0);
    while at <= text.len() {
        let end = line_end(text, at);
        let line = Line::of(&text[at..end]);
        if matches!(line, Line::Plain) {
            at = fences.end_of_lines(text, at, end) + 1;
            continue;
        }
        push_paragraph(&mut blocks, text, plain_from, at);
        push_line(&mut blocks, &line);
        (at, plain_from) = (end + 1, end + 1);
    }
    push_paragraph(&mut blocks, text, plain_from, text.len() + 1);
    blocks
}

fn line_end(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |n| from + n)
}

/// The lines from one place to the line end before another.
fn push_paragraph(blocks: &mut Vec<Block>, text: &str, from: usize, next: usize) {
    // Between two blocks there may be no line at all.
    if from < next {
        let lines = &text[from..next - 1];
        if !lines.is_empty() || !blocks.is_empty() && next <= text.len() {
            blocks.push(Block::Paragraph(spans(lines)));
        }
    }
}

/// Adds a line to the block that it continues, or begins one.
fn push_line(blocks: &mut Vec<Block>, line: &Line<'_>) {
    match (blocks.last_mut(), line) {
        (_, Line::Plain) => {}
        (Some(Block::Quote(lines)), Line::Quote(said))
        | (Some(Block::Bullets(lines)), Line::Bullet(said)) => lines.push(spans(said)),
        (Some(Block::Numbers(items)), Line::Number(number, said)) => items.push(Item {
            number: *number,
            spans: spans(said),
        }),
        (_, Line::Quote(said)) => blocks.push(Block::Quote(vec![spans(said)])),
        (_, Line::Bullet(said)) => blocks.push(Block::Bullets(vec![spans(said)])),
        (_, Line::Number(number, said)) => blocks.push(Block::Numbers(vec![Item {
            number: *number,
            spans: spans(said),
        }])),
    }
}

/// Knows where monospace joins lines: what begins a line inside of it begins no block.
#[derive(Default)]
struct Fences {
    /// No fence closes from here on.
    none_left: bool,
}

impl Fences {
    /// Where the line from `at` to `end` ends, with the lines that monospace joins to it.
    fn end_of_lines(&mut self, text: &str, mut at: usize, mut end: usize) -> usize {
        while let Some(opens) = text[at..end].find(FENCE).filter(|_| !self.none_left) {
            let inside = at + opens + FENCE.len();
            let Some(length) = text[inside..].find(FENCE).filter(|length| *length > 0) else {
                self.none_left = !text[inside..].contains(FENCE);
                at = inside;
                continue;
            };
            at = inside + length + FENCE.len();
            end = line_end(text, at).max(end);
        }
        end
    }
}
