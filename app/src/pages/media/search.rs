//! Looking for media: the kinds, the orders, how they are drawn, and the words for them.

use crate::components::{Asked, Kind};
use crate::domain::{MediaFilter, MediaOrder, MediaQuery};

/// The page's address without what it asks for.
pub(super) const PATH: &str = "/midias";
/// The part of the address that says in which order.
pub(super) const ORDER: &str = "ordem";
/// The part of the address that says whether it is a grid or a list.
pub(super) const LAYOUT: &str = "modo";
/// The layout that is not shown unasked.
pub(super) const LIST: &str = "lista";

impl Kind for MediaFilter {
    fn every() -> &'static [Self] {
        &Self::EVERY
    }

    fn in_address(self) -> &'static str {
        self.as_str()
    }

    fn words(self) -> &'static str {
        filter_words(self)
    }

    fn kept() -> &'static [&'static str] {
        &[ORDER, LAYOUT]
    }
}

/// The words for a filter.
pub(crate) fn filter_words(filter: MediaFilter) -> &'static str {
    match filter {
        MediaFilter::All => say!(media.filter_all),
        MediaFilter::Image => say!(media.filter_image),
        MediaFilter::Video => say!(media.filter_video),
        MediaFilter::Audio => say!(media.filter_audio),
        MediaFilter::Document => say!(media.filter_document),
    }
}

/// The words for an order.
pub(super) fn order_words(order: MediaOrder) -> &'static str {
    match order {
        MediaOrder::Newest => say!(media.order_newest),
        MediaOrder::Name => say!(media.order_name),
        MediaOrder::Largest => say!(media.order_largest),
    }
}

/// What the address asks for, as the store is asked.
pub(super) fn query(asked: &Asked<MediaFilter>) -> MediaQuery {
    MediaQuery {
        text: asked.text.clone(),
        filter: asked.kind,
        order: order(asked),
    }
}

/// In which order the address asks for them.
pub(super) fn order(asked: &Asked<MediaFilter>) -> MediaOrder {
    MediaOrder::of(asked.kept(ORDER))
}

/// Whether the address asks for a list.
pub(super) fn is_list(asked: &Asked<MediaFilter>) -> bool {
    asked.kept(LAYOUT) == Some(LIST)
}
