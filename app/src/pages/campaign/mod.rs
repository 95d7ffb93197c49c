//! The campaign editor.

mod draft;
mod form;
mod life;
mod lists;
mod media;
mod page;
mod past;
mod search;
mod start;
mod targets;
mod timing;

pub(crate) use life::{ActionButton, when};
pub(crate) use page::{CampaignPage, NewCampaignPage};
