//! The connections of a run, as its page shows them: what each has left to do, and what holds it.

use arauto_app::api::{OutageQuestion, SenderView};
use arauto_app::domain::{
    Connection, ConnectionId, ConnectionState, Hold, HoldReason, Run, RunTally, Timestamp,
};

use super::pace;
use super::shared::Shared;
use crate::store::{Due, StoreError};
use crate::whatsapp::outage_question;

/// A connection that exists and what it is to a run.
struct Known<'a> {
    run: &'a Run,
    connection: &'a Connection,
    state: &'a ConnectionState,
    tally: &'a RunTally,
}

/// Reads the connections of a run, whose deliveries count up to `whole`.
pub(super) async fn read(
    shared: &Shared,
    run: &Run,
    whole: &RunTally,
) -> Result<Vec<SenderView>, StoreError> {
    let mut views = Vec::new();
    for (connection, _) in run.senders() {
        let tally = if run.also.is_empty() {
            *whole
        } else {
            let journal = &shared.store.journal;
            journal
                .tally_of_sender(run.workspace, run.id, connection)
                .await?
        };
        views.push(one(shared, run, connection, tally).await?);
    }
    Ok(views)
}

async fn one(
    shared: &Shared,
    run: &Run,
    id: ConnectionId,
    tally: RunTally,
) -> Result<SenderView, StoreError> {
    let Some(connection) = shared.store.connections.get(run.workspace, id).await? else {
        return Ok(SenderView {
            connection: id,
            name: None,
            state: None,
            tally,
            question: None,
            hold: None,
            restriction: None,
        });
    };
    // The session's own word is fresher than the stored one, which bridges a start and tells of
    // connections that another server runs.
    let live = shared.messenger.state(id);
    let state = live.unwrap_or_else(|| connection.state.clone());
    let known = Known {
        run,
        connection: &connection,
        state: &state,
        tally: &tally,
    };
    let (hold, question) = (hold(shared, &known).await?, question(shared, &known).await?);
    let now = shared.now();
    Ok(SenderView {
        connection: id,
        tally,
        question,
        hold,
        restriction: (connection.restriction).filter(|restriction| restriction.holds_at(now)),
        name: Some(connection.name),
        state: Some(state),
    })
}

/// What holds the next message, while the connection can send and the run's gate is open.
async fn hold(shared: &Shared, known: &Known<'_>) -> Result<Option<Hold>, StoreError> {
    let (run, tally, now) = (known.run, known.tally, shared.now());
    let lane = shared.lane(known.connection.id);
    let held_before = lane.map(|lane| lane.presence.held_before());
    let waits_for_answer = held_before.is_some_and(|held| run.started_at < held);
    let waits = tally.open() > 0 && run.gate.is_open_at(now);
    if !waits || !known.state.can_send() || waits_for_answer {
        return Ok(None);
    }
    let hold = pace::decision(shared, known.connection).await?.hold();
    if tally.pending > 0 {
        return Ok(slower(hold, rest(run, now)));
    }
    let Some(found) = hold else {
        return Ok(None);
    };
    // Only repetitions are left: what holds the connection holds those that come before its end.
    let journal = &shared.store.journal;
    let held_before = held_before.unwrap_or(Timestamp::from_millis(i64::MIN));
    let next = journal.next_due(run.workspace, known.connection.id, now, held_before);
    let comes_first = match next.await? {
        Some(Due::Message(at)) => found.until.is_none_or(|until| at <= until),
        _ => false,
    };
    Ok(hold.filter(|_| tally.unconfirmed > 0 && comes_first))
}

/// What the campaign's own pace holds the next message with.
fn rest(run: &Run, now: Timestamp) -> Option<Hold> {
    (run.rests_until > now).then_some(Hold {
        reason: HoldReason::Campaign,
        until: Some(run.rests_until),
    })
}

/// The one that holds for longer: what waits for a person holds the longest.
fn slower(pace: Option<Hold>, rest: Option<Hold>) -> Option<Hold> {
    match (pace, rest) {
        (Some(pace), Some(rest)) if pace.until.is_some_and(|until| Some(until) < rest.until) => {
            Some(rest)
        }
        (pace, rest) => pace.or(rest),
    }
}

/// What the owner is asked, if the connection's part of the run waits for the answer.
async fn question(
    shared: &Shared,
    known: &Known<'_>,
) -> Result<Option<OutageQuestion>, StoreError> {
    if known.tally.open() == 0 {
        return Ok(None);
    }
    let question = outage_question(&shared.store, known.connection, known.state).await?;
    Ok(question.filter(|question| known.run.started_at < question.outage.back_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(reason: HoldReason, until: Option<i64>) -> Hold {
        Hold {
            reason,
            until: until.map(Timestamp::from_seconds),
        }
    }

    #[test]
    fn what_holds_the_longest_is_told() {
        let pace = hold(HoldReason::Interval, Some(10));
        let rest = hold(HoldReason::Campaign, Some(60));
        assert_eq!(slower(None, None), None);
        assert_eq!(slower(Some(pace), None), Some(pace));
        assert_eq!(slower(None, Some(rest)), Some(rest));
        assert_eq!(slower(Some(pace), Some(rest)), Some(rest));
        let late = hold(HoldReason::HourlyCap { most: 5 }, Some(600));
        assert_eq!(slower(Some(late), Some(rest)), Some(late));
        let person = hold(HoldReason::Restricted, None);
        assert_eq!(slower(Some(person), Some(rest)), Some(person));
    }
}
