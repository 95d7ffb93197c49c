//! The corpus: what is written, and how it is drawn.

use super::{Block, Item, Span, parse};

/// Each case is a line: what is written, ` => `, how it is drawn. `↵` is a line end, `·` a space where it
/// could be overlooked. Lines that begin with `#` are headings.
const CORPUS: &str = include_str!("corpus.txt");

fn drawn_spans(spans: &[Span]) -> String {
    let draw = |span: &Span| match span {
        Span::Text(text) => text.clone(),
        Span::Bold(inner) => format!("<b>{}</b>", drawn_spans(inner)),
        Span::Italic(inner) => format!("<i>{}</i>", drawn_spans(inner)),
        Span::Struck(inner) => format!("<s>{}</s>", drawn_spans(inner)),
        Span::Code(text) => format!("<code>{text}</code>"),
        Span::Monospace(text) => format!("<mono>{text}</mono>"),
        Span::Link(link) => format!("<a>{link}</a>"),
    };
    spans.iter().map(draw).collect()
}

fn drawn(text: &str) -> String {
    let lines = |tag: &str, lines: &[Vec<Span>]| {
        let line = |spans: &Vec<Span>| format!("<{tag}>{}</{tag}>", drawn_spans(spans));
        lines.iter().map(line).collect::<String>()
    };
    let number = |item: &Item| format!("<{}>{}</{0}>", item.number, drawn_spans(&item.spans));
    let draw = |block: &Block| match block {
        Block::Paragraph(spans) => format!("[{}]", drawn_spans(spans)),
        Block::Quote(quoted) => lines("q", quoted),
        Block::Bullets(items) => lines("li", items),
        Block::Numbers(items) => items.iter().map(number).collect(),
    };
    parse(text).iter().map(draw).collect()
}

#[test]
fn every_case_of_the_corpus_is_drawn_as_it_says() {
    let mut cases = 0;
    let mut wrong = Vec::new();
    for line in CORPUS.lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let plain = |text: &str| text.replace('↵', "\n").replace('·', " ");
        let (written, expected) = line.split_once(" => ").expect("a case has two sides");
        let (written, expected) = (plain(written), plain(expected));
        let drawn = drawn(&written);
        cases += 1;
        if drawn != expected {
            wrong.push(format!("{written:?}\n   is {drawn:?}\n  not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases >= 150, "only {cases} cases");
}
