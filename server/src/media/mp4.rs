//! MP4 files: boxes within boxes (ISO/IEC 14496-12). Only what describes the file is read, never its
//! pictures.

use arauto_app::domain::{ForeignFormat, MediaProblem};

use super::bytes::{u16_be, u32_be, u64_be};

/// Deepest nesting that is followed; what describes a track is five boxes deep.
const MAX_BOXES: usize = 10_000;

/// What a file says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Movie {
    /// Width and height of its picture, as shown; `None` for audio alone.
    pub(super) picture: Option<(u32, u32)>,
    /// How long it plays, in milliseconds.
    pub(super) duration_ms: Option<u64>,
}

/// One box.
#[derive(Clone, Copy)]
struct Atom<'a> {
    kind: [u8; 4],
    body: &'a [u8],
    /// Where the body begins in the bytes that were walked.
    start: usize,
}

/// Reads what the file says of itself, and refuses what WhatsApp does not play.
pub(super) fn read(file: &[u8]) -> Result<Movie, MediaProblem> {
    let atoms = atoms(file)?;
    let has_data = atoms.iter().any(|atom| &atom.kind == b"mdat");
    let moov = atoms.iter().find(|atom| &atom.kind == b"moov");
    let (Some(moov), true) = (moov, has_data) else {
        return Err(MediaProblem::Broken);
    };
    let mut movie = Movie::default();
    let mut has_sound = false;
    for atom in self::atoms(moov.body)? {
        match &atom.kind {
            b"mvhd" => movie.duration_ms = duration(atom.body),
            b"trak" => match track(atom.body)? {
                Track::Picture(size) => movie.picture = movie.picture.or(Some(size)),
                Track::Sound => has_sound = true,
                Track::Other => {}
            },
            _ => {}
        }
    }
    if movie.picture.is_none() && !has_sound {
        return Err(MediaProblem::Broken);
    }
    Ok(movie)
}

/// Blanks what programs wrote about the file, above all where it was recorded. Nothing moves, so that
/// what points into the file still does.
pub(super) fn forget_origin(file: &mut [u8]) {
    let mut blanked = Vec::new();
    for atom in atoms(file).unwrap_or_default() {
        match &atom.kind {
            b"moov" => notes(atom.body, atom.start, &mut blanked),
            _ if is_note(&atom) => blanked.push((atom.start, atom.body.len())),
            _ => {}
        }
    }
    for (start, len) in blanked {
        // Its size stays, its type says that it holds nothing (8.1.2).
        if let Some(kind) = start
            .checked_sub(4)
            .and_then(|kind| file.get_mut(kind..start))
        {
            kind.copy_from_slice(b"free");
        }
        if let Some(body) = file.get_mut(start..start + len) {
            body.fill(0);
        }
    }
}

/// Where the notes are within a movie or one of its tracks, which begins at `base`.
fn notes(body: &[u8], base: usize, found: &mut Vec<(usize, usize)>) {
    for atom in atoms(body).unwrap_or_default() {
        match &atom.kind {
            b"trak" => notes(atom.body, base + atom.start, found),
            _ if is_note(&atom) => found.push((base + atom.start, atom.body.len())),
            _ => {}
        }
    }
}

/// Whether a box tells of the file's making: what users and programs noted (8.10.1), tags (8.11.1), or XMP
/// under the identifier that its specification gives it (part 3, 1.1.4).
fn is_note(atom: &Atom<'_>) -> bool {
    const XMP: [u8; 16] = [
        0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf,
        0xac,
    ];
    match &atom.kind {
        b"udta" | b"meta" => true,
        b"uuid" => atom.body.starts_with(&XMP),
        _ => false,
    }
}

/// The boxes side by side in `bytes`; one that ends beyond them means that the file was cut.
fn atoms(bytes: &[u8]) -> Result<Vec<Atom<'_>>, MediaProblem> {
    const HEADER: usize = 8;
    let mut atoms = Vec::new();
    let mut at = 0;
    while bytes.len() - at >= HEADER {
        let rest = &bytes[at..];
        let size = u32_be(rest, 0).ok_or(MediaProblem::Broken)?;
        let (header, size) = match size {
            // To the end of what holds it.
            0 => (HEADER, rest.len()),
            1 => {
                let size = u64_be(rest, HEADER).ok_or(MediaProblem::Broken)?;
                (16, usize::try_from(size).unwrap_or(usize::MAX))
            }
            size => (HEADER, size as usize),
        };
        let kind = rest[4..HEADER].first_chunk().copied();
        let body = rest.get(header..size);
        let (Some(kind), Some(body), true) = (kind, body, atoms.len() < MAX_BOXES) else {
            return Err(MediaProblem::Broken);
        };
        let start = at + header;
        atoms.push(Atom { kind, body, start });
        at += size;
    }
    Ok(atoms)
}

fn child(bytes: &[u8], kind: [u8; 4]) -> Result<Option<&[u8]>, MediaProblem> {
    let mut atoms = atoms(bytes)?.into_iter();
    let found = atoms.find(|atom| atom.kind == kind);
    Ok(found.map(|atom| atom.body))
}

/// The movie header's duration (8.2.2); 0 is that of a file in fragments.
fn duration(header: &[u8]) -> Option<u64> {
    let (scale, units) = match header.first()? {
        1 => (u32_be(header, 20)?, u64_be(header, 24)?),
        _ => (u32_be(header, 12)?, u64::from(u32_be(header, 16)?)),
    };
    let millis = u128::from(units) * 1000 / u128::from(scale).max(1);
    u64::try_from(millis).ok().filter(|millis| *millis > 0)
}

enum Track {
    Picture((u32, u32)),
    Sound,
    Other,
}

fn track(track: &[u8]) -> Result<Track, MediaProblem> {
    let media = child(track, *b"mdia")?.unwrap_or_default();
    let handler = child(media, *b"hdlr")?.unwrap_or_default();
    let kind = handler.get(8..12);
    if kind != Some(b"vide") && kind != Some(b"soun") {
        return Ok(Track::Other);
    }
    let info = child(media, *b"minf")?.unwrap_or_default();
    let table = child(info, *b"stbl")?.unwrap_or_default();
    let described = child(table, *b"stsd")?.and_then(|described| described.get(8..));
    let samples = atoms(described.unwrap_or_default())?;
    let sample = samples.first().ok_or(MediaProblem::Broken)?;
    if kind == Some(b"soun") {
        return match &sample.kind {
            b"mp4a" => Ok(Track::Sound),
            _ => unplayable(ForeignFormat::OtherCodec),
        };
    }
    check_picture(sample)?;
    let header = child(track, *b"tkhd")?.unwrap_or_default();
    let size = size(header).or_else(|| {
        let side = |at| u16_be(sample.body, at).map(u32::from);
        Some((side(24)?, side(26)?)).filter(|(width, height)| *width > 0 && *height > 0)
    });
    size.map(Track::Picture).ok_or(MediaProblem::Broken)
}

fn unplayable<T>(format: ForeignFormat) -> Result<T, MediaProblem> {
    Err(MediaProblem::Unplayable { format })
}

/// WhatsApp plays H.264 in the profiles that phones decode.
fn check_picture(sample: &Atom<'_>) -> Result<(), MediaProblem> {
    /// Baseline, Main, Extended and High (ITU-T H.264, annex A).
    const PROFILES: [u8; 4] = [66, 77, 88, 100];
    /// What a visual sample entry holds before its boxes (12.1.3).
    const FIXED: usize = 78;
    match &sample.kind {
        b"avc1" | b"avc3" => {}
        b"hvc1" | b"hev1" | b"dvh1" | b"dvhe" => return unplayable(ForeignFormat::Hevc),
        b"av01" => return unplayable(ForeignFormat::Av1),
        b"vp08" | b"vp09" => return unplayable(ForeignFormat::Vp9),
        b"mp4v" => return unplayable(ForeignFormat::Mpeg4Visual),
        _ => return unplayable(ForeignFormat::OtherCodec),
    }
    let boxes = sample.body.get(FIXED..).ok_or(MediaProblem::Broken)?;
    let configuration = child(boxes, *b"avcC")?.ok_or(MediaProblem::Broken)?;
    match configuration.get(1) {
        Some(profile) if PROFILES.contains(profile) => Ok(()),
        Some(_) => unplayable(ForeignFormat::H264Professional),
        None => Err(MediaProblem::Broken),
    }
}

/// Width and height as shown (8.3.2): a video that was taken sideways is turned by its matrix.
fn size(header: &[u8]) -> Option<(u32, u32)> {
    let matrix = match header.first()? {
        1 => 52,
        _ => 40,
    };
    // 16.16 fixed point.
    let side = |at| u32_be(header, at).map(|side| side >> 16);
    let (width, height) = (side(matrix + 36)?, side(matrix + 40)?);
    let is_sideways = u32_be(header, matrix)? == 0 && u32_be(header, matrix + 16)? == 0;
    let upright = if is_sideways {
        (height, width)
    } else {
        (width, height)
    };
    (width > 0 && height > 0).then_some(upright)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Film, atom, mp4};
    use super::*;

    /// An MP4 with these boxes at the end of its movie, and of its last track.
    fn with_notes(notes: &[u8], after: &[u8]) -> Vec<u8> {
        let track = atom(*b"trak", &[&atom(*b"mdia", &[]), notes].concat());
        let movie = atom(*b"moov", &[notes, &track].concat());
        [
            &atom(*b"ftyp", b"isom"),
            &movie[..],
            after,
            &atom(*b"mdat", b"mdat"),
        ]
        .concat()
    }

    #[test]
    fn every_place_for_notes_is_blanked_and_nothing_moves() {
        let place = b"-23.5505-046.6333/";
        let xmp = [
            &[0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8][..],
            &[0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac],
            place,
        ]
        .concat();
        for (what, note) in [
            (
                "the place by Apple",
                atom(*b"udta", &atom(*b"\xa9xyz", place)),
            ),
            ("the place by 3GPP", atom(*b"udta", &atom(*b"loci", place))),
            ("tags", atom(*b"meta", &atom(*b"ilst", place))),
            ("XMP", atom(*b"uuid", &xmp)),
        ] {
            for mut file in [with_notes(&note, &[]), with_notes(&[], &note)] {
                let len = file.len();
                assert!(file.windows(9).any(|part| part == b"-046.6333"), "{what}");
                forget_origin(&mut file);
                assert!(!file.windows(9).any(|part| part == b"-046.6333"), "{what}");
                assert_eq!(file.len(), len);
                assert!(
                    atoms(&file).is_ok() && file.ends_with(b"mdatmdat"),
                    "{what}"
                );
            }
        }
        // Other boxes of programs may be needed to play it.
        let other = atom(*b"uuid", b"sixteen bytes id and more");
        let before = with_notes(&other, &other);
        let mut after = before.clone();
        forget_origin(&mut after);
        assert!(after == before);
        let mut film = mp4(Film::H264);
        forget_origin(&mut film);
        assert!(read(&film).is_ok());
    }
}
