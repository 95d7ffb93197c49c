//! How loud a voice note is, drawn.

use std::fmt::Write;

use leptos::prelude::*;

use crate::domain::{WAVEFORM_BARS, Waveform};

/// The middle of the drawing, and how far the loudest bar reaches from it.
const MIDDLE: u32 = 12;

/// The bars of a waveform; what they say is said elsewhere.
#[component]
pub(crate) fn Bars(waveform: Waveform) -> impl IntoView {
    view! {
        <svg
            class="waveform"
            viewBox=format!("0 0 {} {}", 2 * WAVEFORM_BARS, 2 * MIDDLE)
            preserveAspectRatio="none"
            aria-hidden="true"
        >
            <path d=path(waveform) />
        </svg>
    }
}

/// A line for each bar. Silence is a dot.
fn path(waveform: Waveform) -> String {
    let mut path = String::new();
    for (index, bar) in waveform.bars().iter().enumerate() {
        let half = (u32::from(*bar) * (MIDDLE - 1) / u32::from(Waveform::LOUDEST)).max(1);
        let (x, top, bottom) = (2 * index + 1, MIDDLE - half, MIDDLE + half);
        // Writing to a text does not fail.
        let _ = write!(path, "M{x} {top}V{bottom}");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bar_is_a_line_within_the_drawing() {
        let mut bars = [0; WAVEFORM_BARS];
        bars[1] = Waveform::LOUDEST;
        let path = path(Waveform::new(bars));
        assert!(path.starts_with("M1 11V13M3 1V23M5 11V13"), "{path}");
        assert_eq!(path.matches('M').count(), WAVEFORM_BARS);
    }
}
