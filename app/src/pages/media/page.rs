//! `/midias`: uploading, and what is there.

use leptos::prelude::*;

use super::item::Tile;
use super::search::{LAYOUT, LIST, ORDER, PATH, is_list, order, order_words, query};
use super::upload::Upload;
use crate::api::{
    DeleteMedia, LibraryView, LiveEvent, MakeVoiceNote, MediaCard, RenameMedia, search_media,
};
use crate::components::{
    ActionError, Asked, FilterBar, Loaded, PageLinks, PageTitle, asked, format, live_resource,
};
use crate::domain::{MediaFilter, MediaId, MediaOrder};

/// The media library.
#[component]
pub(crate) fn MediaPage() -> impl IntoView {
    let asked = asked();
    let rename = ServerAction::<RenameMedia>::new();
    let delete = ServerAction::<DeleteMedia>::new();
    let voice = ServerAction::<MakeVoiceNote>::new();
    let wanted = Memo::new(move |_| asked.with(|asked| (query(asked), asked.page)));
    let media = live_resource(
        move || {
            let changes = (
                rename.version().get(),
                delete.version().get(),
                voice.version().get(),
            );
            (wanted.get(), changes)
        },
        |((query, page), _)| search_media(query, page),
        // A campaign that changed may use a file that it did not use before.
        |event| {
            matches!(
                event,
                LiveEvent::Media | LiveEvent::Campaign(_) | LiveEvent::Run(_)
            )
        },
    );
    view! {
        <PageTitle title=say!(media.title) />
        <div class="page-head">
            <div>
                <h1>{say!(media.title)}</h1>
            </div>
        </div>
        <div class="flow tight">
            <Upload />
            <ActionError value=rename.value() />
            <ActionError value=delete.value() />
            <ActionError value=voice.value() />
            <Loaded
                resource=media
                view=move |view| view! { <Library view asked rename delete voice /> }
            />
        </div>
    }
}

#[component]
fn Library(
    view: Signal<LibraryView>,
    asked: Memo<Asked<MediaFilter>>,
    rename: ServerAction<RenameMedia>,
    delete: ServerAction<DeleteMedia>,
    voice: ServerAction<MakeVoiceNote>,
) -> impl IntoView {
    let counts = Memo::new(move |_| view.with(|view| view.counts));
    // There is nothing at all to look for.
    let is_new = Memo::new(move |_| {
        counts.with(|counts| counts.of(MediaFilter::All)) == 0
            && asked.with(|asked| asked.text.is_empty())
    });
    let place = Memo::new(move |_| view.with(|view| (view.page, view.pages)));
    let shown = Signal::derive(move || {
        let (page, pages) = place.get();
        say!(media.page_of, page = page, pages = pages)
    });
    move || {
        if is_new.get() {
            return view! { <p class="note">{say!(media.empty)}</p> }.into_any();
        }
        view! {
            <Space view />
            <FilterBar
                path=PATH.to_owned()
                asked
                count=move |filter| counts.with(|counts| counts.of(filter))
                label=say!(media.filters)
                search=say!(media.search)
            />
            <Arrangement asked />
            <Items view asked rename delete voice />
            <PageLinks path=PATH.to_owned() asked place label=say!(media.library_pages) shown />
        }
        .into_any()
    }
}

/// How much of its space the workspace uses.
#[component]
fn Space(view: Signal<LibraryView>) -> impl IntoView {
    let space = Memo::new(move |_| view.with(|view| (view.used_bytes, view.quota)));
    move || {
        let (used, quota) = space.get();
        let used_words = format::bytes(used);
        let words = if let Some(quota) = quota {
            say!(media.space, used = used_words, quota = format::bytes(quota))
        } else {
            say!(media.space_used, used = used_words)
        };
        let meter = quota.map(|quota| {
            view! {
                <meter
                    value=used.to_string()
                    max=quota.to_string()
                    high=(quota / 10 * 9).to_string()
                    aria-label=say!(media.space_label)
                ></meter>
            }
        });
        view! {
            <p class="note space">
                {meter} " " {words}
            </p>
        }
    }
}

/// In which order, and as a grid or a list.
#[component]
fn Arrangement(asked: Memo<Asked<MediaFilter>>) -> impl IntoView {
    let order = Memo::new(move |_| asked.with(order));
    let is_list = Memo::new(move |_| asked.with(is_list));
    let link = move |part, value: Option<&'static str>, is_chosen: Signal<bool>, words| {
        view! {
            <a
                href=move || asked.get().keeping(part, value).address(PATH)
                aria-current=move || is_chosen.get().then_some("true")
            >
                {words}
            </a>
        }
    };
    let orders = MediaOrder::EVERY.map(|one| {
        let value = (one != MediaOrder::default()).then(|| one.as_str());
        let is_chosen = Signal::derive(move || order.get() == one);
        link(ORDER, value, is_chosen, order_words(one))
    });
    view! {
        <div class="actions">
            <nav class="segmented" aria-label=say!(media.order)>
                {orders.to_vec()}
            </nav>
            <nav class="segmented" aria-label=say!(media.layout)>
                {link(
                    LAYOUT,
                    None,
                    Signal::derive(move || !is_list.get()),
                    say!(media.layout_grid),
                )}
                {link(LAYOUT, Some(LIST), is_list.into(), say!(media.layout_list))}
            </nav>
        </div>
    }
}

#[component]
fn Items(
    view: Signal<LibraryView>,
    asked: Memo<Asked<MediaFilter>>,
    rename: ServerAction<RenameMedia>,
    delete: ServerAction<DeleteMedia>,
    voice: ServerAction<MakeVoiceNote>,
) -> impl IntoView {
    let ids = Memo::new(move |_| {
        view.with(|view| {
            let all = view.items.iter();
            all.map(|card| card.item.id).collect::<Vec<_>>()
        })
    });
    let is_empty = Memo::new(move |_| ids.with(Vec::is_empty));
    let converts = Memo::new(move |_| view.with(|view| view.converts));
    let class = move || {
        if asked.with(is_list) {
            "media-list"
        } else {
            "media-grid"
        }
    };
    let card_of = move |id: MediaId| {
        Memo::new(move |last: Option<&Option<MediaCard>>| {
            view.with(|view| view.items.iter().find(|card| card.item.id == id).cloned())
                .or_else(|| last.cloned().flatten())
        })
    };
    view! {
        <ul class=class>
            <For each=move || ids.get() key=|id| *id let:id>
                {
                    let card = card_of(id);
                    move || {
                        let converts = converts.get();
                        card.get()
                            .map(|card| view! { <Tile card rename delete voice converts /> })
                    }
                }
            </For>
        </ul>
        {move || is_empty.get().then(|| view! { <NoneFound asked /> })}
    }
}

/// Nothing was found: why, and the way back to what there is.
#[component]
fn NoneFound(asked: Memo<Asked<MediaFilter>>) -> impl IntoView {
    let words = move || {
        asked.with(|asked| {
            if asked.text.is_empty() {
                say!(media.none_of_kind)
            } else {
                say!(media.none_found)
            }
        })
    };
    view! {
        <div class="empty">
            <p class="note" role="status">
                {words}
            </p>
            <a href=PATH class="btn">
                {say!(media.show_all)}
            </a>
        </div>
    }
}
