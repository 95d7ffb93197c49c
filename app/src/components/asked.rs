//! What the address of a list asks for: a text, a kind of row, a page. So it can be kept, sent to
//! somebody, and gone back to.

use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

/// The parts of the address. A person may read them.
pub(super) const KIND: &str = "estado";
const TEXT: &str = "busca";
const PAGE: &str = "pagina";

/// A kind of row by which a list is filtered; the default takes what is shown unasked.
pub(crate) trait Kind: Copy + Default + PartialEq + FromStr + Send + Sync + 'static {
    /// Every kind, in the order in which people choose.
    fn every() -> &'static [Self];
    /// The word for it in an address.
    fn in_address(self) -> &'static str;
    /// The words for it.
    fn words(self) -> &'static str;
    /// Other parts of the list's address, which its own links keep: how it is ordered, how it is drawn.
    fn kept() -> &'static [&'static str] {
        &[]
    }
}

/// What the address of a list asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked<K> {
    /// Part of a name; empty for any.
    pub(crate) text: String,
    /// Which rows.
    pub(crate) kind: K,
    /// From 1; 0 is the first as well.
    pub(crate) page: u32,
    /// What else the address says, of the parts that are [kept](Kind::kept).
    pub(crate) kept: Vec<(&'static str, String)>,
}

/// What the page's address asks for, as it changes.
pub(crate) fn asked<K: Kind>() -> Memo<Asked<K>> {
    let address = use_query_map();
    Memo::new(move |_| address.with(Asked::of))
}

impl<K: Kind> Asked<K> {
    fn of(address: &ParamsMap) -> Self {
        let kind = address.get(KIND).and_then(|kind| kind.parse().ok());
        let page = address.get(PAGE).and_then(|page| page.parse().ok());
        let kept = K::kept().iter();
        let kept = kept.filter_map(|part| Some((*part, address.get(part)?)));
        Self {
            text: address.get(TEXT).unwrap_or_default(),
            kind: kind.unwrap_or_default(),
            page: page.unwrap_or_default(),
            kept: kept.collect(),
        }
    }

    /// The address of the list at `path` that asks for this.
    pub(crate) fn address(&self, path: &str) -> String {
        let mut params = ParamsMap::new();
        if self.kind != K::default() {
            params.insert(KIND, self.kind.in_address().to_owned());
        }
        if !self.text.is_empty() {
            params.insert(TEXT, self.text.clone());
        }
        for (part, value) in &self.kept {
            params.insert(*part, value.clone());
        }
        if self.page > 1 {
            params.insert(PAGE, self.page.to_string());
        }
        format!("{path}{}", params.to_query_string())
    }

    /// The same of another kind, from the first page on.
    pub(super) fn of_kind(self, kind: K) -> Self {
        Self {
            kind,
            page: 1,
            ..self
        }
    }

    /// The same with another text, from the first page on.
    pub(super) fn with_text(self, text: String) -> Self {
        Self {
            text,
            page: 1,
            ..self
        }
    }

    /// What the address says for a part that is kept.
    pub(crate) fn kept(&self, part: &str) -> Option<&str> {
        let mut kept = self.kept.iter();
        let found = kept.find(|(name, _)| *name == part);
        found.map(|(_, value)| value.as_str())
    }

    /// The same with another value for a part that is kept, `None` for what is shown unasked; from the
    /// first page on.
    pub(crate) fn keeping(mut self, part: &'static str, value: Option<&str>) -> Self {
        self.kept.retain(|(name, _)| *name != part);
        self.kept
            .extend(value.map(|value| (part, value.to_owned())));
        Self { page: 1, ..self }
    }

    /// Another page of the same.
    pub(super) fn at(self, page: u32) -> Self {
        Self { page, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DeliveryKind;

    #[test]
    fn an_address_asks_for_what_it_was_made_from() {
        let asked = Asked {
            text: "pão & café?".into(),
            kind: DeliveryKind::Failed,
            page: 3,
            kept: Vec::new(),
        };
        let address = asked.address("/lista");
        assert!(address.starts_with("/lista?estado=falhas"), "{address}");
        assert!(address.ends_with("pagina=3"), "{address}");
        assert!(!address.contains("pão & café"), "{address}");
        assert_eq!(Asked::<DeliveryKind>::default().address("/lista"), "/lista");
        assert_eq!(asked.clone().with_text(String::new()).page, 1);
        assert_eq!(asked.clone().of_kind(DeliveryKind::All).page, 1);
        let by_name = asked.keeping("ordem", Some("nome"));
        assert_eq!(by_name.page, 1);
        assert_eq!(by_name.kept("ordem"), Some("nome"));
        assert!(by_name.address("/lista").ends_with("ordem=nome"));
        assert_eq!(by_name.keeping("ordem", None).kept("ordem"), None);
    }

    #[test]
    fn what_an_address_says_wrongly_is_left_out() {
        let mut params = ParamsMap::new();
        params.insert(KIND, "outro".to_owned());
        params.insert(PAGE, "-2".to_owned());
        assert_eq!(Asked::<DeliveryKind>::of(&params), Asked::default());
    }
}
