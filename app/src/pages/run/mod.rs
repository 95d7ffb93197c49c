//! One run of a campaign, live.

mod deliveries;
mod hold;
mod page;
mod progress;
mod repeat;

pub(crate) use page::RunPage;
