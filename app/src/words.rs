//! The sentences of `locales/`, as typed accessors that the build script generates. The server says
//! them too, to whoever runs it.

use std::sync::Once;

use icu_plurals::{PluralRuleType, PluralRules, PluralRulesOptions};
use leptos_i18n::custom_provider::{IcuDataProvider, set_icu_data_provider};
use leptos_i18n::reexports::icu::locid::{self, locale};
use leptos_i18n::reexports::icu::provider::DataError;

#[allow(
    missing_docs,
    dead_code,
    unused_imports,
    clippy::all,
    clippy::pedantic,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "generated from the sentences"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

pub use generated::i18n::Locale;

/// Which form of a sentence a count takes: `_one` for one, `_other` for all else.
///
/// The Unicode data has zero as a singular in Brazil ("0 grupo"), as nobody writes it. The rules that it has
/// for Portugal are those of both countries.
struct Counting;

impl IcuDataProvider for Counting {
    fn try_new_plural_rules(
        &self,
        _locale: &locid::Locale,
        rule_type: PluralRuleType,
    ) -> Result<PluralRules, DataError> {
        let options = PluralRulesOptions::default().with_type(rule_type);
        PluralRules::try_new(locale!("pt-PT").into(), options)
    }
}

/// The language that this page is written in. There is one so far.
pub fn locale() -> Locale {
    static COUNTING: Once = Once::new();
    COUNTING.call_once(|| set_icu_data_provider(Counting));
    Locale::pt_BR
}

/// A sentence of `locales/` by its key, with its arguments: `say!(frame.skip)`,
/// `say!(groups.count, count = n)`. `&'static str` without arguments, `String` with them.
#[macro_export]
macro_rules! say {
    ($($tokens:tt)*) => {
        ::leptos_i18n::td_string!($crate::words::locale(), $($tokens)*)
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use icu_plurals::PluralCategory;
    use serde_json::Value;

    use super::*;

    /// Sentences with a count that is no number of the things behind it, or is never one.
    const UNCOUNTED: [&str; 10] = [
        "agenda.more",
        "campaigns.and_others",
        "doctor.whatsapp_name",
        "editor.characters",
        "editor.variations",
        "editor.variations_beyond",
        "media.integrity_more",
        "media.integrity_ok",
        "pace.count_of",
        "run.attempts",
    ];

    /// Every sentence, by its key.
    fn sentences(of: &Value, key: &str, found: &mut BTreeMap<String, String>) {
        if let Value::Object(part) = of {
            for (name, inner) in part {
                let dot = if key.is_empty() { "" } else { "." };
                sentences(inner, &format!("{key}{dot}{name}"), found);
            }
        } else {
            found.insert(key.to_owned(), of.as_str().unwrap().to_owned());
        }
    }

    #[test]
    fn every_counted_sentence_is_singular_for_one_only() {
        let rules = Counting.try_new_plural_rules(&locale!("pt-BR"), PluralRuleType::Cardinal);
        let rules = rules.unwrap();
        let dictionary = include_str!("../locales/pt-BR.json");
        let mut found = BTreeMap::new();
        sentences(&serde_json::from_str(dictionary).unwrap(), "", &mut found);
        let mut counted = 0;
        for (key, sentence) in &found {
            if !sentence.contains("{{ count }}") {
                continue;
            }
            let Some((stem, form)) = key
                .rsplit_once('_')
                .filter(|(_, form)| *form == "one" || *form == "other")
            else {
                assert!(
                    UNCOUNTED.contains(&key.as_str()),
                    "{key} needs a form for one"
                );
                continue;
            };
            if form == "other" {
                assert!(
                    found.contains_key(&format!("{stem}_one")),
                    "{key} needs a form for one"
                );
                continue;
            }
            counted += 1;
            let said = |count: u32| {
                let form = match rules.category_for(count) {
                    PluralCategory::One => "one",
                    _ => "other",
                };
                &found[&format!("{stem}_{form}")]
            };
            assert_eq!(said(1), sentence);
            assert_ne!(said(1), said(2), "{stem}");
            assert_eq!(said(0), said(2), "{stem}");
        }
        assert!(counted > 30, "{counted}");
    }

    #[test]
    fn the_form_follows_the_count() {
        for (count, words) in [
            (0_u32, "0 participantes"),
            (1, "1 participante"),
            (2, "2 participantes"),
            (1_000_000, "1000000 participantes"),
        ] {
            assert_eq!(say!(count.participants, count = count), words);
        }
    }
}
