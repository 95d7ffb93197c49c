//! What a connection's life may and may not do.

mod other_number;
mod pairing;

use arauto_app::domain::{
    AfterOutage, ConnectionCause as Cause, ConnectionId, ConnectionState as S, PairingStep,
    PairingWay, WorkspaceId,
};
use proptest::prelude::*;

use super::*;

const START: Timestamp = Timestamp::from_millis(1_000_000);

fn at(seconds: u64) -> Moment {
    Moment {
        now: START.plus(Duration::from_secs(seconds)),
        draw: 0.5,
    }
}

/// The number that a connection was last linked to.
const KNOWN: &str = "5511955500142";

fn life(state: S, linked: bool) -> Life {
    stored(state, linked, linked.then_some(KNOWN))
}

fn stored(state: S, linked: bool, phone: Option<&str>) -> Life {
    Life::stored(&Connection {
        id: ConnectionId::new(START, [1; 10]),
        workspace: WorkspaceId::new(START, [2; 10]),
        name: "Loja".into(),
        phone: phone.map(str::to_owned),
        state,
        state_since: START,
        linked_at: linked.then_some(START),
        phone_seen_at: None,
        groups_synced_at: linked.then_some(START),
        after_outage: AfterOutage::Ask,
        able_at: None,
        outage: None,
        pace: None,
        restriction: None,
        created_at: START,
    })
}

fn asked(request: Request) -> Happening {
    Happening::Asked(request)
}

fn opening(way: PairingWay) -> S {
    let step = PairingStep::Opening { way };
    S::Pairing { step }
}

fn paired(phone: &str) -> Happening {
    session(SessionEvent::Paired {
        phone: phone.into(),
    })
}

fn session(event: SessionEvent) -> Happening {
    Happening::Session(event)
}

fn ended(cause: Cause) -> Happening {
    session(SessionEvent::Ended { cause })
}

fn pong() -> Happening {
    session(SessionEvent::Pong {
        round_trip: Duration::from_millis(40),
    })
}

fn qr(text: &str) -> Happening {
    session(SessionEvent::Qr {
        text: text.into(),
        valid_for: Duration::from_secs(20),
    })
}

fn code(text: &str) -> Happening {
    session(SessionEvent::PairingCode {
        code: text.into(),
        valid_for: Duration::from_mins(3),
    })
}

/// Lets it all happen, one second apart, and gives the last life with all effects.
fn run(mut life: Life, happenings: Vec<Happening>) -> (Life, Vec<Effect>) {
    let mut all = Vec::new();
    for (second, happening) in (0..).zip(happenings) {
        let (next, effects) = life.after(happening, at(second)).unwrap();
        life = next;
        all.extend(effects);
    }
    (life, all)
}

#[test]
fn connected_is_not_online_before_a_ping_is_answered() {
    let (life, _) = run(
        life(S::Syncing, true),
        vec![session(SessionEvent::Connected)],
    );
    assert_eq!(life.state, S::Syncing);
}

#[test]
fn silence_makes_it_unstable_then_opens_it_anew() {
    let missed = || session(SessionEvent::PingMissed);
    let (unstable, effects) = run(life(S::Online, true), vec![missed(), missed()]);
    assert_eq!(unstable.state, S::Unstable);
    assert!(effects.is_empty());

    let (recovered, _) = run(unstable.clone(), vec![pong()]);
    assert_eq!(recovered.state, S::Online);

    let (reopened, effects) = run(unstable, vec![missed()]);
    let S::Reconnecting { cause, .. } = reopened.state else {
        panic!("{reopened:?}")
    };
    assert_eq!(cause, Some(Cause::Silence));
    assert_eq!(effects, [Effect::Close, Effect::Open]);
}

#[test]
fn attempts_come_later_and_later_and_a_stable_connection_starts_over() {
    let mut life = life(S::Online, true);
    let mut waits = Vec::new();
    for _ in 0..12 {
        let (next, _) = life.after(ended(Cause::Unreachable), at(0)).unwrap();
        let S::Reconnecting {
            attempt,
            next_at,
            cause,
        } = next.state
        else {
            panic!("{next:?}")
        };
        assert_eq!(cause, Some(Cause::Unreachable));
        assert_eq!(attempt as usize, waits.len() + 1);
        assert_eq!(next.wake_at, Some(next_at));
        waits.push(next_at.since(START));
        life = next;
    }
    assert_eq!(waits[0], Duration::from_secs(1));
    assert_eq!(waits[11], Duration::from_mins(5));
    assert!(waits.is_sorted());

    life.state = S::Online;
    life.since = START;
    let (next, _) = life.after(ended(Cause::ConnectionLost), at(31)).unwrap();
    assert_eq!(next.wake_at, Some(at(32).now));
}

#[test]
fn what_only_a_person_can_mend_stops_it() {
    let cases = [
        (SessionEvent::Replaced, S::Replaced),
        (SessionEvent::Banned, S::Banned),
        (SessionEvent::ClientOutdated, S::ClientOutdated),
        (
            SessionEvent::Refused,
            S::Failed {
                cause: Cause::Protocol,
            },
        ),
    ];
    for (event, expected) in cases {
        let (life, effects) = run(
            life(S::Online, true),
            vec![session(event), ended(Cause::ConnectionLost)],
        );
        assert_eq!(life.state, expected);
        assert_eq!(life.wake_at, None);
        assert_eq!(effects, [Effect::Close]);
        assert!(life.linked);
    }
}

#[test]
fn a_temporary_ban_ends_by_itself() {
    let lasts = Some(Duration::from_mins(10));
    let (banned, _) = run(
        life(S::Online, true),
        vec![session(SessionEvent::TemporarilyBanned { lasts })],
    );
    let until = Some(at(600).now);
    assert_eq!(banned.state, S::TemporarilyBanned { until });
    let (early, effects) = banned.after(Happening::WakeUp, at(599)).unwrap();
    assert!(effects.is_empty());
    assert_eq!(
        early.wake_at, None,
        "the actor asks when to wake before it does"
    );
    let (_, effects) = banned.after(Happening::WakeUp, at(600)).unwrap();
    assert_eq!(effects, [Effect::Open]);
}

#[test]
fn an_ended_link_erases_the_keys_and_asks_for_a_new_code() {
    let (life, effects) = run(
        life(S::Online, true),
        vec![
            session(SessionEvent::LoggedOut),
            ended(Cause::ConnectionLost),
        ],
    );
    assert_eq!(life.state, S::LoggedOut);
    assert!(!life.linked);
    assert_eq!(effects, [Effect::Close, Effect::EraseLink]);
    let (life, effects) = run(life, vec![Happening::Asked(Request::Pair)]);
    assert!(matches!(life.state, S::Pairing { .. }));
    assert_eq!(effects, [Effect::Open]);
}

#[test]
fn a_start_of_the_server_brings_back_what_was_linked_and_running() {
    let waiting = S::Reconnecting {
        attempt: 3,
        next_at: START,
        cause: Some(Cause::Unreachable),
    };
    let spread = Duration::from_secs(2);
    for state in [S::Online, S::Unstable, S::Syncing, waiting.clone()] {
        let (restored, _) = run(life(state, true), vec![Happening::Restored { spread }]);
        assert_eq!(restored.wake_at, Some(at(2).now));
        assert!(matches!(
            restored.state,
            S::Reconnecting { cause: None, .. }
        ));
        assert_eq!(restored.restoration, Some(Restoration::UnderWay));
    }
    let (stopped, effects) = run(life(S::Stopped, true), vec![Happening::Restored { spread }]);
    assert_eq!((stopped.state, stopped.wake_at), (S::Stopped, None));
    assert!(effects.is_empty());
    assert_eq!(stopped.restoration, None);
}

#[test]
fn a_restoration_is_through_when_its_first_attempt_is_well_or_not() {
    let start = Happening::Restored {
        spread: Duration::ZERO,
    };
    let beginning = vec![start, Happening::WakeUp, session(SessionEvent::Connected)];
    let (under_way, _) = run(life(S::Online, true), beginning);
    assert_eq!(under_way.state, S::Syncing);
    assert_eq!(under_way.restoration, Some(Restoration::UnderWay));
    for end in [
        pong(),
        ended(Cause::Unreachable),
        session(SessionEvent::LoggedOut),
        session(SessionEvent::Replaced),
        Happening::Asked(Request::Stop),
    ] {
        let (through, _) = run(under_way.clone(), vec![end]);
        assert_eq!(through.restoration, Some(Restoration::Done));
        let (later, _) = run(through, vec![ended(Cause::ConnectionLost)]);
        assert_eq!(later.restoration, Some(Restoration::Done));
    }
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let cases = [
        (S::Online, true, Request::Pair),
        (S::Online, true, Request::CancelPairing),
        (S::LoggedOut, false, Request::Resume),
        (S::Unpaired { cause: None }, false, Request::Stop),
        (S::Online, true, Request::UseOtherNumber),
        (S::Online, true, Request::UnlinkOtherNumber),
        (opening(PairingWay::Qr), false, Request::UseOtherNumber),
    ];
    for (state, linked, request) in cases {
        let refused = life(state, linked).after(asked(request.clone()), at(0));
        assert_eq!(refused, Err(WrongState), "{request:?}");
    }
}

fn any_event() -> impl Strategy<Value = Happening> {
    let causes = prop_oneof![
        Just(Cause::Unreachable),
        Just(Cause::ConnectionLost),
        Just(Cause::Storage),
        Just(Cause::KeysUnreadable),
        Just(Cause::ServerTrouble),
    ];
    prop_oneof![
        Just(qr("code")),
        Just(session(SessionEvent::QrExhausted)),
        Just(session(SessionEvent::PairingRefused)),
        Just(code("ABCD1234")),
        Just(session(SessionEvent::PairingCodeOver {
            cause: Cause::CodeExpired
        })),
        Just(session(SessionEvent::PasskeyDemanded)),
        Just(paired(KNOWN)),
        Just(paired("5511955500187")),
        Just(session(SessionEvent::Connected)),
        Just(pong()),
        Just(session(SessionEvent::PingMissed)),
        Just(session(SessionEvent::LoggedOut)),
        Just(session(SessionEvent::Replaced)),
        Just(session(SessionEvent::TemporarilyBanned { lasts: None })),
        causes.prop_map(ended),
        Just(Happening::WakeUp),
        Just(Happening::AckOverdue),
        Just(Happening::Asked(Request::Stop)),
        Just(Happening::Asked(Request::Resume)),
        Just(Happening::Asked(Request::CancelPairing)),
        Just(Happening::Asked(Request::Pair)),
        Just(Happening::Asked(Request::PairByCode {
            phone: KNOWN.into()
        })),
        Just(Happening::Asked(Request::UseOtherNumber)),
        Just(Happening::Asked(Request::UnlinkOtherNumber)),
    ]
}

proptest! {
    #[test]
    fn where_only_a_person_helps_nothing_is_waited_for(happenings in prop::collection::vec(any_event(), 0..40), linked: bool) {
        let mut life = life(S::Syncing, linked);
        for (second, happening) in (0..).zip(happenings) {
            if let Ok((next, _)) = life.after(happening, at(second)) {
                // The session of another number is kept, for its owner may want to unlink it.
                let rests = next.state.needs_person() && !next.is_other_number();
                prop_assert!(!rests || next.wake_at.is_none(), "{next:?}");
                life = next;
            }
        }
    }

    #[test]
    fn a_waiting_connection_always_knows_when_it_goes_on(happenings in prop::collection::vec(any_event(), 0..40)) {
        let mut life = life(S::Online, true);
        let mut open = true;
        for (second, happening) in (0..).zip(happenings) {
            let ends = matches!(happening, Happening::Session(SessionEvent::Ended { .. }));
            if let Ok((next, effects)) = life.after(happening, at(second * 1_000)) {
                open = !ends && open;
                for effect in effects {
                    open = match effect { Effect::Open => true, Effect::Close | Effect::LogOut => false, _ => open };
                }
                if matches!(next.state, S::Reconnecting { .. }) && !open {
                    prop_assert!(next.wake_at.is_some(), "{next:?}");
                }
                life = next;
            }
        }
    }
}
