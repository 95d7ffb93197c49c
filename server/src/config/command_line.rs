//! What the program is asked to do.

use clap::{Parser, Subcommand};

use super::{Config, StoreAddress};

/// Arauto: WhatsApp campaigns to your own groups.
#[derive(Clone, Debug, Parser)]
#[command(version)]
pub struct CommandLine {
    /// What to do; without it, serve.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to do it.
    #[command(flatten)]
    pub config: Config,
}

/// What the program can do besides serving.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Check what this server needs: configuration, store, keys, clock, WhatsApp, connections
    Doctor {
        /// Write it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Copy everything of an installation into an empty store, of the same kind or of the other: to move
    /// there, or as a backup
    Copy {
        /// Where everything is: a data folder, a file that ends in `.db`, or `mongodb://…/database`. No
        /// server may be using it; nothing in it is changed
        #[arg(
            long,
            env = "ARAUTO_COPY_FROM",
            hide_env_values = true,
            value_name = "STORE"
        )]
        from: StoreAddress,
        /// Where it goes, by the same kinds of addresses: what is there must be empty
        #[arg(
            long,
            env = "ARAUTO_COPY_TO",
            hide_env_values = true,
            value_name = "STORE"
        )]
        to: StoreAddress,
    },
    /// Work on the keys that session keys are encrypted with
    #[command(subcommand)]
    Keys(KeysCommand),
}

/// What can be done about the keys that session keys are encrypted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum KeysCommand {
    /// Encrypt every session key anew, with `ARAUTO_SECRET_KEY`
    Rotate,
}
