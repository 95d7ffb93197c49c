//! From bytes on a WebSocket to stanzas and back: framing, Noise, certificates, node helpers.

mod certificates;
mod noise;
mod stanza;
mod transport;

pub(crate) use certificates::ServerIdentity;
pub(crate) use noise::{Established, respond};
pub(crate) use stanza::{
    StanzaExt, child_bytes, iq_error, iq_result, jid_child, new_stanza_id, server_jid,
};
pub(crate) use transport::{FrameReader, FrameWriter, TransportError, frames};
