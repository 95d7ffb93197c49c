//! Looking for groups.

use arauto::store::{GroupFact, folded};
use arauto_app::domain::{
    GroupBrief, GroupKind, GroupPlace, GroupQuery, GroupStanding, GroupTraits,
};

use super::home::Home;
use super::samples::{at, connection_id, group, jid, workspace_id};

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
    for some in all.chunks(500) {
        groups.put(workspace, some).await.unwrap();
    }
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
