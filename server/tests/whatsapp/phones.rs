//! What the phones of the simulated network do, and what goes wrong there.

use std::time::Duration;

use arauto_sim::{ControlError, Fault, FaultOrder, NewPhone, PairedDevice, Scan, Simulator};

use crate::house::PHONE;

/// The number of another phone.
pub const OTHER_PHONE: &str = "5500822222222";

/// Adds the other phone.
pub async fn other_phone(simulator: &Simulator) {
    let phone = NewPhone {
        pn: Some(OTHER_PHONE.into()),
        name: "Seu Jorge".into(),
    };
    simulator.control().add_phone(phone).await.unwrap();
}

/// Lets the phone scan a code.
pub async fn scan(simulator: &Simulator, qr: String) {
    try_scan(simulator, PHONE, qr).await.unwrap();
}

/// Lets a phone scan a code, with whatever comes of it.
pub async fn try_scan(
    simulator: &Simulator,
    phone: &str,
    qr: String,
) -> Result<PairedDevice, ControlError> {
    let scan = Scan {
        qr,
        pn: Some(phone.into()),
    };
    simulator.control().scan(scan).await
}

/// Waits until no client of the network asks for a phone: nothing goes on behind the page. The page
/// tells of the end first, the session closes after it.
pub async fn nobody_waits(simulator: &Simulator) {
    let mut events = simulator.control().events();
    let quiet = async {
        while !simulator.control().pairings().await.is_empty() {
            // Lagging behind is a reason to look again, like an event.
            let _ = events.recv().await;
        }
    };
    let deadline = Duration::from_secs(10);
    let quiet = tokio::time::timeout(deadline, quiet).await;
    quiet.expect("a session goes on behind the page");
}

/// Lets something go wrong for every account.
pub async fn inject(simulator: &Simulator, fault: Fault) {
    let order = FaultOrder { pn: None, fault };
    simulator.control().inject(order).await.unwrap();
}
