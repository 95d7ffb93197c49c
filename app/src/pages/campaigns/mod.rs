//! `/campanhas`: the list of campaigns.

mod page;
mod row;
mod search;

pub(crate) use page::CampaignsPage;
