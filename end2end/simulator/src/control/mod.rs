//! The remote control of the network: what a test or a person does to it and asks of it.

#![expect(
    clippy::unused_async,
    reason = "the control is asynchronous as a whole; which of its orders wait is its own affair"
)]

mod error;
mod groups;
mod messages;
mod network;
mod phones;
mod views;

use std::sync::Arc;

use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::network::{Network, NetworkEvent};

pub use error::ControlError;
pub use groups::{GroupChange, NewGroup, Owner};
pub use messages::{ReceiptOrder, ReceiptTargets};
pub use phones::{NewPhone, PairedDevice, Scan, TypedCode};
pub use views::{
    ChatView, DeviceView, GroupView, MemberView, MessageView, PendingPairing, PhoneView, StateView,
};

/// A handle on a running network. Clones control the same network.
#[derive(Clone)]
pub struct Control {
    network: Arc<Network>,
}

impl Control {
    pub(crate) fn new(network: Arc<Network>) -> Self {
        Self { network }
    }

    /// Cancelled when the simulator shuts down.
    pub(crate) fn closing(&self) -> CancellationToken {
        self.network.closing.clone()
    }

    /// Everything that changes from now on. A listener that lags behind misses the oldest events
    /// and should read the state anew.
    pub fn events(&self) -> broadcast::Receiver<NetworkEvent> {
        self.network.events.subscribe()
    }
}
