//! Groups.

use std::sync::Arc;

use arauto::store::{GroupFact, GroupStore, folded};
use arauto_app::domain::{
    ConnectionCause, ConnectionId, Group, GroupBrief, GroupKind, GroupPlace, GroupQuery,
    GroupStanding, GroupSync, GroupSyncEnd, GroupTraits, SyncOutcome, WorkspaceId,
};

use super::home::Home;
use super::samples::{at, connection_id, group, jid, workspace_id};

pub async fn a_sync_replaces_and_marks_what_it_did_not_see(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let groups = &home.store.groups;
    let first = [
        group(connection, 1, "Um", at(0)),
        group(connection, 2, "Dois", at(0)),
    ];
    groups.put(workspace, &first).await.unwrap();
    assert_eq!(groups.count(workspace, connection).await.unwrap(), 2);

    let mut seen = group(connection, 2, "Dois, novo", at(10));
    seen.participants = 3;
    seen.announce_only = true;
    groups
        .put(workspace, std::slice::from_ref(&seen))
        .await
        .unwrap();
    groups
        .mark_unseen_as_gone(workspace, connection, at(10))
        .await
        .unwrap();
    let home = home.reopen().await;
    let groups = &home.store.groups;
    let mut gone = first[0].clone();
    gone.standing = GroupStanding::Gone;
    assert_eq!(
        everything(groups, workspace, connection).await,
        [seen.clone(), gone]
    );
    assert_eq!(groups.count(workspace, connection).await.unwrap(), 1);

    let (one, back) = (jid(1), GroupFact::Standing(GroupStanding::Member));
    let back = groups.change(workspace, connection, &one, &back).await;
    assert!(back.unwrap());
    let read = groups.get(workspace, connection, &jid(1)).await.unwrap();
    assert_eq!(read, Some(first[0].clone()));
    groups.delete_all(workspace, connection).await.unwrap();
    assert!(everything(groups, workspace, connection).await.is_empty());
}

/// All groups of a connection.
async fn everything(
    groups: &Arc<dyn GroupStore>,
    workspace: WorkspaceId,
    connection: ConnectionId,
) -> Vec<Group> {
    let query = GroupQuery::default();
    let found = groups.search(workspace, connection, &query, None, 10_000);
    found.await.unwrap()
}

fn query(text: &str, kind: GroupKind) -> GroupQuery {
    GroupQuery {
        text: text.into(),
        kind,
    }
}

pub async fn pages_follow_each_other_without_gap_or_repetition(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let groups = &home.store.groups;
    // Names that sort otherwise by their bytes, and many that are the same.
    let subjects = [
        "pão",
        "Pao",
        "PÃO b",
        "água",
        "Zé",
        "zebra",
        "",
        "💬 avisos",
    ];
    let all: Vec<_> = (0..130)
        .map(|n| {
            let subject = subjects[usize::try_from(n).unwrap() % subjects.len()];
            group(connection, n, subject, at(0))
        })
        .collect();
    groups.put(workspace, &all).await.unwrap();
    let (everywhere, mut after, mut seen) = (GroupQuery::default(), None, Vec::new());
    loop {
        let page = groups.search(workspace, connection, &everywhere, after.as_ref(), 20);
        let page = page.await.unwrap();
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 20);
        after = Some(GroupPlace {
            subject: folded(&last.subject),
            jid: last.jid.clone(),
        });
        seen.extend(page);
    }
    let mut expected = all;
    expected.sort_by_key(|group| (folded(&group.subject), group.jid.clone()));
    assert_eq!(seen, expected);
    assert!(seen[0].subject.is_empty());
}

pub async fn a_search_minds_neither_case_nor_accents_and_takes_text_as_it_is(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let groups = &home.store.groups;
    let subjects = [
        "Pães & Cia",
        "PAES do João",
        "100% (oferta) [.*]",
        "$joao",
        "outro",
    ];
    let all: Vec<_> = (0..)
        .zip(subjects)
        .map(|(n, subject)| group(connection, n, subject, at(0)))
        .collect();
    groups.put(workspace, &all).await.unwrap();
    let home = home.reopen().await;
    let groups = &home.store.groups;
    let found = async |text: &str| -> Vec<String> {
        let query = query(text, GroupKind::All);
        let found = groups.search(workspace, connection, &query, None, 50).await;
        let counts = groups.counts(workspace, connection, text).await.unwrap();
        let found = found.unwrap();
        assert_eq!(counts.of(GroupKind::All) as usize, found.len(), "{text}");
        found.into_iter().map(|group| group.subject).collect()
    };
    assert_eq!(found("pães").await, ["Pães & Cia", "PAES do João"]);
    assert_eq!(found(" JOÃO ").await, ["$joao", "PAES do João"]);
    assert_eq!(found("% (").await, ["100% (oferta) [.*]"]);
    assert_eq!(found(".*").await, ["100% (oferta) [.*]"]);
    assert_eq!(found("$joao").await, ["$joao"]);
    assert_eq!(found("'").await, [""; 0]);
    assert_eq!(found("").await.len(), 5);

    // A new name is found at once, and the old one no more.
    let renamed = GroupFact::Subject("Ótimo".into());
    let changed = groups
        .change(workspace, connection, &jid(4), &renamed)
        .await;
    assert!(changed.unwrap());
    assert_eq!(found("otimo").await, ["Ótimo"]);
    assert_eq!(found("outro").await, [""; 0]);
}

pub async fn kinds_and_counts_agree(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let groups = &home.store.groups;
    let all: Vec<_> = (0..16_u64)
        .map(|n| {
            let mut group = group(connection, n, if n < 8 { "Turma" } else { "Loja" }, at(0));
            group.announce_only = n & 1 != 0;
            group.is_admin = n & 2 != 0;
            if n & 4 != 0 {
                group.standing = GroupStanding::Gone;
            }
            group
        })
        .collect();
    groups.put(workspace, &all).await.unwrap();
    for text in ["", "turma", "nada"] {
        let counts = groups.counts(workspace, connection, text).await.unwrap();
        for kind in GroupKind::EVERY {
            let query = query(text, kind);
            let expected: Vec<_> = all
                .iter()
                .filter(|group| folded(&group.subject).contains(text))
                .filter(|group| GroupTraits::from(*group).are(kind))
                .collect();
            let found = groups.search(workspace, connection, &query, None, 50).await;
            let mut found = found.unwrap();
            found.sort_by_key(|group| group.jid.clone());
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query:?}");
            assert_eq!(counts.of(kind) as usize, expected.len(), "{query:?}");

            let accepting = groups.accepting(workspace, connection, &query).await;
            let mut accepting = accepting.unwrap();
            accepting.sort_by_key(|group| group.jid.clone());
            let expected: Vec<_> = expected
                .into_iter()
                .filter(|group| group.accepts_messages())
                .map(GroupBrief::from)
                .collect();
            assert_eq!(accepting, expected, "{query:?}");
            assert_eq!(counts.accepting(kind) as usize, expected.len(), "{query:?}");
        }
    }
}

pub async fn chosen_groups_are_found_among_thousands(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let groups = &home.store.groups;
    let all: Vec<_> = (0..5_000)
        .map(|n| group(connection, n, &format!("Grupo {n:04}"), at(0)))
        .collect();
    groups.put(workspace, &all).await.unwrap();
    let chosen: Vec<_> = (0..6_000).step_by(2).map(jid).collect();
    let found = groups.among(workspace, connection, &chosen).await.unwrap();
    let expected: Vec<_> = all.iter().step_by(2).cloned().collect();
    assert_eq!(found, expected);
    let last = query("grupo 4999", GroupKind::CanSend);
    let found = groups.search(workspace, connection, &last, None, 50).await;
    assert_eq!(found.unwrap(), all[4_999..]);
    let nobody = groups.among(workspace, connection, &[]).await.unwrap();
    assert!(nobody.is_empty());
}

pub async fn a_fact_changes_nothing_else_of_its_group(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let groups = &home.store.groups;
    let mut expected = group(connection, 1, "Um", at(0));
    expected.participants = 3;
    expected.community = Some("Bairro".into());
    let both = [expected.clone(), group(connection, 2, "Dois", at(0))];
    groups.put(workspace, &both).await.unwrap();
    let facts = [
        // Names are whatever people write.
        GroupFact::Subject("$subject {\"$set\": 1} 'pão'".into()),
        GroupFact::AnnounceOnly(true),
        GroupFact::Admin(false),
        GroupFact::Participants(2),
        GroupFact::Standing(GroupStanding::Gone),
        // What was missed before must not make the count negative.
        GroupFact::Participants(-7),
    ];
    for fact in facts {
        match &fact {
            GroupFact::Subject(subject) => expected.subject.clone_from(subject),
            GroupFact::AnnounceOnly(is) => expected.announce_only = *is,
            GroupFact::Admin(is) => expected.is_admin = *is,
            GroupFact::Participants(by) => {
                expected.participants = expected.participants.saturating_add_signed(*by);
            }
            GroupFact::Standing(standing) => expected.standing = *standing,
        }
        let changed = groups.change(workspace, connection, &jid(1), &fact).await;
        assert!(changed.unwrap(), "{fact:?}");
        let read = groups.get(workspace, connection, &jid(1)).await.unwrap();
        assert_eq!(read.as_ref(), Some(&expected), "{fact:?}");
    }
    let other = groups.get(workspace, connection, &jid(2)).await.unwrap();
    assert_eq!(other.as_ref(), Some(&both[1]));
    let fact = GroupFact::Admin(true);
    let unknown = groups.change(workspace, connection, &jid(3), &fact).await;
    assert!(!unknown.unwrap());
}

pub async fn facts_that_race_are_all_noted(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let groups = &home.store.groups;
    let known = group(connection, 1, "Um", at(0));
    groups.put(workspace, &[known]).await.unwrap();
    let comings = (0..40).map(|n| async move {
        let fact = match n {
            0 => GroupFact::Subject("Novo".into()),
            1 => GroupFact::AnnounceOnly(true),
            _ => GroupFact::Participants(1),
        };
        let changed = groups.change(workspace, connection, &jid(1), &fact).await;
        assert!(changed.unwrap());
    });
    futures::future::join_all(comings).await;
    let read = groups.get(workspace, connection, &jid(1)).await.unwrap();
    let read = read.unwrap();
    assert_eq!((read.participants, &*read.subject), (57 + 38, "Novo"));
    assert!(read.announce_only);
}

pub async fn the_latest_sync_is_kept(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let groups = &home.store.groups;
    let latest = async |groups: &Arc<dyn GroupStore>| {
        groups.latest_sync(workspace, connection).await.unwrap()
    };
    assert_eq!(latest(groups).await, None);
    let mut sync = GroupSync {
        began_at: at(1),
        end: None,
    };
    let outcomes = [
        None,
        Some(SyncOutcome::Completed { groups: 52 }),
        Some(SyncOutcome::Cancelled),
        Some(SyncOutcome::Failed {
            cause: ConnectionCause::RateLimited,
        }),
    ];
    for outcome in outcomes {
        sync.end = outcome.map(|outcome| GroupSyncEnd { at: at(2), outcome });
        let noted = groups.note_sync(workspace, connection, &sync).await;
        noted.unwrap();
        assert_eq!(latest(groups).await, Some(sync));
    }
    let home = home.reopen().await;
    let groups = &home.store.groups;
    assert_eq!(latest(groups).await, Some(sync));
    groups.delete_all(workspace, connection).await.unwrap();
    assert_eq!(latest(groups).await, None);
}

pub async fn other_workspaces_see_no_groups(home: Home) {
    let (workspace, stranger, connection) = (workspace_id(), workspace_id(), connection_id());
    let stored = group(connection, 1, "Um", at(0));
    let groups = &home.store.groups;
    groups
        .put(workspace, std::slice::from_ref(&stored))
        .await
        .unwrap();
    assert!(everything(groups, stranger, connection).await.is_empty());
    assert_eq!(
        groups.get(stranger, connection, &jid(1)).await.unwrap(),
        None
    );
    assert_eq!(
        groups
            .get(workspace, connection_id(), &jid(1))
            .await
            .unwrap(),
        None
    );
    assert_eq!(groups.count(stranger, connection).await.unwrap(), 0);
    groups
        .mark_unseen_as_gone(stranger, connection, at(9))
        .await
        .unwrap();
    let (one, gone) = (jid(1), GroupFact::Standing(GroupStanding::Gone));
    let changed = groups.change(stranger, connection, &one, &gone).await;
    assert!(!changed.unwrap());
    assert_eq!(
        groups.latest_sync(stranger, connection).await.unwrap(),
        None
    );
    groups.delete_all(stranger, connection).await.unwrap();
    groups
        .put(stranger, &[group(connection, 1, "Outro", at(0))])
        .await
        .unwrap();
    assert_eq!(everything(groups, workspace, connection).await, [stored]);
}
