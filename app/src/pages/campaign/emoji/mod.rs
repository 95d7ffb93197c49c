//! Choosing an emoji for a text. The table is a file of its own, read when somebody opens the choice.

mod button;
mod panel;
mod recent;
mod table;

pub(super) use button::EmojiButton;
