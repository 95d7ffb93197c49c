//! Phone numbers as people type them.

use serde::{Deserialize, Serialize};

/// Most characters that are looked at: the longest number with every separator that one may type.
pub const PHONE_MAX_CHARS: usize = 40;
/// The country code of Brazil.
const BRAZIL: &str = "55";
/// Fewest and most digits of a number with its country code (E.164).
const INTERNATIONAL_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// What is wrong with a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneProblem {
    /// There is none.
    Missing,
    /// It holds something that no number has.
    Characters,
    /// A Brazilian number without its area code.
    AreaCodeMissing,
    /// A Brazilian number whose area code does not exist.
    AreaCodeUnknown,
    /// A Brazilian number has an area code and 8 or 9 digits; this one does not.
    Length,
    /// A number with a country code has 8 to 15 digits; this one does not.
    InternationalLength,
}

/// Reads a number that a person typed: a Brazilian one with or without the country code, one of
/// another country after a `+`. Gives its digits with the country code.
///
/// After a `+` only the length counts, for countries number their phones as they like. Without it
/// the number is Brazilian, and what is missing or too much can be told.
///
/// # Errors
/// What is wrong with it.
pub fn read_phone(typed: &str) -> Result<String, PhoneProblem> {
    let typed = typed.trim_matches(is_blank);
    let (international, rest) = match typed.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, typed),
    };
    let is_separator = |c: char| is_blank(c) || "()-./\u{2010}\u{2011}".contains(c);
    let digits: String = rest.chars().filter(|c| !is_separator(*c)).collect();
    if digits.is_empty() && !international {
        return Err(PhoneProblem::Missing);
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || typed.chars().count() > PHONE_MAX_CHARS
    {
        return Err(PhoneProblem::Characters);
    }
    if international {
        read_international(digits)
    } else {
        read_brazilian(&digits)
    }
}

/// Spaces, and the marks of writing direction that come along when a number is copied from a phone.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')
}

fn read_international(digits: String) -> Result<String, PhoneProblem> {
    let national = digits.strip_prefix(BRAZIL);
    if national.is_some_and(|national| !matches!(national.len(), 10 | 11)) {
        return Err(PhoneProblem::Length);
    }
    if digits.starts_with('0') || !INTERNATIONAL_DIGITS.contains(&digits.len()) {
        return Err(PhoneProblem::InternationalLength);
    }
    Ok(digits)
}

fn read_brazilian(digits: &str) -> Result<String, PhoneProblem> {
    // A 0 before the area code is how one dials within the country.
    let digits = digits.strip_prefix('0').unwrap_or(digits);
    let national = match digits.strip_prefix(BRAZIL) {
        Some(national) if digits.len() > 11 => national,
        _ => digits,
    };
    match national.len() {
        8 | 9 => Err(PhoneProblem::AreaCodeMissing),
        10 | 11 if !is_area_code(&national[..2]) => Err(PhoneProblem::AreaCodeUnknown),
        // Mobile numbers have nine digits and begin with 9; older accounts still lack that digit.
        11 if !national[2..].starts_with('9') => Err(PhoneProblem::Length),
        10 | 11 => Ok(format!("{BRAZIL}{national}")),
        _ => Err(PhoneProblem::Length),
    }
}

/// Area codes of Brazil (Anatel): no digit is 0, and these were never given out.
fn is_area_code(code: &str) -> bool {
    const UNUSED: [&str; 14] = [
        "23", "25", "26", "29", "36", "39", "52", "56", "57", "58", "59", "72", "76", "78",
    ];
    !code.contains('0') && !UNUSED.contains(&code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_brazilian_number_is_read_however_it_is_written() {
        for typed in [
            "(11) 95550-0142",
            "11955500142",
            "011 95550 0142",
            "55 11 95550-0142",
            "+55 (11) 95550-0142",
            " +5511955500142 ",
            "\u{202a}+55 11 95550\u{2011}0142\u{202c}",
        ] {
            assert_eq!(read_phone(typed).as_deref(), Ok("5511955500142"), "{typed}");
        }
        assert_eq!(read_phone("1133334444").as_deref(), Ok("551133334444"));
        // The area code 55 (Santa Maria) is not the country code.
        assert_eq!(read_phone("55999990000").as_deref(), Ok("5555999990000"));
    }

    #[test]
    fn another_country_is_named_by_a_plus() {
        assert_eq!(
            read_phone("+1 (202) 555-0142").as_deref(),
            Ok("12025550142")
        );
        assert_eq!(
            read_phone("+351 912 345 678").as_deref(),
            Ok("351912345678")
        );
        // As the simulated network numbers its phones.
        assert_eq!(read_phone("+5500800000001").as_deref(), Ok("5500800000001"));
    }

    #[test]
    fn what_is_wrong_is_told() {
        use PhoneProblem as P;
        let cases = [
            ("", P::Missing),
            (" () ", P::Missing),
            ("onze 9555", P::Characters),
            ("11 95550-0142 ramal 2", P::Characters),
            ("95550-0142", P::AreaCodeMissing),
            ("3333-4444", P::AreaCodeMissing),
            ("(00) 95550-0142", P::AreaCodeUnknown),
            ("(20) 95550-0142", P::AreaCodeUnknown),
            ("(11) 85550-0142", P::Length),
            ("11", P::Length),
            ("+55 11 5550", P::Length),
            ("+", P::InternationalLength),
            ("+0123456789", P::InternationalLength),
            ("+1234567890123456", P::InternationalLength),
        ];
        for (typed, problem) in cases {
            assert_eq!(read_phone(typed), Err(problem), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_gives_digits_or_a_reason(typed in "\\PC{0,50}") {
            if let Ok(digits) = read_phone(&typed) {
                prop_assert!((8..=15).contains(&digits.len()), "{digits}");
                prop_assert!(digits.bytes().all(|byte| byte.is_ascii_digit()), "{digits}");
            }
        }

        #[test]
        fn reading_again_changes_nothing(area in 11_u32..=99, number in 900_000_000_u32..=999_999_999) {
            if let Ok(digits) = read_phone(&format!("{area}{number}")) {
                prop_assert_eq!(read_phone(&format!("+{digits}")), Ok(digits.clone()));
                prop_assert_eq!(read_phone(&digits), Ok(digits));
            }
        }
    }
}
