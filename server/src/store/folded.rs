//! Text as searches read it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text without case, accents and lettering: `𝐏𝐀̃𝐎 da Vovó` reads as `pao da vovo`. Names of
/// groups are full of all three, and nobody types them into a search. Control characters go too, so
/// that what separates fields (see [`place`]) is none of them.
pub fn folded(text: &str) -> String {
    text.trim()
        .nfkd()
        .filter(|char| !is_combining_mark(*char) && !char.is_control())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A folded subject and an address as one text, which sorts by the one and then by the other.
pub(super) fn place(subject: &str, jid: &str) -> String {
    format!("{subject}\u{1}{jid}")
}

#[cfg(test)]
mod tests {
    use super::{folded, place};

    #[test]
    fn case_accents_and_lettering_do_not_matter() {
        assert_eq!(folded("  PÃO da Vovó "), "pao da vovo");
        assert_eq!(folded("Pa\u{303}o"), "pao");
        assert_eq!(folded("𝐎𝐟𝐞𝐫𝐭𝐚𝐬 ＬＯＪＡ"), "ofertas loja");
        assert_eq!(folded("💬 çÇñ\u{7}"), "💬 ccn");
    }

    #[test]
    fn places_sort_by_subject_first() {
        let mut places = [("pao b", "1"), ("pao", "9"), ("", "5"), ("pao", "10")];
        places.sort_unstable();
        let mut joined = places.map(|(subject, jid)| place(subject, jid));
        joined.sort_unstable();
        assert_eq!(joined, places.map(|(subject, jid)| place(subject, jid)));
    }
}
