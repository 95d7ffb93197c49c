//! The live channel: one event stream per page load tells what changed; whoever shows it reads it
//! again. Nothing is asked for while nothing changes.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::Icon;
use super::ending::Ending;
use super::time::time_of_day;
use crate::api::{ApiError, LiveEvent};
use crate::domain::Timestamp;

/// How long changes are collected before what they concern is read again.
const COLLECT: Duration = Duration::from_millis(200);

type Concerns = Arc<dyn Fn(&LiveEvent) -> bool + Send + Sync>;
type React = Arc<dyn Fn() + Send + Sync>;

struct Listener {
    number: u64,
    concerns: Concerns,
    react: React,
}

/// The live channel of this page load.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    listeners: StoredValue<Vec<Listener>>,
    next_number: StoredValue<u64>,
    /// Since when the server has not been heard, by the browser's clock; `None` while it is.
    lost_since: RwSignal<Option<Timestamp>>,
}

impl Live {
    /// Opens the channel for everything below.
    pub(crate) fn provide() {
        let live = Self {
            listeners: StoredValue::default(),
            next_number: StoredValue::default(),
            lost_since: RwSignal::new(None),
        };
        provide_context(live);
        #[cfg(feature = "hydrate")]
        channel::open(live);
    }

    /// Calls `react` soon after something that `concerns` it changed, once for many changes at
    /// a time, for as long as the caller's owner lives.
    fn on_change(
        self,
        concerns: impl Fn(&LiveEvent) -> bool + Send + Sync + 'static,
        react: impl Fn() + Send + Sync + 'static,
    ) {
        let number = self.next_number.get_value();
        self.next_number.set_value(number + 1);
        let waiting = StoredValue::new(false);
        let react = Arc::new(react);
        let soon = move || {
            if waiting.try_get_value() == Some(false) {
                waiting.set_value(true);
                let react = Arc::clone(&react);
                set_timeout(
                    move || {
                        // Gone when the page was left meanwhile.
                        if waiting.try_set_value(false).is_none() {
                            react();
                        }
                    },
                    COLLECT,
                );
            }
        };
        self.listeners.update_value(|listeners| {
            listeners.push(Listener {
                number,
                concerns: Arc::new(concerns),
                react: Arc::new(soon),
            });
        });
        on_cleanup(move || {
            self.listeners.try_update_value(|listeners| {
                listeners.retain(|listener| listener.number != number);
            });
        });
    }

    /// Passes a change on; `None` means that anything may have changed.
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
    fn notify(self, event: Option<&LiveEvent>) {
        let concerned: Vec<React> = self
            .listeners
            .try_with_value(|listeners| {
                listeners
                    .iter()
                    .filter(|listener| event.is_none_or(|event| (listener.concerns)(event)))
                    .map(|listener| Arc::clone(&listener.react))
                    .collect()
            })
            .unwrap_or_default();
        for react in concerned {
            react();
        }
    }
}

/// Calls `react` soon after something that `concerns` it changed, for as long as the caller's owner lives.
pub(crate) fn on_change(
    concerns: impl Fn(&LiveEvent) -> bool + Send + Sync + 'static,
    react: impl Fn() + Send + Sync + 'static,
) {
    if let Some(live) = use_context::<Live>() {
        live.on_change(concerns, react);
    }
}

/// A resource that is read again whenever the server says that something which `concerns` it
/// changed, but while the page's [deletion](super::ending_action) is under way or done.
pub(crate) fn live_resource<Key, Value, Fut>(
    key: impl Fn() -> Key + Send + Sync + 'static,
    fetch: impl Fn(Key) -> Fut + Send + Sync + 'static,
    concerns: impl Fn(&LiveEvent) -> bool + Send + Sync + 'static,
) -> Resource<Result<Value, ApiError>>
where
    Key: PartialEq + Clone + Send + Sync + 'static,
    Value: Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
    Fut: Future<Output = Result<Value, ApiError>> + Send + 'static,
{
    let resource = Resource::new(key, fetch);
    let ending = Ending::of_page();
    on_change(concerns, move || {
        if !ending.is_some_and(Ending::is_near) {
            resource.refetch();
        }
    });
    if let Some(ending) = ending {
        ending.on_refusal(move || resource.refetch());
    }
    resource
}

/// Says that the server is out of reach and how old the shown data is.
#[component]
pub(crate) fn ConnectionLost() -> impl IntoView {
    let live = expect_context::<Live>();
    view! {
        <div aria-live="polite">
            {move || {
                live.lost_since
                    .get()
                    .map(|since| {
                        view! {
                            <div class="notice offline" data-state="warn">
                                <Icon name="warn" />
                                <div>
                                    <strong>{say!(live.lost)}</strong>
                                    {say!(live.lost_text, time = time_of_day(since))}
                                </div>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// The browser's half: the event stream itself.
#[cfg(feature = "hydrate")]
mod channel {
    use futures::{StreamExt, channel::oneshot, stream};
    use gloo_net::eventsource::futures::EventSource;
    use leptos::prelude::*;
    use leptos::task::spawn_local;

    use super::{Duration, Live, LiveEvent, Timestamp};
    use crate::api::{Visitor, get_visitor};
    use crate::components::browser::{leave_for, wall_millis};
    use crate::components::redirects::SIGN_IN;

    const ADDRESS: &str = "/ao-vivo";
    /// The first pause before the channel is opened again; it doubles with each failure.
    const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
    const LONGEST_PAUSE: Duration = Duration::from_secs(15);

    /// Opens the channel once the page is alive and keeps it open.
    pub(super) fn open(live: Live) {
        Effect::new(move || spawn_local(keep_open(live)));
    }

    async fn keep_open(live: Live) {
        let mut pause = SHORTEST_PAUSE;
        let mut heard_at = wall_millis();
        loop {
            let opened = listen(live).await;
            if opened {
                heard_at = wall_millis();
                pause = SHORTEST_PAUSE;
            } else {
                // One failure may be a restart behind a proxy; the second is worth telling.
                live.lost_since.set(Some(Timestamp::from_millis(heard_at)));
                // The server answers, yet not to this session: it ended meanwhile.
                if matches!(get_visitor().await, Ok(Visitor::Stranger | Visitor::First)) {
                    leave_for(SIGN_IN);
                }
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Listens until the channel drops; tells whether it was open at all.
    async fn listen(live: Live) -> bool {
        let Ok(mut source) = EventSource::new(ADDRESS) else {
            return false;
        };
        let streams: Result<Vec<_>, _> = ["open", "message", "resync", "signed-out", "error"]
            .into_iter()
            .map(|name| source.subscribe(name))
            .collect();
        let Ok(streams) = streams else { return false };
        let mut events = stream::select_all(streams);
        let mut opened = false;
        while let Some(Ok((name, message))) = events.next().await {
            match name.as_str() {
                "open" => {
                    opened = true;
                    live.lost_since.set(None);
                    // What changed while nobody listened is only known by reading it. The very
                    // first time that is the blink between the server's drawing of the page and
                    // now.
                    live.notify(None);
                }
                "message" => {
                    let event = message.data().as_string();
                    let event =
                        event.and_then(|text| serde_json::from_str::<LiveEvent>(&text).ok());
                    // A notice of a later version than this page's may mean anything.
                    live.notify(event.as_ref());
                }
                "resync" => live.notify(None),
                "signed-out" => leave_for(SIGN_IN),
                _ => break,
            }
        }
        opened
    }

    async fn sleep(duration: Duration) {
        let (wake, woken) = oneshot::channel();
        set_timeout(
            move || {
                let _ = wake.send(());
            },
            duration,
        );
        let _ = woken.await;
    }
}
