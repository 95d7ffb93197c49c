//! Queries of linked devices and the network's answers (S5 to S10, S15, S16).

mod answer;
mod app_state;
mod groups;
mod keys;
mod media_conn;
mod usync;

pub(crate) use answer::answer;
pub(crate) use groups::describe as describe_group;
