//! Several servers on one store: each runs some of the connections, and any of them serves any page.
//!
//! ```text
//! beat     renews this server's leases, takes free connections, gives up surplus ones (by share)
//! term     until when this server may count on its leases, by its own clock
//! office   what servers ask of each other; herald: what they show and tell each other
//! ```

mod beat;
mod herald;
mod letter;
mod office;
mod share;
mod term;

pub use beat::TenancyConfig;
pub(super) use beat::{Tenancy, begin, close, move_in, move_out};
pub(super) use herald::{Glimpse, sight};
pub(super) use letter::{Errand, Reply};
pub(super) use office::{MEMBERS_WITHIN, Refusal, members_of, refusal_error, rouse, run_errand};
pub(super) use term::Term;
