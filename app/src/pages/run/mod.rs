//! One run of a campaign, live.

mod deliveries;
mod hold;
mod page;
mod progress;

pub(crate) use page::RunPage;
