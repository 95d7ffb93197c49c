//! ZIP archives by their directory (PKWARE APPNOTE 6.3): nothing is unpacked. Office files are
//! archives with certain entries.

use arauto_app::domain::MediaProblem;

use super::bytes::{u16_le, u32_le};

const END: &[u8] = b"PK\x05\x06";
const END_BYTES: usize = 22;
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_BYTES: usize = 46;

/// The MIME type of an archive of `len` bytes, by its last ones. Whatever is cut, or has something
/// after its end, is broken.
pub(super) fn mime(tail: &[u8], len: u64) -> Result<&'static str, MediaProblem> {
    let end = end_of_directory(tail).ok_or(MediaProblem::Broken)?;
    let before = len - tail.len() as u64;
    let number = |at| u32_le(tail, end + at).map(u64::from);
    let (Some(size), Some(offset)) = (number(12), number(16)) else {
        return Err(MediaProblem::Broken);
    };
    let end_at = before + end as u64;
    if offset + size > end_at {
        return Err(MediaProblem::Broken);
    }
    // Of a directory that is larger than what is kept the names are not known: an archive.
    let Some(start) = offset
        .checked_sub(before)
        .and_then(|start| usize::try_from(start).ok())
    else {
        return Ok("application/zip");
    };
    let names = names(&tail[start..end])?;
    let has = |wanted: &str| names.contains(&wanted.as_bytes());
    Ok(if !has("[Content_Types].xml") {
        "application/zip"
    } else if has("word/document.xml") {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    } else if has("xl/workbook.xml") {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    } else if has("ppt/presentation.xml") {
        "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    } else {
        "application/zip"
    })
}

/// Where the record that ends the directory begins; its comment ends with the file (4.3.16).
fn end_of_directory(tail: &[u8]) -> Option<usize> {
    let last = tail.len().checked_sub(END_BYTES)?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    (first..=last).rev().find(|at| {
        let is_record = tail[*at..].starts_with(END);
        let comment = u16_le(tail, at + 20).map(usize::from);
        is_record && comment == Some(tail.len() - at - END_BYTES)
    })
}

/// The names of the entries (4.3.12).
fn names(mut directory: &[u8]) -> Result<Vec<&[u8]>, MediaProblem> {
    let mut names = Vec::new();
    while directory.starts_with(ENTRY) {
        let len = |at| u16_le(directory, at).map(usize::from);
        let (Some(name), Some(extra), Some(comment)) = (len(28), len(30), len(32)) else {
            return Err(MediaProblem::Broken);
        };
        let rest = directory.get(ENTRY_BYTES + name + extra + comment..);
        let name = directory.get(ENTRY_BYTES..ENTRY_BYTES + name);
        let (Some(name), Some(rest)) = (name, rest) else {
            return Err(MediaProblem::Broken);
        };
        names.push(name);
        directory = rest;
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::super::samples::zip;
    use super::*;

    #[test]
    fn office_files_are_told_from_other_archives_by_their_entries() {
        for (entries, kind) in [
            (
                &["[Content_Types].xml", "word/document.xml"][..],
                "wordprocessingml.document",
            ),
            (
                &["xl/workbook.xml", "[Content_Types].xml"],
                "spreadsheetml.sheet",
            ),
            (
                &["[Content_Types].xml", "ppt/presentation.xml"],
                "presentationml.presentation",
            ),
            (&["word/document.xml"], "zip"),
            (&["../../etc/passwd"], "zip"),
            (&[], "zip"),
        ] {
            let file = zip(entries);
            let mime = mime(&file, file.len() as u64).unwrap();
            assert!(mime.ends_with(kind), "{mime}");
        }
    }

    #[test]
    fn an_archive_that_is_cut_or_followed_by_something_is_broken() {
        let file = zip(&["a.txt", "b.txt"]);
        for len in 0..file.len() {
            let answer = mime(&file[..len], len as u64);
            assert_eq!(answer, Err(MediaProblem::Broken), "{len}");
        }
        let mut longer = file;
        longer.extend_from_slice(b"<script>");
        let answer = mime(&longer, longer.len() as u64);
        assert_eq!(answer, Err(MediaProblem::Broken));
    }
}
