//! How many pages a PDF has, as far as its bytes tell without unpacking them.

/// The longest piece that is looked at together.
const WINDOW: usize = 2048;

/// Counts the page objects of a PDF that passes by.
///
/// A PDF may keep its objects compressed, or hold old versions of them. So pages are counted in two
/// ways, by themselves and by what the root of their tree says (ISO 32000-1, 7.7.3), and told only when
/// both agree.
#[derive(Default)]
pub(super) struct PageCounter {
    /// What was seen and may be the beginning of something.
    rest: Vec<u8>,
    pages: u32,
    /// The largest count of a tree's node.
    largest: u32,
}

impl PageCounter {
    pub(super) fn feed(&mut self, chunk: &[u8]) {
        self.rest.extend_from_slice(chunk);
        if self.rest.len() > 2 * WINDOW {
            let looked_at = self.rest.len() - WINDOW;
            self.look(looked_at);
            self.rest.drain(..looked_at);
        }
    }

    pub(super) fn finish(mut self) -> Option<u32> {
        self.look(self.rest.len());
        (self.pages > 0 && self.pages == self.largest).then_some(self.pages)
    }

    /// Looks at what begins within the first `end` bytes.
    fn look(&mut self, end: usize) {
        let rest = std::mem::take(&mut self.rest);
        let starts = (0..end).filter(|at| rest.get(*at) == Some(&b'/'));
        for at in starts {
            let name = &rest[at..];
            if let Some(kind) = name.strip_prefix(b"/Type") {
                let kind = kind.trim_ascii_start();
                let is_page = kind.strip_prefix(b"/Page").is_some_and(|after| {
                    after
                        .first()
                        .is_none_or(|next| !next.is_ascii_alphanumeric())
                });
                self.pages += u32::from(is_page);
            } else if let Some(count) = name.strip_prefix(b"/Count") {
                let digits = count.trim_ascii_start().iter();
                let digits = digits.take(9).take_while(|byte| byte.is_ascii_digit());
                let count = digits.fold(0, |count, digit| count * 10 + u32::from(digit - b'0'));
                self.largest = self.largest.max(count);
            }
        }
        self.rest = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::pdf;
    use super::*;

    fn pages(file: &[u8], piece: usize) -> Option<u32> {
        let mut counter = PageCounter::default();
        file.chunks(piece).for_each(|chunk| counter.feed(chunk));
        counter.finish()
    }

    #[test]
    fn pages_are_counted_however_the_file_arrives() {
        let file = pdf(120);
        for piece in [1, 7, 1000, file.len()] {
            assert_eq!(pages(&file, piece), Some(120), "{piece}");
        }
    }

    #[test]
    fn a_count_that_two_ways_do_not_agree_on_is_not_told() {
        let with = |root: &str| {
            let file = String::from_utf8(pdf(2)).unwrap();
            pages(file.replace("/Count 2", root).as_bytes(), 50)
        };
        assert_eq!(with("/Count 2"), Some(2));
        assert_eq!(with("/Count 3"), None);
        assert_eq!(with(""), None);
    }
}
