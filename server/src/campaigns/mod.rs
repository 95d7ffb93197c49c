//! Campaigns at work: the ports [`Campaigns`], [`Runs`] and [`Paces`], the queue of each connection, and what
//! WhatsApp tells about the messages.
//!
//! A person, or the [`scheduler`] at a time that the campaign names, [begins](begin) a run; what becomes
//! of the campaign meanwhile is its [`life`], and its window and pauses are the run's [gate](gates).
//!
//! One message's way: a campaign is [frozen](freeze) into a run with its deliveries; the [`queue`]
//! of the connection claims one (its message id is stored from then on), hands it to the
//! [`Messenger`], and waits for the acknowledgement; [`signals`] writes down what WhatsApp tells;
//! the [`steward`] tells open pages and ends the run once nothing of it is open. After a crash
//! [`recovery`] finds the runs that are open and their queues go on with the ids that are stored.
//! When a connection comes back after a long [`outage`], its owner may have to choose first. What failed
//! in a run, or was never answered, its owner may have sent once more ([`repeat`]). Between messages the
//! queue keeps the [`pace`] of its connection, and it rests while WhatsApp [restricts](restriction) the
//! number.
//!
//! Everything in here outlasts a store that is away: see [`patience`].
//!
//! [`Campaigns`]: arauto_app::api::Campaigns
//! [`Runs`]: arauto_app::api::Runs
//! [`Paces`]: arauto_app::api::Paces
//! [`Messenger`]: crate::whatsapp::Messenger

mod agenda;
mod begin;
mod config;
mod content;
mod duration;
mod engine;
mod freeze;
mod gates;
mod lane;
mod life;
mod outage;
mod pace;
mod paces;
mod parts;
mod past;
mod patience;
mod presence;
mod queue;
mod recovery;
mod repeat;
mod restriction;
mod review;
mod runs;
mod save;
mod scheduler;
mod senders;
mod service;
mod shared;
mod signals;
mod steward;
mod targets;
mod test_send;

pub use config::{Backoff, CampaignConfig};
pub use engine::{CampaignEngine, EngineError};
