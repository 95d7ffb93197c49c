//! Frames on a WebSocket: before the handshake in clear, after it in AES-256-GCM with a counter for
//! each direction.

use axum::extract::ws::{Message, WebSocket};
use bytes::{Buf, BytesMut};
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt as _, StreamExt as _};
use wacore_binary::consts::WA_CONN_HEADER;
use wacore_binary::{Node, marshal, node::OwnedNodeRef};
use wacore_noise::NoiseCipher;
use wacore_noise::framing::{FrameDecoder, encode_frame};

/// The client may put routing information before the header: `ED`, a version and a length.
const EDGE_ROUTING_INTRO: [u8; 4] = [b'E', b'D', 0, 1];

/// Why a connection cannot go on. Each of them ends it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TransportError {
    #[error("the client closed the connection")]
    Closed,
    #[error("the first bytes are not the header of the protocol")]
    Header,
    #[error("a frame could not be decrypted")]
    Decrypt,
    #[error("a frame could not be encrypted")]
    Encrypt,
    #[error("a frame is too large")]
    FrameTooLarge,
    #[error("a stanza could not be decoded: {0}")]
    Stanza(#[from] wacore_binary::BinaryError),
}

/// Splits a WebSocket into its two directions.
pub(crate) fn frames(socket: WebSocket) -> (FrameReader, FrameWriter) {
    let (sink, stream) = socket.split();
    let reader = FrameReader {
        stream,
        intro: Some(BytesMut::new()),
        frames: FrameDecoder::new(),
        cipher: None,
        counter: 0,
    };
    (
        reader,
        FrameWriter {
            sink,
            cipher: None,
            counter: 0,
        },
    )
}

/// What comes from the client.
pub(crate) struct FrameReader {
    stream: SplitStream<WebSocket>,
    /// Bytes received until the header is complete; `None` after it.
    intro: Option<BytesMut>,
    frames: FrameDecoder,
    cipher: Option<NoiseCipher>,
    counter: u32,
}

impl FrameReader {
    /// The next frame as it was on the wire.
    pub(crate) async fn raw_frame(&mut self) -> Result<BytesMut, TransportError> {
        loop {
            if let Some(frame) = self.frames.decode_frame() {
                return Ok(frame);
            }
            match self.stream.next().await {
                Some(Ok(Message::Binary(bytes))) => self.feed(&bytes)?,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(TransportError::Closed),
                Some(Ok(Message::Text(_) | Message::Ping(_) | Message::Pong(_))) => {}
            }
        }
    }

    fn feed(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        let Some(mut intro) = self.intro.take() else {
            self.frames.feed(bytes);
            return Ok(());
        };
        intro.extend_from_slice(bytes);
        if strip_intro(&mut intro)? {
            self.frames.feed(&intro);
        } else {
            self.intro = Some(intro);
        }
        Ok(())
    }

    /// From here on frames are encrypted with `cipher`.
    pub(crate) fn encrypt_with(&mut self, cipher: NoiseCipher) {
        self.cipher = Some(cipher);
    }

    /// Consumes a frame without looking at it, as a network would that swallows what is sent.
    pub(crate) fn skip(&mut self, _frame: BytesMut) {
        self.counter = self.counter.wrapping_add(1);
    }

    /// Decrypts, inflates and decodes a frame.
    pub(crate) fn stanza(&mut self, mut frame: BytesMut) -> Result<Node, TransportError> {
        let cipher = self.cipher.as_ref().ok_or(TransportError::Decrypt)?;
        cipher
            .decrypt_in_place_with_counter(self.counter, &mut frame)
            .map_err(|_| TransportError::Decrypt)?;
        self.counter = self.counter.wrapping_add(1);
        let body = wacore_binary::util::unpack_bytes(frame)?;
        Ok(OwnedNodeRef::new(body)?.to_owned_node())
    }
}

/// Removes the optional routing information and the header; `false` while they are incomplete.
fn strip_intro(intro: &mut BytesMut) -> Result<bool, TransportError> {
    if intro.starts_with(&EDGE_ROUTING_INTRO) {
        let Some(&[high, middle, low]) = intro.get(4..7) else {
            return Ok(false);
        };
        let length = 7 + u32::from_be_bytes([0, high, middle, low]) as usize;
        if intro.len() < length + WA_CONN_HEADER.len() {
            return Ok(false);
        }
        intro.advance(length);
    }
    let known = intro.len().min(WA_CONN_HEADER.len());
    if intro[..known] != WA_CONN_HEADER[..known] && !EDGE_ROUTING_INTRO.starts_with(intro) {
        return Err(TransportError::Header);
    }
    if intro.len() < WA_CONN_HEADER.len() {
        return Ok(false);
    }
    intro.advance(WA_CONN_HEADER.len());
    Ok(true)
}

/// What goes to the client.
pub(crate) struct FrameWriter {
    sink: SplitSink<WebSocket, Message>,
    cipher: Option<NoiseCipher>,
    counter: u32,
}

impl FrameWriter {
    /// Sends a frame of the handshake, in clear.
    pub(crate) async fn send_clear(&mut self, payload: &[u8]) -> Result<(), TransportError> {
        let frame = encode_frame(payload, None).map_err(|_| TransportError::FrameTooLarge)?;
        self.sink
            .send(Message::binary(frame))
            .await
            .map_err(|_| TransportError::Closed)
    }

    /// From here on frames are encrypted with `cipher`.
    pub(crate) fn encrypt_with(&mut self, cipher: NoiseCipher) {
        self.cipher = Some(cipher);
    }

    /// Encodes, encrypts and sends a stanza.
    pub(crate) async fn send(&mut self, stanza: &Node) -> Result<(), TransportError> {
        let cipher = self.cipher.as_ref().ok_or(TransportError::Encrypt)?;
        let body = marshal(stanza)?;
        let body = cipher
            .encrypt_with_counter(self.counter, &body)
            .map_err(|_| TransportError::Encrypt)?;
        self.counter = self.counter.wrapping_add(1);
        self.send_clear(&body).await
    }

    /// Closes the WebSocket in order.
    pub(crate) async fn close(mut self) {
        // The client may be gone already, and then there is nobody to tell.
        let _ = self.sink.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_may_come_in_pieces_and_after_routing_information() {
        let mut intro = BytesMut::from(&b"W"[..]);
        assert!(!strip_intro(&mut intro).unwrap());
        intro.extend_from_slice(&WA_CONN_HEADER[1..]);
        intro.extend_from_slice(b"rest");
        assert!(strip_intro(&mut intro).unwrap());
        assert_eq!(&intro[..], b"rest");

        let mut routed = BytesMut::from(&b"ED\x00\x01\x00\x00\x02xy"[..]);
        assert!(!strip_intro(&mut routed).unwrap());
        routed.extend_from_slice(&WA_CONN_HEADER);
        assert!(strip_intro(&mut routed).unwrap());
        assert!(routed.is_empty());
    }

    #[test]
    fn anything_else_is_refused() {
        let mut intro = BytesMut::from(&b"GET / HTTP/1.1"[..]);
        assert!(matches!(
            strip_intro(&mut intro),
            Err(TransportError::Header)
        ));
    }
}
