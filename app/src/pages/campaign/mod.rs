//! The campaign editor.

mod draft;
mod form;
mod lists;
mod media;
mod page;
mod search;
mod start;
mod targets;

pub(crate) use page::{CampaignPage, NewCampaignPage};
