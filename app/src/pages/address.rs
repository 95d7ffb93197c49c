//! What the address of a page says.

use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

/// The identifier in the page's path; `None` when it is none.
pub(crate) fn use_id<Id>() -> Memo<Option<Id>>
where
    Id: FromStr + PartialEq + Send + Sync + 'static,
{
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("id")?.parse().ok()))
}

/// A value in the page's query; `None` when it is missing or none.
pub(crate) fn use_query_value<Value>(name: &'static str) -> Memo<Option<Value>>
where
    Value: FromStr + PartialEq + Send + Sync + 'static,
{
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get(name)?.parse().ok()))
}
