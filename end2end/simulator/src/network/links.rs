//! Connections as the rest of the network sees them: somewhere to put stanzas.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Notify, mpsc};
use wacore_binary::Node;

use super::address::DeviceAddress;

/// What a connection is told to do.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// Send this.
    Stanza(Node),
    /// Send what is queued, then close in order.
    Close,
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Link {
    /// Unique while the process runs.
    pub(crate) number: u64,
    queue: mpsc::UnboundedSender<Outgoing>,
    silent: AtomicBool,
    active: AtomicBool,
    cut: Notify,
}

impl Link {
    pub(crate) fn new(number: u64) -> (Arc<Self>, mpsc::UnboundedReceiver<Outgoing>) {
        let (queue, outgoing) = mpsc::unbounded_channel();
        let link = Self {
            number,
            queue,
            silent: AtomicBool::new(false),
            active: AtomicBool::new(false),
            cut: Notify::new(),
        };
        (Arc::new(link), outgoing)
    }

    /// Queues a stanza. A connection that is gone swallows it: whoever needs certainty keeps it in
    /// the outbox until it is acknowledged.
    pub(crate) fn send(&self, stanza: Node) {
        let _ = self.queue.send(Outgoing::Stanza(stanza));
    }

    /// Closes after what is queued.
    pub(crate) fn close(&self) {
        let _ = self.queue.send(Outgoing::Close);
    }

    /// Ends the connection at once, as a broken cable with a reset would.
    pub(crate) fn cut(&self) {
        self.cut.notify_one();
    }

    /// Resolves when the connection is to be cut.
    pub(crate) async fn until_cut(&self) {
        self.cut.notified().await;
    }

    /// From now on nothing passes in either direction while TCP stays up: a half-open connection.
    /// It never recovers, for what was lost on it is lost.
    pub(crate) fn silence(&self) {
        self.silent.store(true, Ordering::Relaxed);
    }

    /// The device has asked for what waits for it: from now on stanzas need not wait.
    pub(crate) fn set_active(&self) {
        self.active.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_active(&self) -> bool {
        self.active.load(Ordering::Relaxed)
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.silent.load(Ordering::Relaxed)
    }
}

/// The connections that are logged in.
#[derive(Default)]
pub(crate) struct Links {
    online: HashMap<DeviceAddress, Arc<Link>>,
}

impl Links {
    /// Registers a login; returns the connection that it replaces.
    pub(crate) fn enter(&mut self, device: DeviceAddress, link: Arc<Link>) -> Option<Arc<Link>> {
        self.online.insert(device, link)
    }

    /// Forgets a connection, unless a newer one has taken its place.
    pub(crate) fn leave(&mut self, device: &DeviceAddress, number: u64) -> bool {
        let current = self
            .online
            .get(device)
            .is_some_and(|link| link.number == number);
        if current {
            self.online.remove(device);
        }
        current
    }

    /// The connection of a device.
    pub(crate) fn of(&self, device: &DeviceAddress) -> Option<&Arc<Link>> {
        self.online.get(device)
    }

    /// The connections of one account, or all of them.
    pub(crate) fn of_account(&self, pn: Option<&str>) -> Vec<(DeviceAddress, Arc<Link>)> {
        self.online
            .iter()
            .filter(|(device, _)| pn.is_none_or(|pn| device.pn == pn))
            .map(|(device, link)| (device.clone(), Arc::clone(link)))
            .collect()
    }
}
