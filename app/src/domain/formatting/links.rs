//! Addresses that WhatsApp makes a link of.

/// How an address may begin.
const BEGINNINGS: [&str; 3] = ["https://", "http://", "www."];

/// The last part of a name that makes an address of it without such a beginning. There are thousands; these
/// are the ones that people write.
const ENDINGS: [&str; 12] = [
    "app", "br", "com", "gov", "info", "io", "me", "net", "online", "org", "shop", "store",
];

/// Most bytes of a site's name (RFC 1035).
const NAME_MAX: usize = 253;

/// The link that a text begins with: an address up to the next space, without the punctuation and the
/// marks that end it. What is no link is found out from its beginning alone, however long the text is.
pub(super) fn link_at(text: &str) -> Option<&str> {
    if !begins_with_scheme(text) && !begins_with_name(text) {
        return None;
    }
    let word = text.split(char::is_whitespace).next()?;
    Some(word.trim_end_matches(ends_a_sentence))
}

fn begins_with_scheme(text: &str) -> bool {
    BEGINNINGS.iter().any(|beginning| {
        let Some((begun, rest)) = text.split_at_checked(beginning.len()) else {
            return false;
        };
        begun.eq_ignore_ascii_case(beginning) && rest.starts_with(char::is_alphanumeric)
    })
}

/// Whether it begins with the name of a site, such as `wa.me` or `loja.com.br`.
fn begins_with_name(text: &str) -> bool {
    let belongs = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    let bytes = text.bytes().take(NAME_MAX + 1);
    let length = bytes.take_while(|byte| belongs(*byte)).count();
    let (name, after) = text.split_at(length);
    let ends_here = after.chars().next().is_none_or(|next| {
        next.is_whitespace() || matches!(next, '/' | '?' | '#' | ':') || ends_a_sentence(next)
    });
    ends_here && is_name(name.trim_end_matches('.'))
}

const fn ends_a_sentence(c: char) -> bool {
    matches!(
        c,
        '.' | ','
            | ';'
            | ':'
            | '!'
            | '?'
            | ')'
            | ']'
            | '}'
            | '"'
            | '\''
            | '*'
            | '_'
            | '~'
            | '`'
            | '”'
            | '’'
    )
}

fn is_name(name: &str) -> bool {
    let Some((rest, ending)) = name.rsplit_once('.') else {
        return false;
    };
    let ending = ending.to_ascii_lowercase();
    let is_label = |label: &str| !label.is_empty() && !label.starts_with('-');
    ENDINGS.contains(&ending.as_str()) && rest.split('.').all(is_label)
}
