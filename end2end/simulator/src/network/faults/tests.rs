//! Whom faults concern, and how they are used up.

use super::*;

fn nack(pn: Option<&str>, next: Option<u32>, chat: Option<&str>) -> FaultOrder {
    let fault = Fault::Nack {
        code: 479,
        next,
        chat: chat.map(str::to_owned),
    };
    FaultOrder {
        pn: pn.map(str::to_owned),
        fault,
    }
}

#[test]
fn a_counted_fault_is_used_up() {
    let mut faults = Faults::default();
    faults.add(nack(None, Some(2), None));
    assert_eq!(faults.nack("1", "a@g.us"), Some(479));
    assert_eq!(faults.nack("2", "b@g.us"), Some(479));
    assert_eq!(faults.nack("1", "a@g.us"), None);
    assert!(faults.list().is_empty());
}

#[test]
fn a_fault_concerns_its_account_and_chat_only() {
    let mut faults = Faults::default();
    faults.add(nack(Some("1"), None, Some("a@g.us")));
    assert_eq!(faults.nack("2", "a@g.us"), None);
    assert_eq!(faults.nack("1", "b@g.us"), None);
    assert_eq!(faults.nack("1", "a@g.us"), Some(479));
    faults.lift(Some("2"));
    assert_eq!(faults.list().len(), 1);
    faults.lift(Some("1"));
    assert!(faults.list().is_empty());
}

#[test]
fn orders_read_as_flat_json() {
    let order: FaultOrder =
        serde_json::from_str(r#"{"fault":"lose_acks","next":3,"pn":"5500800000001"}"#).unwrap();
    assert_eq!(order.fault, Fault::LoseAcks { next: Some(3) });
    let all: FaultOrder = serde_json::from_str(r#"{"fault":"silent"}"#).unwrap();
    assert_eq!(
        all,
        FaultOrder {
            pn: None,
            fault: Fault::Silent
        }
    );
}

#[test]
fn lost_acks_win_over_doubled_ones() {
    let mut faults = Faults::default();
    assert_eq!(faults.ack_fate("1").copies, 1);
    faults.add(FaultOrder {
        pn: None,
        fault: Fault::DuplicateAcks { next: None },
    });
    assert_eq!(faults.ack_fate("1").copies, 2);
    faults.add(FaultOrder {
        pn: None,
        fault: Fault::LoseAcks { next: Some(1) },
    });
    assert_eq!(faults.ack_fate("1").copies, 0);
    assert_eq!(faults.ack_fate("1").copies, 2);
}
