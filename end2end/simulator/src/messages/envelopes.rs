//! Taking a `<message>` apart (S11, S12).

use wacore_binary::{Jid, Node, Server};

use crate::network::DeviceAddress;
use crate::signal::{Envelope, EnvelopeKind};
use crate::wire::StanzaExt;

/// A message as a device sent it.
pub(super) struct Arrival {
    pub(super) id: String,
    pub(super) to: Jid,
    pub(super) sender: DeviceAddress,
    /// What is for one device each.
    pub(super) envelopes: Vec<Envelope>,
    /// What is for all of a group.
    pub(super) group_ciphertext: Option<Vec<u8>>,
    /// The one device that asked for the message again, when it is for that device alone.
    pub(super) retransmission: Option<DeviceAddress>,
    /// The stanza itself, to be passed on to linked devices.
    pub(super) stanza: Node,
}

impl Arrival {
    /// `None` when the stanza is no message that could be delivered.
    pub(super) fn parse(sender: &DeviceAddress, stanza: Node) -> Option<Self> {
        let id = stanza.text("id").filter(|id| !id.is_empty())?;
        let to = stanza.jid("to")?;
        let listed = stanza
            .child("participants")
            .map(StanzaExt::nodes)
            .unwrap_or_default();
        let mut envelopes: Vec<Envelope> = listed.iter().filter_map(envelope).collect();
        let mut group_ciphertext = None;
        let mut retransmission = None;
        // In a group the device is named apart from the chat.
        let to_device = stanza.jid("participant").unwrap_or_else(|| to.clone());
        for sealed in stanza.nodes().iter().filter(|node| node.tag == "enc") {
            if sealed.text("type").as_deref() == Some("skmsg") {
                group_ciphertext = sealed.payload().map(<[u8]>::to_vec);
            } else if let Some(envelope) = sealed_for(&to_device, sealed) {
                if sealed.text("count").is_some() {
                    retransmission = Some(envelope.to.clone());
                }
                envelopes.push(envelope);
            }
        }
        let holds_something = group_ciphertext.is_some() || !envelopes.is_empty();
        let sender = sender.clone();
        holds_something.then_some(Self {
            id,
            to,
            sender,
            envelopes,
            group_ciphertext,
            retransmission,
            stanza,
        })
    }

    /// Whether it is for a group.
    pub(super) fn is_for_group(&self) -> bool {
        self.to.server == Server::Group
    }

    /// Whether a device talks to its own account's devices about the account itself.
    pub(super) fn is_peer(&self) -> bool {
        self.stanza.text("category").as_deref() == Some("peer")
    }
}

/// `<to jid="…"><enc …/></to>`.
fn envelope(to: &Node) -> Option<Envelope> {
    sealed_for(&to.jid("jid")?, to.child("enc")?)
}

fn sealed_for(to: &Jid, sealed: &Node) -> Option<Envelope> {
    let kind = EnvelopeKind::parse(&sealed.text("type")?).ok()?;
    Some(Envelope {
        to: DeviceAddress::of(to)?,
        kind,
        ciphertext: sealed.payload()?.to_vec(),
    })
}
