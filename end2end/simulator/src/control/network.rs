//! The network as a whole, and its faults.

use super::views::{self, StateView};
use super::{Control, ControlError};
use crate::client::{conflict, stream_error};
use crate::network::{Fault, FaultOrder, NetworkEvent};

impl Control {
    /// The network at a glance.
    pub async fn state(&self) -> StateView {
        let pairings = self.pairings().await;
        let world = self.network.world();
        StateView {
            seed: self.network.seed,
            certificate_root: hex::encode(&self.network.identity.root),
            phones: world
                .accounts
                .values()
                .map(|account| views::phone(&world, account))
                .collect(),
            pairings,
            automatic_receipts: world.automatic_receipts,
            faults: world
                .faults
                .list()
                .iter()
                .map(|active| active.order.clone())
                .collect(),
            held_answers: world.faults.held(),
            groups: world.groups.len(),
            messages: world.journal.len(),
        }
    }

    /// Lets something go wrong. Faults that end by themselves happen now; the others stay until
    /// they are used up or lifted, or the simulator ends.
    pub async fn inject(&self, order: FaultOrder) -> Result<(), ControlError> {
        if let Some(pn) = order.pn.as_deref()
            && !self.network.world().accounts.contains_key(pn)
        {
            return Err(ControlError::NotFound(format!("there is no phone {pn}")));
        }
        let links = self.network.world().links.of_account(order.pn.as_deref());
        match &order.fault {
            Fault::Drop => {
                for (_, link) in &links {
                    link.cut();
                }
            }
            Fault::StreamError {
                code,
                conflict: kind,
            } => {
                for (_, link) in &links {
                    link.send(match kind {
                        Some(kind) => conflict(*code, kind),
                        None => stream_error(code.unwrap_or(503)),
                    });
                    link.close();
                }
            }
            Fault::Silent => {
                self.network.world().faults.add(order);
                for (_, link) in &links {
                    link.silence();
                }
            }
            _ => self.network.world().faults.add(order),
        }
        self.network.announce(NetworkEvent::Faults);
        Ok(())
    }

    /// Lifts the faults of one account, or all faults. Connections that were silent stay so: what
    /// was lost on them is lost.
    pub async fn lift_faults(&self, pn: Option<&str>) {
        self.network.world().faults.lift(pn);
        self.network.announce(NetworkEvent::Faults);
    }

    /// Forgets everything but the seed, and ends all connections.
    pub async fn reset(&self) -> Result<(), ControlError> {
        self.network
            .reset()
            .map_err(|error| ControlError::Store(error.to_string()))?;
        self.network.announce(NetworkEvent::Phones { pn: None });
        Ok(())
    }
}
