//! The emojis that were chosen last in this browser.

/// How many are kept.
const KEPT: usize = 24;
/// Under which name.
#[cfg(feature = "hydrate")]
const KEY: &str = "arauto-emojis";

/// Those that were chosen last, the latest first; none where the browser keeps nothing.
pub(super) fn recent() -> Vec<String> {
    #[cfg(feature = "hydrate")]
    {
        let kept = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
        let kept = kept.unwrap_or_default();
        kept.split_whitespace().map(str::to_owned).collect()
    }
    #[cfg(not(feature = "hydrate"))]
    Vec::new()
}

/// Keeps another one.
pub(super) fn keep(emoji: &str) {
    let kept = with_latest(recent(), emoji);
    #[cfg(feature = "hydrate")]
    if let Some(storage) = storage() {
        // A browser that keeps nothing offers none the next time.
        let _ = storage.set_item(KEY, &kept.join(" "));
    }
    #[cfg(not(feature = "hydrate"))]
    drop(kept);
}

fn with_latest(mut kept: Vec<String>, emoji: &str) -> Vec<String> {
    kept.retain(|one| one != emoji);
    kept.insert(0, emoji.to_owned());
    kept.truncate(KEPT);
    kept
}

#[cfg(feature = "hydrate")]
fn storage() -> Option<web_sys::Storage> {
    leptos::prelude::window().local_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_comes_first_and_once() {
        let kept = ["🍞", "🚀", "✅"].map(str::to_owned).to_vec();
        assert_eq!(with_latest(kept.clone(), "🚀"), ["🚀", "🍞", "✅"]);
        let many = (0..KEPT).map(|number| number.to_string()).collect();
        assert_eq!(with_latest(many, "🚀").len(), KEPT);
    }
}
