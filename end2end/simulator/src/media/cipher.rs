//! The encryption of files: AES-256-CBC and a truncated HMAC, with keys derived from one that the
//! message carries.

use std::io;

use aes::Aes256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// An encrypted file ends with this many bytes of its HMAC.
const MAC_LENGTH: usize = 10;

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MediaFailure {
    #[error("the file was never uploaded")]
    NotUploaded,
    #[error("the file is shorter than its MAC")]
    TooShort,
    #[error("the file's MAC is wrong")]
    Mac,
    #[error("the file's padding is wrong")]
    Padding,
    #[error("the media key has a wrong length")]
    Key,
    #[error("this kind of message has no file")]
    Kind,
    #[error("the media folder cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// What decides the keys: an image encrypted as a document does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaKind {
    Image,
    Video,
    Audio,
    Document,
}

impl MediaKind {
    /// The kind behind a kind of message.
    pub(crate) fn of_message(kind: &str) -> Option<Self> {
        match kind {
            "image" | "sticker" => Some(Self::Image),
            "video" => Some(Self::Video),
            "audio" => Some(Self::Audio),
            "document" => Some(Self::Document),
            _ => None,
        }
    }

    fn info(self) -> &'static [u8] {
        match self {
            Self::Image => b"WhatsApp Image Keys",
            Self::Video => b"WhatsApp Video Keys",
            Self::Audio => b"WhatsApp Audio Keys",
            Self::Document => b"WhatsApp Document Keys",
        }
    }
}

/// Decrypts an uploaded file.
pub(crate) fn decrypt(
    kind: MediaKind,
    media_key: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, MediaFailure> {
    if media_key.len() != 32 {
        return Err(MediaFailure::Key);
    }
    let mut expanded = [0; 112];
    Hkdf::<Sha256>::new(None, media_key)
        .expand(kind.info(), &mut expanded)
        .map_err(|_| MediaFailure::Key)?;
    let (iv, keys) = expanded.split_at(16);
    let (cipher_key, keys) = keys.split_at(32);
    let (mac_key, _reference) = keys.split_at(32);
    let length = sealed
        .len()
        .checked_sub(MAC_LENGTH)
        .ok_or(MediaFailure::TooShort)?;
    let (ciphertext, mac) = sealed.split_at(length);
    let mut expected = Hmac::<Sha256>::new_from_slice(mac_key).map_err(|_| MediaFailure::Key)?;
    expected.update(iv);
    expected.update(ciphertext);
    expected
        .verify_truncated_left(mac)
        .map_err(|_| MediaFailure::Mac)?;
    Decryptor::<Aes256>::new_from_slices(cipher_key, iv)
        .map_err(|_| MediaFailure::Key)?
        .decrypt_padded_vec::<Pkcs7>(ciphertext)
        .map_err(|_| MediaFailure::Padding)
}

/// Under which name the media hosts keep a file: its hash as URLs spell it.
pub(crate) fn vault_name(encrypted_sha256: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(encrypted_sha256)
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use cbc::Encryptor;
    use cbc::cipher::BlockModeEncrypt as _;

    use super::*;

    fn seal(kind: MediaKind, media_key: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut expanded = [0; 112];
        Hkdf::<Sha256>::new(None, media_key)
            .expand(kind.info(), &mut expanded)
            .unwrap();
        let mut sealed = Encryptor::<Aes256>::new_from_slices(&expanded[16..48], &expanded[..16])
            .unwrap()
            .encrypt_padded_vec::<Pkcs7>(plain);
        let mut mac = Hmac::<Sha256>::new_from_slice(&expanded[48..80]).unwrap();
        mac.update(&expanded[..16]);
        mac.update(&sealed);
        sealed.extend_from_slice(&mac.finalize().into_bytes()[..MAC_LENGTH]);
        sealed
    }

    #[test]
    fn a_file_opens_with_its_key_and_kind_only() {
        let key = [3; 32];
        let sealed = seal(MediaKind::Image, &key, b"a picture");
        assert_eq!(
            decrypt(MediaKind::Image, &key, &sealed).unwrap(),
            b"a picture"
        );
        assert!(matches!(
            decrypt(MediaKind::Video, &key, &sealed),
            Err(MediaFailure::Mac)
        ));
        assert!(matches!(
            decrypt(MediaKind::Image, &[4; 32], &sealed),
            Err(MediaFailure::Mac)
        ));
        assert!(matches!(
            decrypt(MediaKind::Image, &key, b"short"),
            Err(MediaFailure::TooShort)
        ));
        assert!(matches!(
            decrypt(MediaKind::Image, b"no key", &sealed),
            Err(MediaFailure::Key)
        ));
    }
}
