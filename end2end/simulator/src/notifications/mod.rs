//! What the network tells linked devices by itself.

mod groups;

pub(crate) use groups::{GroupAction, GroupNotice};
