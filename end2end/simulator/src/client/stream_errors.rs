//! How the server ends a connection and says why (S18).

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

/// `<stream:error code="…"/>`: 515 connect again at once, 503 later.
pub(crate) fn stream_error(code: u16) -> Node {
    NodeBuilder::new("stream:error").attr("code", code).build()
}

/// `<stream:error><conflict type="…"/>`: `replaced` when the device connected elsewhere.
pub(crate) fn conflict(code: Option<u16>, kind: &str) -> Node {
    let conflict = NodeBuilder::new("conflict").attr("type", kind).build();
    let error = NodeBuilder::new("stream:error");
    let error = match code {
        Some(code) => error.attr("code", code),
        None => error,
    };
    error.children([conflict]).build()
}

/// The phone removed the device.
pub(crate) fn device_removed() -> Node {
    conflict(Some(401), "device_removed")
}
