//! Under which name a browser saves an answer: RFC 6266, with the name as in RFC 8187.

use super::percent;

/// Shown in the browser, saved under its own name.
pub(super) fn inline(name: &str) -> String {
    disposition("inline", name)
}

/// Saved under its own name.
pub(super) fn attachment(name: &str) -> String {
    disposition("attachment", name)
}

fn disposition(kind: &str, name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| match c {
            '"' | '\\' | '%' => '_',
            c if c.is_ascii() && !c.is_control() => c,
            _ => '_',
        })
        .collect();
    let encoded = percent::encoded(name);
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_survives_the_header_whatever_it_holds() {
        assert_eq!(
            inline("Promoção \"maio\".png"),
            "inline; filename=\"Promo__o _maio_.png\"; \
             filename*=UTF-8''Promo%C3%A7%C3%A3o%20%22maio%22.png"
        );
        assert!(attachment("a.csv").starts_with("attachment; "));
    }
}
