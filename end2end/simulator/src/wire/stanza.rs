//! Small words for stanzas: attributes, children, replies.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node, NodeContent, Server};

use crate::clock::unix_millis;

/// Reading a stanza.
pub(crate) trait StanzaExt {
    /// An attribute as text.
    fn text(&self, name: &str) -> Option<String>;
    /// An attribute as a JID.
    fn jid(&self, name: &str) -> Option<Jid>;
    /// The content as bytes, however it was encoded.
    fn payload(&self) -> Option<&[u8]>;
    /// The children, none when the content is something else.
    fn nodes(&self) -> &[Node];
    /// The first child with this tag.
    fn child(&self, tag: &str) -> Option<&Node>;
}

impl StanzaExt for Node {
    fn text(&self, name: &str) -> Option<String> {
        self.attrs
            .get(name)
            .map(|value| value.as_str().into_owned())
    }

    fn jid(&self, name: &str) -> Option<Jid> {
        self.attrs
            .get(name)
            .and_then(wacore_binary::NodeValue::to_jid)
    }

    fn payload(&self) -> Option<&[u8]> {
        match &self.content {
            Some(NodeContent::Bytes(bytes)) => Some(bytes),
            Some(NodeContent::String(text)) => Some(text.as_bytes()),
            Some(NodeContent::Nodes(_)) | None => None,
        }
    }

    fn nodes(&self) -> &[Node] {
        self.children().unwrap_or_default()
    }

    fn child(&self, tag: &str) -> Option<&Node> {
        self.get_optional_child(tag)
    }
}

/// The bytes of a child, for instance `<identity>` of a key bundle.
pub(crate) fn child_bytes<'a>(node: &'a Node, tag: &str) -> Option<&'a [u8]> {
    node.child(tag).and_then(StanzaExt::payload)
}

/// The sender of what the server itself says.
pub(crate) fn server_jid() -> Jid {
    Jid::new("", Server::Pn)
}

/// `<tag jid="…"/>`, to be completed.
pub(crate) fn jid_child(tag: &'static str, jid: Jid) -> NodeBuilder {
    NodeBuilder::new(tag).attr("jid", jid)
}

/// The answer to an iq, to be completed.
pub(crate) fn iq_result(request: &Node) -> NodeBuilder {
    reply(request, "result")
}

/// The refusal of an iq.
pub(crate) fn iq_error(request: &Node, code: u16, text: &str) -> Node {
    let error = NodeBuilder::new("error")
        .attr("code", code)
        .attr("text", text)
        .build();
    reply(request, "error").children([error]).build()
}

fn reply(request: &Node, kind: &'static str) -> NodeBuilder {
    NodeBuilder::new("iq")
        .attr("from", request.jid("to").unwrap_or_else(server_jid))
        .attr("type", kind)
        .attr("id", request.text("id").unwrap_or_default())
}

/// An id for a stanza that the server begins: unique over restarts too, for clients remember the
/// ids of messages that they have handled.
pub(crate) fn new_stanza_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    static START: LazyLock<u64> = LazyLock::new(unix_millis);
    format!("{:X}-{}", *START, NEXT.fetch_add(1, Ordering::Relaxed))
}
