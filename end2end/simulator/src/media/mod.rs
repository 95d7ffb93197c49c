//! Files: how they are encrypted, and the hosts that keep them (S15).

mod cipher;
mod hosts;

pub(crate) use cipher::{MediaFailure, MediaKind, decrypt, sha256_hex, vault_name};
pub(crate) use hosts::routes;
