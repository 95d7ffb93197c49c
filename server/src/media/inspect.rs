//! What a file is that was held until all of it was there: a picture, a video, audio.

use arauto_app::domain::{ForeignFormat, MediaKind, MediaProblem};
use image::ImageFormat;

use super::facts::Facts;
use super::sniff::Format;
use super::{metadata, mp3, mp4, ogg, picture};

/// How many bytes [`inspect`] takes for a while, besides the file.
///
/// # Errors
/// When the file is broken, or a picture that is larger than what can be looked at.
pub(super) fn working_memory(file: &[u8], format: Format) -> Result<u64, MediaProblem> {
    match format {
        Format::Picture(format) => picture::working_memory(file, format),
        Format::Gif => picture::working_memory(file, ImageFormat::Gif),
        _ => Ok(0),
    }
}

/// Looks through the whole file, and takes out of it where it was made. Takes up to a second and its
/// [`working_memory`]: the caller bounds how many run at a time, on which thread.
pub(super) fn inspect(file: &mut Vec<u8>, format: Format) -> Result<Facts, MediaProblem> {
    Ok(match format {
        Format::Picture(format) => {
            let seen = picture::decode(file, format)?;
            metadata::forget_origin(file, format, seen.orientation);
            picture_facts(MediaKind::Image, format, seen)
        }
        Format::Gif => {
            let seen = picture::decode(file, ImageFormat::Gif)?;
            picture_facts(MediaKind::Document, ImageFormat::Gif, seen)
        }
        Format::Mp4 => {
            let movie = mp4::read(file)?;
            mp4::forget_origin(file);
            let facts = match movie.picture {
                Some(_) => Facts::of(MediaKind::Video, "video/mp4"),
                None => Facts::of(MediaKind::Audio, "audio/mp4"),
            };
            Facts {
                size: movie.picture,
                duration_ms: movie.duration_ms,
                ..facts
            }
        }
        Format::Ogg => plays(ogg::duration(file)?, "audio/ogg; codecs=opus"),
        Format::Mp3 => plays(mp3::duration(file)?, "audio/mpeg"),
        // These are proved while they pass by.
        Format::Pdf | Format::Zip | Format::Text { .. } => {
            return Err(MediaProblem::UnsupportedKind);
        }
        // Converted before, where it can be.
        Format::Foreign(format) => return Err(MediaProblem::Unplayable { format }),
    })
}

/// What a file is made of that has the right packing, if that is nothing that WhatsApp plays.
pub(super) fn foreign_within(file: &[u8], format: Format) -> Option<ForeignFormat> {
    let read = match format {
        Format::Mp4 => mp4::read(file).map(drop),
        Format::Ogg => ogg::begin(file),
        _ => return None,
    };
    match read {
        Err(MediaProblem::Unplayable { format }) => Some(format),
        _ => None,
    }
}

fn picture_facts(kind: MediaKind, format: ImageFormat, seen: picture::Picture) -> Facts {
    Facts {
        size: Some((seen.width, seen.height)),
        thumbnail: Some(seen.thumbnail),
        ..Facts::of(kind, format.to_mime_type())
    }
}

fn plays(duration_ms: u64, mime: &'static str) -> Facts {
    Facts {
        duration_ms: Some(duration_ms),
        ..Facts::of(MediaKind::Audio, mime)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::document::Probe;
    use super::super::samples::{Film, encoded, jpeg, mp3, mp4, ogg_page, pdf, voice, zip};
    use super::super::sniff::{SNIFFED_BYTES, sniff};
    use super::*;

    /// What the library would make of a file.
    fn examine(file: &[u8], name: &str) -> Result<Facts, MediaProblem> {
        let format = sniff(&file[..file.len().min(SNIFFED_BYTES)], name)?;
        match Probe::of(format) {
            Some(mut probe) => {
                file.chunks(777).for_each(|chunk| probe.feed(chunk));
                probe.finish()
            }
            None => inspect(&mut file.to_vec(), format),
        }
    }

    fn unplayable(format: ForeignFormat) -> Result<Facts, MediaProblem> {
        Err(MediaProblem::Unplayable { format })
    }

    #[test]
    fn every_kind_tells_what_is_known_of_it() {
        let video = examine(&mp4(Film::H264), "a.mp4").unwrap();
        assert_eq!((video.kind, video.mime), (MediaKind::Video, "video/mp4"));
        assert_eq!(
            (video.size, video.duration_ms),
            (Some((640, 360)), Some(7_500))
        );
        let sideways = Film {
            sideways: true,
            ..Film::H264
        };
        let sideways = examine(&mp4(sideways), "a.mp4").unwrap();
        assert_eq!(sideways.size, Some((360, 640)));

        for (file, mime, millis) in [
            (mp4(Film::SOUND), "audio/mp4", 90_000),
            (voice(3_200), "audio/ogg; codecs=opus", 3_200),
            (mp3(100), "audio/mpeg", 2_612),
        ] {
            let facts = examine(&file, "a").unwrap();
            assert_eq!((facts.kind, facts.mime), (MediaKind::Audio, mime));
            assert_eq!(facts.duration_ms, Some(millis), "{mime}");
        }
        let gif = examine(&encoded(ImageFormat::Gif, 64, 32), "a.gif").unwrap();
        assert_eq!((gif.kind, gif.mime), (MediaKind::Document, "image/gif"));
        assert_eq!(gif.size, Some((64, 32)));
        assert!(gif.thumbnail.is_some());
        for (file, name, mime, pages) in [
            (pdf(12), "a.pdf", "application/pdf", Some(12)),
            (zip(&["a.txt"]), "a.zip", "application/zip", None),
            (b"a;b\n1;2\n".to_vec(), "a.csv", "text/csv", None),
            ("olá".into(), "a.txt", "text/plain", None),
        ] {
            let facts = examine(&file, name).unwrap();
            assert_eq!((facts.kind, facts.mime), (MediaKind::Document, mime));
            assert_eq!(facts.pages, pages, "{name}");
        }
    }

    #[test]
    fn a_file_that_is_cut_anywhere_is_taken_for_nothing_whole() {
        for (file, name) in [
            (mp4(Film::H264), "a.mp4"),
            (mp4(Film::SOUND), "a.m4a"),
            (voice(3_200), "a.ogg"),
            (pdf(3), "a.pdf"),
            (zip(&["a.txt", "b.txt"]), "a.zip"),
            (jpeg(40, 40), "a.jpg"),
            (encoded(ImageFormat::Gif, 40, 40), "a.gif"),
        ] {
            for len in (SNIFFED_BYTES..file.len()).step_by(7) {
                // A line break after the end marker may be missing.
                let is_whole = name == "a.pdf" && len >= file.len() - 1;
                let answer = examine(&file[..len], name);
                assert!(answer.is_err() || is_whole, "{name}: {len}");
            }
        }
        assert_eq!(examine(&mp3(2), "a.mp3"), Err(MediaProblem::Broken));
    }

    #[test]
    fn a_codec_that_whatsapp_does_not_play_is_named() {
        for (codec, format) in [
            (*b"hvc1", ForeignFormat::Hevc),
            (*b"hev1", ForeignFormat::Hevc),
            (*b"av01", ForeignFormat::Av1),
            (*b"vp09", ForeignFormat::Vp9),
            (*b"mp4v", ForeignFormat::Mpeg4Visual),
            (*b"dvav", ForeignFormat::OtherCodec),
        ] {
            let film = Film {
                picture: Some(codec),
                ..Film::H264
            };
            assert_eq!(examine(&mp4(film), "a.mp4"), unplayable(format));
        }
        let film = Film {
            profile: 110,
            ..Film::H264
        };
        let answer = examine(&mp4(film), "a.mp4");
        assert_eq!(answer, unplayable(ForeignFormat::H264Professional));
        let vorbis = ogg_page(2, 0, 0, b"\x01vorbis\0\0\0\0\x01");
        let answer = examine(&vorbis, "a.ogg");
        assert_eq!(answer, unplayable(ForeignFormat::OggWithoutOpus));
    }

    #[test]
    fn where_a_video_was_recorded_is_forgotten_and_nothing_moves() {
        let file = mp4(Film::H264);
        let mut kept = file.clone();
        let facts = inspect(&mut kept, Format::Mp4).unwrap();
        let has = |file: &[u8]| file.windows(8).any(|part| part == b"-23.5505");
        assert!(has(&file) && !has(&kept));
        assert_eq!(kept.len(), file.len());
        let mut again = kept.clone();
        let same = inspect(&mut again, Format::Mp4).unwrap();
        assert!(again == kept && same == facts);
    }

    #[test]
    fn a_damaged_page_of_sound_is_noticed() {
        let mut file = voice(3_200);
        let last = file.len() - 1;
        file[last] ^= 1;
        assert_eq!(examine(&file, "a.ogg"), Err(MediaProblem::Broken));
    }

    #[test]
    fn a_text_with_control_characters_after_its_beginning_is_none() {
        let mut file = vec![b'a'; 5_000];
        file[4_000] = 0;
        let answer = examine(&file, "a.txt");
        assert_eq!(answer, Err(MediaProblem::UnsupportedKind));
    }

    proptest! {
        /// No bytes make anything panic, loop or claim a size that is none.
        #[test]
        fn whatever_comes_is_taken_or_refused(
            which in 0..9_usize,
            at in any::<prop::sample::Index>(),
            bytes in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let (mut file, name) = match which {
                0 => (mp4(Film::H264), "a.mp4"),
                1 => (mp4(Film::SOUND), "a.mp4"),
                2 => (voice(100), "a.ogg"),
                3 => (mp3(5), "a.mp3"),
                4 => (pdf(2), "a.pdf"),
                5 => (zip(&["[Content_Types].xml", "word/document.xml"]), "a.docx"),
                6 => (jpeg(16, 16), "a.jpg"),
                7 => (encoded(ImageFormat::Gif, 16, 16), "a.gif"),
                _ => (bytes.clone(), "a.csv"),
            };
            prop_assume!(!file.is_empty());
            let at = at.index(file.len());
            for (place, byte) in file[at..].iter_mut().zip(&bytes) {
                *place = *byte;
            }
            if let Ok(facts) = examine(&file, name) {
                prop_assert!(facts.size.is_none_or(|(width, height)| width > 0 && height > 0));
            }
        }
    }
}
