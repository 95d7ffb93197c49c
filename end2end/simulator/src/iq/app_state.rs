//! The app state (S7): every collection exists and is empty.

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use crate::wire::{StanzaExt, iq_result};

/// Answers for every requested collection. A device that sends a patch hears that its version
/// counts; no other device is told of it.
pub(super) fn answer(iq: &Node) -> Node {
    let requested = iq.child("sync").map(StanzaExt::nodes).unwrap_or_default();
    let collections = requested
        .iter()
        .filter(|node| node.tag == "collection")
        .map(|node| {
            let version: u64 = node
                .text("version")
                .and_then(|v| v.parse().ok())
                .unwrap_or(0);
            let version = version + u64::from(node.child("patch").is_some());
            NodeBuilder::new("collection")
                .attr("name", node.text("name").unwrap_or_default())
                .attr("version", version)
                .build()
        });
    iq_result(iq)
        .children([NodeBuilder::new("sync").children(collections).build()])
        .build()
}
