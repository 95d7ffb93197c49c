//! One run of a campaign, live.

mod deliveries;
mod earlier;
mod hold;
mod page;
mod progress;
mod repeat;
mod search;
mod texts;
mod way_on;

pub(crate) use page::RunPage;
