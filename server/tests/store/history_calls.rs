//! The calls that a history is made of.

use arauto_app::domain::{DeliveryEvent, FailureReason, Gate, RepeatAction};
use proptest::prelude::*;

use super::samples::at;

/// One call. Numbers choose among what there is at that moment.
#[derive(Clone, Debug)]
pub enum Call {
    Begin {
        connection: usize,
        deliveries: u32,
        again: bool,
        /// It is the schedule's, and due so long ago.
        scheduled: Option<i64>,
        gate: Span,
    },
    Claim {
        connection: usize,
        /// How long ago the runs that wait began at least, if any do.
        held: Option<i64>,
    },
    Record {
        connection: usize,
        news: Vec<(usize, DeliveryEvent)>,
    },
    MarkUnconfirmed {
        connection: usize,
        age: i64,
        pause: i64,
    },
    RecordAt {
        run: usize,
        position: u32,
        event: DeliveryEvent,
    },
    RecordAllOpen {
        connection: usize,
        event: DeliveryEvent,
    },
    RecordAllPending {
        connection: usize,
        age: i64,
        event: DeliveryEvent,
    },
    RecordPendingOf {
        run: usize,
        event: DeliveryEvent,
    },
    MoveGate {
        run: usize,
        gate: Span,
        /// The caller knows the present one.
        knowing: bool,
    },
    Renew {
        run: usize,
        action: RepeatAction,
        gate: Span,
        /// The caller knows how often it was opened.
        knowing: bool,
    },
    Presume {
        run: usize,
    },
    Finish {
        run: usize,
    },
    Delete {
        run: usize,
    },
}

/// A gate, seen from the present.
#[derive(Clone, Copy, Debug)]
pub enum Span {
    Open,
    Shut,
    Between(i64, i64),
}

impl Span {
    /// The gate, when it is `now`.
    pub fn gate(self, now: i64) -> Gate {
        match self {
            Self::Open => Gate::OPEN,
            Self::Shut => Gate::SHUT,
            Self::Between(opens, closes) => Gate {
                opens: at(now + opens),
                closes: at(now + closes),
            },
        }
    }
}

fn any_gate() -> impl Strategy<Value = Span> {
    prop_oneof![
        5 => Just(Span::Open),
        1 => Just(Span::Shut),
        3 => (-3..6_i64, 1..6_i64).prop_map(|(opens, span)| Span::Between(opens, opens + span)),
    ]
}

fn any_event() -> impl Strategy<Value = DeliveryEvent> {
    prop_oneof![
        Just(DeliveryEvent::Claimed),
        Just(DeliveryEvent::DeadlinePassed),
        Just(DeliveryEvent::Acknowledged),
        Just(DeliveryEvent::Received),
        Just(DeliveryEvent::Read),
        Just(DeliveryEvent::GivenUp),
        (0..999_u16).prop_map(|code| DeliveryEvent::Refused(FailureReason::Refused { code })),
    ]
}

fn any_action() -> impl Strategy<Value = RepeatAction> {
    prop_oneof![Just(RepeatAction::Failures), Just(RepeatAction::Unanswered)]
}

fn any_news() -> impl Strategy<Value = Vec<(usize, DeliveryEvent)>> {
    // News of claims do not exist: a claim is a call of its own.
    let event = any_event().prop_filter("no claim", |event| *event != DeliveryEvent::Claimed);
    prop::collection::vec((0..12_usize, event), 0..5)
}

/// Any call.
pub fn any_call() -> impl Strategy<Value = Call> {
    let connection = 0..2_usize;
    prop_oneof![
        2 => (
            connection.clone(),
            0..4_u32,
            prop::bool::weighted(0.2),
            prop::option::weighted(0.5, 0..3_i64),
            any_gate(),
        )
            .prop_map(|(connection, deliveries, again, scheduled, gate)| Call::Begin {
                connection, deliveries, again, scheduled, gate
            }),
        6 => (connection.clone(), prop::option::weighted(0.2, 0..9_i64))
            .prop_map(|(connection, held)| Call::Claim { connection, held }),
        4 => (connection.clone(), any_news())
            .prop_map(|(connection, news)| Call::Record { connection, news }),
        3 => (connection.clone(), 0..5_i64, 0..9_i64).prop_map(
            |(connection, age, pause)| Call::MarkUnconfirmed { connection, age, pause }),
        1 => (0..4_usize, 0..4_u32, any_news()).prop_map(|(run, position, news)| Call::RecordAt {
            run,
            position,
            event: news.first().map_or(DeliveryEvent::Acknowledged, |(_, event)| *event),
        }),
        1 => (connection.clone(), any_news()).prop_map(|(connection, news)| Call::RecordAllOpen {
            connection,
            event: news.first().map_or(DeliveryEvent::DeadlinePassed, |(_, event)| *event),
        }),
        1 => (connection, 0..9_i64, any_news()).prop_map(|(connection, age, news)| {
            let event = news.first().map_or(DeliveryEvent::DeadlinePassed, |(_, event)| *event);
            Call::RecordAllPending { connection, age, event }
        }),
        1 => (0..4_usize, any_news()).prop_map(|(run, news)| Call::RecordPendingOf {
            run,
            event: news.first().map_or(DeliveryEvent::DeadlinePassed, |(_, event)| *event),
        }),
        2 => (0..4_usize, any_gate(), prop::bool::weighted(0.8))
            .prop_map(|(run, gate, knowing)| Call::MoveGate { run, gate, knowing }),
        2 => (0..4_usize, any_action(), any_gate(), prop::bool::weighted(0.8))
            .prop_map(|(run, action, gate, knowing)| Call::Renew { run, action, gate, knowing }),
        1 => (0..4_usize).prop_map(|run| Call::Presume { run }),
        2 => (0..4_usize).prop_map(|run| Call::Finish { run }),
        1 => (0..4_usize).prop_map(|run| Call::Delete { run }),
    ]
}
