//! Leading a refused form back to its page, with all that it holds.

use axum::http::header::ACCEPT;
use axum::http::request::Parts;
use leptos::prelude::use_context;
use leptos::server_fn::ServerFn;
use leptos::server_fn::error::ServerFnUrlError;

use super::{CampaignForm, SaveCampaign};
use crate::api::ApiError;

/// The longest address that it is tried with: browsers and proxies refuse longer ones. Somebody who wrote
/// more goes back in their browser instead.
const ADDRESS_MAX_BYTES: usize = 32 * 1024;
/// An address needs a host to be taken apart; it is cut off again.
const HOST: &str = "http://localhost";

/// The answer that tells which copy a form began with.
const SEEN: &str = "form[seen]";

/// Leads a browser without script back to the editor: the address carries the answers over, as it does
/// when it loads groups, and tells the error. A script reads the error itself.
pub(super) fn back_with(form: &CampaignForm, error: &ApiError) {
    let is_plain = use_context::<Parts>().is_some_and(|request| {
        let accepted = request.headers.get(ACCEPT);
        accepted.is_some_and(|types| {
            types
                .to_str()
                .is_ok_and(|types| types.contains("text/html"))
        })
    });
    if !is_plain {
        return;
    }
    if let Some(address) = address_of(form, error) {
        leptos_axum::redirect(&address);
    }
}

fn address_of(form: &CampaignForm, error: &ApiError) -> Option<String> {
    let page = match form.id.as_str() {
        "" => "/campanhas/nova".to_owned(),
        id => format!("/campanhas/{id}"),
    };
    let told = ServerFnUrlError::new(SaveCampaign::PATH, error.clone());
    let mut address = told.to_url(&format!("{HOST}{page}")).ok()?;
    for (name, value) in form.answers() {
        let value = match error {
            // Who saves once more has read that it was changed, and replaces just that.
            ApiError::CampaignChanged { at, .. } if name == SEEN => at.as_millis().to_string(),
            _ => value,
        };
        address.query_pairs_mut().append_pair(&name, &value);
    }
    let address = address.to_string();
    let address = address.strip_prefix(HOST)?;
    (address.len() <= ADDRESS_MAX_BYTES).then(|| address.to_owned())
}
