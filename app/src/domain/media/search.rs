//! Looking for media: what a person asks for and what the answer adds up to.

use serde::{Deserialize, Serialize};

use super::MediaKind;

/// How many items are shown at a time.
pub const MEDIA_SHOWN: u32 = 24;

/// What a person looks for in the library of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MediaQuery {
    /// Part of the name, empty for any. Neither case nor accents matter.
    #[serde(default)]
    pub text: String,
    /// Which of those.
    #[serde(default)]
    pub filter: MediaFilter,
    /// In which order.
    #[serde(default)]
    pub order: MediaOrder,
}

/// The kinds of media that a person may ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaFilter {
    /// Every kind.
    #[default]
    All,
    /// See [`MediaKind::Image`].
    Image,
    /// See [`MediaKind::Video`].
    Video,
    /// See [`MediaKind::Audio`].
    Audio,
    /// See [`MediaKind::Document`].
    Document,
}

impl MediaFilter {
    /// Every choice, in the order in which people choose.
    pub const EVERY: [Self; 5] = [
        Self::All,
        Self::Image,
        Self::Video,
        Self::Audio,
        Self::Document,
    ];

    /// The word for it in a page's address; a person may read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "todas",
            Self::Image => "imagens",
            Self::Video => "videos",
            Self::Audio => "audios",
            Self::Document => "documentos",
        }
    }

    /// The kinds that it takes.
    pub const fn kinds(self) -> &'static [MediaKind] {
        match self {
            Self::All => &MediaKind::EVERY,
            Self::Image => &[MediaKind::Image],
            Self::Video => &[MediaKind::Video],
            Self::Audio => &[MediaKind::Audio],
            Self::Document => &[MediaKind::Document],
        }
    }
}

/// This word names no kind of media.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("parse the kind of media")]
pub struct InvalidMediaFilter;

impl std::str::FromStr for MediaFilter {
    type Err = InvalidMediaFilter;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let mut every = Self::EVERY.into_iter();
        every
            .find(|filter| filter.as_str() == word)
            .ok_or(InvalidMediaFilter)
    }
}

/// In which order media are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaOrder {
    /// The latest upload first.
    #[default]
    Newest,
    /// By name, as searches read it.
    Name,
    /// The largest first.
    Largest,
}

impl MediaOrder {
    /// Every order, in the order in which people choose.
    pub const EVERY: [Self; 3] = [Self::Newest, Self::Name, Self::Largest];

    /// The word for it in a page's address; a person may read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "recentes",
            Self::Name => "nome",
            Self::Largest => "tamanho",
        }
    }

    /// The order that a word of an address asks for.
    pub fn of(word: Option<&str>) -> Self {
        let mut every = Self::EVERY.into_iter();
        every
            .find(|order| Some(order.as_str()) == word)
            .unwrap_or_default()
    }
}

/// How many items there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaCounts {
    image: u32,
    video: u32,
    audio: u32,
    document: u32,
}

impl MediaCounts {
    /// How many a filter takes.
    pub fn of(&self, filter: MediaFilter) -> u32 {
        filter.kinds().iter().map(|kind| self.of_kind(*kind)).sum()
    }

    const fn of_kind(&self, kind: MediaKind) -> u32 {
        match kind {
            MediaKind::Image => self.image,
            MediaKind::Video => self.video,
            MediaKind::Audio => self.audio,
            MediaKind::Document => self.document,
        }
    }
}

impl FromIterator<(MediaKind, u32)> for MediaCounts {
    fn from_iter<T: IntoIterator<Item = (MediaKind, u32)>>(counts: T) -> Self {
        let mut sum = Self::default();
        for (kind, n) in counts {
            let slot = match kind {
                MediaKind::Image => &mut sum.image,
                MediaKind::Video => &mut sum.video,
                MediaKind::Audio => &mut sum.audio,
                MediaKind::Document => &mut sum.document,
            };
            *slot += n;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_counts_every_kind() {
        let counts = MediaCounts::from_iter([
            (MediaKind::Image, 1),
            (MediaKind::Video, 2),
            (MediaKind::Audio, 3),
            (MediaKind::Document, 40),
        ]);
        let of = MediaFilter::EVERY.map(|filter| counts.of(filter));
        assert_eq!(of, [46, 1, 2, 3, 40]);
    }

    #[test]
    fn an_address_names_what_it_asks_for() {
        for filter in MediaFilter::EVERY {
            assert_eq!(filter.as_str().parse(), Ok(filter));
        }
        assert!("outra".parse::<MediaFilter>().is_err());
        for order in MediaOrder::EVERY {
            assert_eq!(MediaOrder::of(Some(order.as_str())), order);
        }
        assert_eq!(MediaOrder::of(Some("outra")), MediaOrder::Newest);
        assert_eq!(MediaOrder::of(None), MediaOrder::Newest);
    }
}
