//! Accounts: the first administrator, signing in and out, the sessions of browsers.

mod attempts;
mod password;
mod service;
mod sessions;

pub use service::AccountService;
pub use sessions::{Resumed, SESSION_LIFETIME, hash_of};
