//! Asking before a page is left with something that is not saved.

use leptos::prelude::*;

use super::Keeper;

/// Asks while something is unsaved, and never otherwise: before the browser leaves, and before the app
/// shows another page, by a link or by going back.
pub(in crate::pages::campaign) fn guard(keeper: Keeper) {
    Effect::new(move || {
        let leaving = window_event_listener(leptos::ev::beforeunload, move |event| {
            if keeper.is_unsaved() {
                event.prevent_default();
            }
        });
        on_cleanup(move || leaving.remove());
        #[cfg(feature = "hydrate")]
        within_the_app::guard(keeper);
    });
}

/// The router takes clicks on links and steps through the history as they come; whoever asks comes first.
#[cfg(feature = "hydrate")]
mod within_the_app {
    use leptos::ev::{MouseEvent, PopStateEvent};
    use leptos::prelude::*;
    use leptos::wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use leptos::web_sys::{Element, Event, HtmlAnchorElement};

    use super::Keeper;
    use crate::components::browser::current_path;

    type Listener = Closure<dyn FnMut(Event)>;

    pub(super) fn guard(keeper: Keeper) {
        listen("click", move |event| {
            let stays = event
                .dyn_ref::<MouseEvent>()
                .is_some_and(|click| leads_away(click) && keeper.is_unsaved() && !is_sure());
            if stays {
                event.prevent_default();
                event.stop_immediate_propagation();
            }
        });
        listen("popstate", move |event| {
            let here = address(keeper);
            let left = event.dyn_ref::<PopStateEvent>().is_some() && current_path() != here;
            if left && keeper.is_unsaved() && !is_sure() {
                event.stop_immediate_propagation();
                if let Ok(history) = window().history() {
                    let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&here));
                }
            }
        });
    }

    /// Hears an event before everybody else, for as long as the page is shown.
    fn listen(name: &'static str, hear: impl FnMut(Event) + 'static) {
        let listener = Listener::new(hear);
        let function = listener.as_ref().unchecked_ref();
        let added = window().add_event_listener_with_callback_and_bool(name, function, true);
        let kept = StoredValue::new_local(listener);
        if added.is_ok() {
            on_cleanup(move || {
                kept.try_with_value(|listener| {
                    let function = listener.as_ref().unchecked_ref();
                    window().remove_event_listener_with_callback_and_bool(name, function, true)
                });
            });
        }
    }

    fn address(keeper: Keeper) -> String {
        match keeper.base.get_untracked() {
            Some(base) => format!("/campanhas/{}", base.id),
            None => "/campanhas/nova".to_owned(),
        }
    }

    /// Whether a click would show another page in the place of this one.
    fn leads_away(click: &MouseEvent) -> bool {
        let is_plain = click.button() == 0
            && !(click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key());
        let target = click.target();
        let element = target.and_then(|target| target.dyn_into::<Element>().ok());
        let link = element.and_then(|element| element.closest("a[href]").ok().flatten());
        let link = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
        is_plain
            && link.is_some_and(|link| {
                let is_ours = window()
                    .location()
                    .origin()
                    .is_ok_and(|own| own == link.origin());
                is_ours && link.target().is_empty() && link.pathname() != current_path()
            })
    }

    fn is_sure() -> bool {
        window()
            .confirm_with_message(say!(editor.leave_unsaved))
            .unwrap_or(true)
    }
}
