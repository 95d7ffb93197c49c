//! Names of files, as they come from other people's machines.

use arauto_app::domain::MEDIA_NAME_MAX_CHARS;

/// The name of an uploaded file without the folders that some browsers and programs send along,
/// without characters that would break a header or a line, and short enough to show. `None` when
/// nothing is left.
pub(super) fn clean(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = visible(last);
    let name = name.trim().trim_matches('.').trim();
    Some(shorten(name)).filter(|name| !name.is_empty())
}

/// The name of what a file was turned into.
pub(super) fn with_extension(name: &str, extension: &str) -> String {
    let stem = match name.rsplit_once('.') {
        Some((stem, last)) if !stem.is_empty() && last.chars().count() <= 5 => stem,
        _ => name,
    };
    shorten(&format!("{stem}.{extension}"))
}

/// The name that a person typed for an item; `None` when nothing is left.
pub(super) fn clean_typed(name: &str) -> Option<String> {
    let name = visible(name);
    Some(shorten(name.trim())).filter(|name| !name.is_empty())
}

/// Without control characters and those that reverse the order of what follows them: with the
/// latter `gpj.exe` is shown as `exe.jpg`.
fn visible(name: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    name.chars().filter(|c| !hidden(*c)).collect()
}

/// At most as many characters as a name may have; the extension stays.
fn shorten(name: &str) -> String {
    let length = name.chars().count();
    if length <= MEDIA_NAME_MAX_CHARS {
        return name.to_owned();
    }
    let extension = name
        .rfind('.')
        .map(|dot| &name[dot..])
        .filter(|extension| extension.chars().count() <= 10)
        .unwrap_or_default();
    let stem = MEDIA_NAME_MAX_CHARS - extension.chars().count();
    name.chars().take(stem).chain(extension.chars()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folders_controls_and_reversed_text_are_taken_out() {
        for (name, cleaned) in [
            ("foto.jpg", "foto.jpg"),
            ("../../etc/passwd", "passwd"),
            (
                "C:\\Users\\Ana\\Promoção de maio.png",
                "Promoção de maio.png",
            ),
            ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie: x=1.jpg"),
            ("\u{202e}gpj.exe", "gpj.exe"),
            ("  foto.jpg  ", "foto.jpg"),
        ] {
            assert_eq!(clean(name).as_deref(), Some(cleaned), "{name:?}");
        }
        for name in ["", "  ", "..", "fotos/", "\u{0}\u{7f}"] {
            assert_eq!(clean(name), None, "{name:?}");
        }
    }

    #[test]
    fn a_slash_that_a_person_typed_is_theirs() {
        assert_eq!(clean_typed(" Maio/Junho ").as_deref(), Some("Maio/Junho"));
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = clean(&format!("{}.jpeg", "ã".repeat(300))).unwrap();
        assert_eq!(name.chars().count(), MEDIA_NAME_MAX_CHARS);
        assert!(name.ends_with("ã.jpeg"));
    }

    proptest! {
        #[test]
        fn no_name_is_too_long_or_holds_a_path(name in ".{0,400}") {
            if let Some(name) = clean(&name) {
                prop_assert!((1..=MEDIA_NAME_MAX_CHARS).contains(&name.chars().count()));
                prop_assert!(!name.contains(['/', '\\', '\n', '\r', '\0']));
            }
        }
    }
}
