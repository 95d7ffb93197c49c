//! Where media goes (S15).

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use crate::wire::iq_result;

/// The host's name means nothing: clients are told to send every media request to the simulator.
const HOST: &str = "mmg.whatsapp.net";

/// One media host, and a token that any upload may carry.
pub(super) fn answer(iq: &Node) -> Node {
    let host = NodeBuilder::new("host")
        .attr("hostname", HOST)
        .attr("type", "primary")
        .build();
    let connection = NodeBuilder::new("media_conn")
        .attr("auth", "SIMAUTH")
        .attr("ttl", 3600)
        .attr("auth_ttl", 21_600)
        .attr("max_buckets", 12)
        .children([host])
        .build();
    iq_result(iq).children([connection]).build()
}
