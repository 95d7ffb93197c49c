//! Acting on what is typed once it is: not at every key.

use std::time::Duration;

use leptos::prelude::*;

/// How long a person pauses before what was typed counts.
const PAUSE: Duration = Duration::from_millis(250);

/// Calls `act` with what was typed last, once nothing more is typed for a moment.
pub(crate) fn after_typing(act: impl Fn(String) + Clone + 'static) -> impl Fn(String) {
    let latest = StoredValue::new(0_u32);
    move |text| {
        let turn = latest.get_value().wrapping_add(1);
        latest.set_value(turn);
        let act = act.clone();
        set_timeout(
            move || {
                // Something newer was typed, or the page was left.
                if latest.try_get_value() == Some(turn) {
                    act(text);
                }
            },
            PAUSE,
        );
    }
}
