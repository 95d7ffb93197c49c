//! A phone of another number than before.

use super::*;

const OTHER: &str = "5511955500187";

/// Linked before, not any more.
fn unlinked() -> Life {
    stored(S::LoggedOut, false, Some(KNOWN))
}

fn given_up(cause: Cause) -> S {
    S::Unpaired { cause: Some(cause) }
}

/// A life in which a phone of another number has just linked the connection.
fn undecided() -> Life {
    let (life, _) = run(
        unlinked(),
        vec![asked(Request::Pair), qr("one"), paired(OTHER)],
    );
    life
}

#[test]
fn the_same_number_again_is_linked_without_a_question() {
    let (life, effects) = run(
        unlinked(),
        vec![asked(Request::Pair), qr("one"), paired(KNOWN)],
    );
    assert_eq!(life.state, S::Syncing);
    let phone = KNOWN.into();
    assert_eq!(effects, [Effect::Open, Effect::RecordLink { phone }]);
}

#[test]
fn another_number_waits_for_its_owners_decision_whatever_its_session_does() {
    let state = S::OtherNumber {
        phone: OTHER.into(),
        known: KNOWN.into(),
    };
    let life = undecided();
    assert_eq!(life.state, state);
    assert!(!life.linked);
    let missed = || session(SessionEvent::PingMissed);
    let (life, effects) = run(
        life,
        vec![
            session(SessionEvent::Connected),
            pong(),
            missed(),
            missed(),
            missed(),
            missed(),
        ],
    );
    assert_eq!(life.state, state);
    assert_eq!(effects, [Effect::StartPings, Effect::Close, Effect::Open]);

    // Its session comes back by itself: it may have to be unlinked.
    let (waiting, effects) = run(life, vec![ended(Cause::Unreachable)]);
    assert_eq!(waiting.state, state);
    assert!(effects.is_empty());
    let due = Moment {
        now: waiting.wake_at.unwrap(),
        draw: 0.5,
    };
    let (opened, effects) = waiting.after(Happening::WakeUp, due).unwrap();
    assert_eq!((opened.state, opened.wake_at), (state.clone(), None));
    assert_eq!(effects, [Effect::Open]);

    // So it does after a start of the server.
    let spread = Duration::from_secs(2);
    let restored = stored(state.clone(), false, Some(KNOWN));
    let (restored, effects) = run(restored, vec![Happening::Restored { spread }]);
    assert_eq!(restored.state, state);
    assert_eq!(restored.wake_at, Some(at(2).now));
    assert!(effects.is_empty());
}

#[test]
fn another_number_that_is_wanted_is_linked() {
    let link = || Effect::RecordLink {
        phone: OTHER.into(),
    };
    let wanted = || asked(Request::UseOtherNumber);
    let connected = || session(SessionEvent::Connected);

    let (early, effects) = run(undecided(), vec![wanted(), connected(), pong()]);
    assert_eq!(early.state, S::Online);
    assert!(early.linked);
    assert_eq!(effects, [link(), Effect::StartPings, Effect::SyncGroups]);

    let (late, effects) = run(undecided(), vec![connected(), pong(), wanted(), pong()]);
    assert_eq!(late.state, S::Online);
    assert_eq!(
        effects,
        [
            Effect::StartPings,
            link(),
            Effect::StartPings,
            Effect::SyncGroups
        ]
    );

    let (down, effects) = run(undecided(), vec![ended(Cause::Unreachable), wanted()]);
    assert!(matches!(down.state, S::Reconnecting { .. }), "{down:?}");
    assert_eq!(down.wake_at, None);
    assert_eq!(effects, [link(), Effect::Open]);

    // The next phone is compared with this one.
    let (life, _) = run(
        early,
        vec![
            session(SessionEvent::LoggedOut),
            asked(Request::Pair),
            qr("one"),
            paired(OTHER),
        ],
    );
    assert_eq!(life.state, S::Syncing);
}

#[test]
fn another_number_that_is_not_wanted_is_logged_out_and_the_first_stays_known() {
    let (life, effects) = run(undecided(), vec![asked(Request::UnlinkOtherNumber)]);
    assert_eq!(life.state, given_up(Cause::OtherNumber));
    assert_eq!(effects, [Effect::LogOut, Effect::EraseLink]);
    let (life, _) = run(life, vec![asked(Request::Pair), qr("one"), paired(OTHER)]);
    assert!(matches!(life.state, S::OtherNumber { .. }), "{life:?}");

    let (_, effects) = run(undecided(), vec![asked(Request::Remove)]);
    assert_eq!(effects, [Effect::LogOut, Effect::EraseLink]);
}

#[test]
fn another_number_that_whatsapp_refuses_leaves_nothing() {
    for event in [
        SessionEvent::Banned,
        SessionEvent::Replaced,
        SessionEvent::TemporarilyBanned { lasts: None },
    ] {
        let (life, effects) = run(undecided(), vec![session(event)]);
        assert_eq!(life.state, given_up(Cause::PairingRefused));
        assert_eq!(effects, [Effect::Close, Effect::EraseLink]);
    }
}
