//! Linking a phone, and every way in which that fails.

use super::*;

fn unpaired() -> Life {
    life(S::Unpaired { cause: None }, false)
}

fn by_code() -> Happening {
    asked(Request::PairByCode {
        phone: KNOWN.into(),
    })
}

fn given_up(cause: Cause) -> S {
    S::Unpaired { cause: Some(cause) }
}

#[test]
fn pairing_goes_from_a_code_to_online_and_reads_the_groups_once() {
    let (life, effects) = run(
        unpaired(),
        vec![
            Happening::Asked(Request::Pair),
            qr("one"),
            paired("55"),
            session(SessionEvent::Connected),
            pong(),
            pong(),
        ],
    );
    assert_eq!(life.state, S::Online);
    let phone = "55".into();
    assert_eq!(
        effects,
        [
            Effect::Open,
            Effect::RecordLink { phone },
            Effect::StartPings,
            Effect::SyncGroups
        ]
    );
}

#[test]
fn each_code_of_a_series_is_counted_and_the_last_one_expires_for_good() {
    let (life, _) = run(
        unpaired(),
        vec![Happening::Asked(Request::Pair), qr("one"), qr("two")],
    );
    let S::Pairing {
        step: PairingStep::Qr {
            number, expires_at, ..
        },
    } = life.state.clone()
    else {
        panic!("{life:?}")
    };
    assert_eq!((number, expires_at), (2, at(22).now));

    let (life, effects) = run(
        life,
        vec![
            session(SessionEvent::QrExhausted),
            ended(Cause::ConnectionLost),
        ],
    );
    let cause = Some(Cause::QrExpired);
    assert_eq!(life.state, S::Unpaired { cause });
    assert_eq!(life.wake_at, None);
    assert_eq!(effects, [Effect::Close]);
}

#[test]
fn pairing_without_a_network_is_one_state_until_a_code_shows_or_it_gives_up() {
    let (mut life, _) = run(unpaired(), vec![asked(Request::Pair)]);
    assert_eq!(life.state, opening(PairingWay::Qr));
    let mut since = None;
    for attempt in 1..10 {
        (life, _) = life.after(ended(Cause::Unreachable), at(0)).unwrap();
        let S::Reconnecting { next_at, cause, .. } = life.state else {
            panic!("{life:?}")
        };
        assert_eq!(cause, Some(Cause::Unreachable));
        let due = Moment {
            now: next_at,
            draw: 0.5,
        };
        let effects;
        (life, effects) = life.after(Happening::WakeUp, due).unwrap();
        assert_eq!(effects, [Effect::Open]);
        let now = S::Reconnecting {
            attempt,
            next_at,
            cause,
        };
        assert_eq!(
            life.state, now,
            "the state stays, so that its history is one entry"
        );
        assert_eq!(*since.get_or_insert(life.since), life.since);
    }
    let (shown, _) = life.after(qr("one"), at(900)).unwrap();
    assert!(matches!(shown.state, S::Pairing { .. }));
    assert_eq!(shown.wake_at, None);

    let (life, effects) = life.after(ended(Cause::Unreachable), at(900)).unwrap();
    assert_eq!(life.state, given_up(Cause::Unreachable));
    assert_eq!(effects, [Effect::Close]);
}

#[test]
fn pairing_that_cannot_reach_whatsapp_can_be_given_up() {
    let (waiting, _) = run(unpaired(), vec![by_code(), ended(Cause::Unreachable)]);
    let (life, effects) = waiting.after(asked(Request::CancelPairing), at(3)).unwrap();
    assert_eq!(life.state, S::Unpaired { cause: None });
    assert_eq!(life.wake_at, None);
    assert_eq!(effects, [Effect::Close]);
    assert_eq!(waiting.after(asked(Request::Stop), at(3)), Err(WrongState));
}

#[test]
fn a_code_is_shown_for_the_number_that_was_asked_for() {
    let (asking, effects) = run(unpaired(), vec![by_code()]);
    assert_eq!(asking.state, opening(PairingWay::Code));
    assert_eq!(asking.code_for.as_deref(), Some(KNOWN));
    assert_eq!(effects, [Effect::Open]);
    let (shown, _) = asking.after(code("ABCD1234"), at(1)).unwrap();
    let step = PairingStep::Code {
        code: "ABCD1234".into(),
        phone: KNOWN.into(),
        expires_at: at(181).now,
    };
    assert_eq!(shown.state, S::Pairing { step });

    let (linked, effects) = run(shown, vec![paired(KNOWN)]);
    assert_eq!(linked.state, S::Syncing);
    assert_eq!((linked.wake_at, linked.code_for), (None, None));
    assert_eq!(
        effects,
        [Effect::RecordLink {
            phone: KNOWN.into()
        }]
    );
}

#[test]
fn a_code_expires_once_and_no_other_one_is_asked_for() {
    let (shown, _) = run(unpaired(), vec![by_code(), code("ABCD1234")]);
    let due = shown.wake_at.unwrap();
    assert!(
        due > at(181).now,
        "a phone may be answered in the last second"
    );
    let moment = Moment {
        now: due,
        draw: 0.5,
    };
    let (over, effects) = shown.after(Happening::WakeUp, moment).unwrap();
    assert_eq!(over.state, given_up(Cause::CodeExpired));
    assert_eq!(over.wake_at, None);
    assert_eq!(over.code_for.as_deref(), Some(KNOWN), "for the next one");
    assert_eq!(effects, [Effect::Close]);
}

#[test]
fn what_ends_a_code_is_told_even_before_it_was_shown() {
    for cause in [
        Cause::CodeExpired,
        Cause::CodesThrottled,
        Cause::CodesUnavailable,
        Cause::CodeRefused,
    ] {
        let over = || session(SessionEvent::PairingCodeOver { cause });
        for before in [vec![by_code()], vec![by_code(), code("ABCD1234")]] {
            let (life, _) = run(unpaired(), before);
            let (life, effects) = run(life, vec![over(), ended(Cause::ConnectionLost)]);
            assert_eq!(life.state, given_up(cause));
            assert_eq!(life.wake_at, None);
            assert_eq!(effects, [Effect::Close]);
        }
    }
}

#[test]
fn the_way_can_be_changed_while_a_code_is_shown() {
    let (life, _) = run(unpaired(), vec![asked(Request::Pair), qr("one")]);
    let (same, effects) = life.after(asked(Request::Pair), at(2)).unwrap();
    assert_eq!(same, life, "the series of codes goes on");
    assert!(effects.is_empty());

    let (life, effects) = run(life, vec![by_code(), code("ABCD1234")]);
    assert_eq!(effects, [Effect::Close, Effect::Open]);
    let (another, effects) = life.after(by_code(), at(3)).unwrap();
    assert_eq!(another.state, opening(PairingWay::Code));
    assert_eq!(another.wake_at, None);
    assert_eq!(effects, [Effect::Close, Effect::Open]);

    let (back, effects) = life.after(asked(Request::Pair), at(3)).unwrap();
    assert_eq!(back.state, opening(PairingWay::Qr));
    assert_eq!((back.code_for, back.wake_at), (None, None));
    assert_eq!(effects, [Effect::Close, Effect::Open]);
}

#[test]
fn a_demanded_passkey_stays_explained_until_the_phone_goes_on_or_the_code_ends() {
    let demanded = || session(SessionEvent::PasskeyDemanded);
    let required = |way| S::Pairing {
        step: PairingStep::PasskeyRequired { way },
    };
    let begin = vec![asked(Request::Pair), qr("one"), demanded(), qr("two")];
    let (by_qr, _) = run(unpaired(), begin);
    assert_eq!(by_qr.state, required(PairingWay::Qr));
    let (linked, _) = run(by_qr.clone(), vec![paired(KNOWN)]);
    assert_eq!(linked.state, S::Syncing);
    for end in [
        session(SessionEvent::QrExhausted),
        ended(Cause::ConnectionLost),
        ended(Cause::Unreachable),
    ] {
        let (over, _) = run(by_qr.clone(), vec![end]);
        assert_eq!(over.state, given_up(Cause::PasskeyDemanded));
    }

    let (by_code, _) = run(unpaired(), vec![by_code(), code("ABCD1234"), demanded()]);
    assert_eq!(by_code.state, required(PairingWay::Code));
    let moment = Moment {
        now: by_code.wake_at.unwrap(),
        draw: 0.5,
    };
    let (over, _) = by_code.after(Happening::WakeUp, moment).unwrap();
    assert_eq!(over.state, given_up(Cause::PasskeyDemanded));
}

#[test]
fn a_refused_pairing_erases_what_it_left_and_can_be_tried_again() {
    let refused = session(SessionEvent::PairingRefused);
    let (life, effects) = run(
        unpaired(),
        vec![asked(Request::Pair), qr("one"), refused.clone()],
    );
    assert_eq!(life.state, given_up(Cause::PairingRefused));
    assert_eq!(effects, [Effect::Open, Effect::Close, Effect::EraseLink]);
    let (again, effects) = life.after(asked(Request::Pair), at(9)).unwrap();
    assert_eq!(again.state, opening(PairingWay::Qr));
    assert_eq!(effects, [Effect::Open]);
    // It means nothing to a connection that does not pair.
    let (online, effects) = run(super::life(S::Online, true), vec![refused]);
    assert_eq!(online.state, S::Online);
    assert!(effects.is_empty());
}

#[test]
fn keys_that_cannot_be_read_make_way_for_new_ones() {
    let cause = Cause::KeysUnreadable;
    let failed = super::life(S::Failed { cause }, true);
    let (life, effects) = run(failed, vec![asked(Request::Pair)]);
    assert_eq!(life.state, opening(PairingWay::Qr));
    assert!(!life.linked);
    assert_eq!(effects, [Effect::EraseLink, Effect::Open]);
}

#[test]
fn a_start_of_the_server_gives_up_pairing_and_erases_what_it_left() {
    let waiting = S::Reconnecting {
        attempt: 3,
        next_at: START,
        cause: Some(Cause::Unreachable),
    };
    // A crash may come between the link and our note of it.
    let states = [
        (waiting, given_up(Cause::Unreachable)),
        (opening(PairingWay::Code), S::Unpaired { cause: None }),
        (S::Syncing, S::Unpaired { cause: None }),
        (S::Online, S::Unpaired { cause: None }),
    ];
    let spread = Duration::from_secs(2);
    for (state, expected) in states {
        let before = super::life(state, false);
        let (restored, effects) = run(before, vec![Happening::Restored { spread }]);
        assert_eq!(restored.state, expected);
        assert_eq!(restored.wake_at, None);
        assert_eq!(effects, [Effect::EraseLink]);
    }
    // And between the end of a link and the erasure of its keys.
    let ended = super::life(S::LoggedOut, true);
    let (restored, effects) = run(ended, vec![Happening::Restored { spread }]);
    assert_eq!((restored.state, restored.linked), (S::LoggedOut, false));
    assert_eq!(effects, [Effect::EraseLink]);
}
