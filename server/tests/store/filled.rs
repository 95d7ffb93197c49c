//! A store in which there is something of everything, and nothing as it is by default.

use std::time::Duration;

use arauto::store::{DeliveryUpdate, KeyWrite, SessionRow, Store, TokenHash};
use arauto_app::domain::{
    AfterOutage, CampaignState, Connection, ConnectionId, ConnectionState, ContentHash, Delivery,
    DeliveryEvent, DeliveryState, FailureReason, Gate, Group, GroupSync, GroupSyncEnd, Limits,
    MediaItem, MediaKind, MemberMark, Missed, MissedRuns, MissedWhy, Outage, Pacing, PastMessage,
    PastRuns, Restriction, RestrictionCause, Run, RunOrigin, RunSender, SyncOutcome, Timestamp,
    Timing, Transfer, UserId, WAVEFORM_BARS, Waveform, WorkspaceId,
};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::samples::{
    NOTHING_HELD, at, campaign, connection, connection_id, deliveries, group, group_list, jid,
    media_id, media_item, message_id, run, take_lease, user, workspace,
};

/// A session that ended long ago, and one that outlives every test.
const ENDS: [Timestamp; 2] = [at(1), Timestamp::from_millis(4_000_000_000_000)];

/// Puts something of everything into an empty store. Tells its connection.
pub async fn fill(store: &Store) -> Connection {
    let meta = &store.meta;
    meta.put("session-master-key", &[7; 32]).await.unwrap();
    meta.put("session-master-key-in-use", b"k\0ey")
        .await
        .unwrap();
    meta.ping().await.unwrap();
    let (house, owner) = (workspace(), user(workspace().id, "ana@exemplo.com.br"));
    let owner = arauto_app::domain::User {
        workspace: house.id,
        ..owner
    };
    let created = store.accounts.create_first(&house, &owner, "$argon2id$…");
    created.await.unwrap();
    for (number, expires_at) in (1..).zip(ENDS) {
        let session = SessionRow {
            token: TokenHash([number; 32]),
            user: owner.id,
            created_at: at(0),
            expires_at,
        };
        store.accounts.open_session(&session).await.unwrap();
    }
    let connection = fill_connection(store, house.id).await;
    fill_library(store, house.id, owner.id).await;
    fill_journal(store, &connection).await;
    connection
}

async fn fill_connection(store: &Store, workspace: WorkspaceId) -> Connection {
    let row = Connection {
        phone: Some("5511955500142".into()),
        linked_at: Some(at(2)),
        phone_seen_at: Some(at(3)),
        groups_synced_at: Some(at(4)),
        after_outage: AfterOutage::Drop,
        able_at: Some(at(5)),
        outage: Some(Outage {
            lost_at: at(1),
            back_at: at(5),
            dropping: true,
        }),
        pace: Some(Limits {
            hourly: Some(40),
            ..Limits::default()
        }),
        restriction: Some(Restriction {
            since: at(4),
            cause: RestrictionCause::MessageRefused,
            until: None,
        }),
        ..connection(workspace, "Loja")
    };
    store.connections.insert(&row).await.unwrap();
    // The second holder; who holds it is not copied.
    let first = take_lease(store, workspace, row.id).await;
    store.leases.release(&first).await.unwrap();
    let lease = take_lease(store, workspace, row.id).await;
    assert_eq!(lease.fence, 2);
    for (since, state) in [(6, ConnectionState::Syncing), (7, ConnectionState::Online)] {
        let noted = store.connections.set_state(&lease, &state, at(since));
        noted.await.unwrap();
    }
    let write = |space, key: &[u8], value: &'static [u8]| KeyWrite {
        space,
        key: key.to_vec(),
        value: Some(Bytes::from_static(value)),
    };
    let writes = [
        write("session", b"one", b"\x01seal and more"),
        write("session", b"one-two", b"\x01seal and less"),
        write("prekey", &[0, 255], b"\x02"),
    ];
    let keys = store.leases.keys(&lease);
    keys.write(row.id, &writes).await.unwrap();
    fill_groups(store, workspace, row.id).await;
    row
}

async fn fill_groups(store: &Store, workspace: WorkspaceId, connection: ConnectionId) {
    // More than a page of them.
    let groups: Vec<Group> = (1..=450)
        .map(|number| Group {
            announce_only: number % 2 == 0,
            community: (number % 3 == 0).then(|| "120363000000000001@g.us".into()),
            ..group(connection, number, &format!("$Ofertas Nº {number}"), at(8))
        })
        .collect();
    store.groups.put(workspace, &groups).await.unwrap();
    let sync = GroupSync {
        began_at: at(8),
        end: Some(GroupSyncEnd {
            at: at(9),
            outcome: SyncOutcome::Completed { groups: 450 },
        }),
    };
    let noted = store.groups.note_sync(workspace, connection, &sync);
    noted.await.unwrap();
    let list = group_list(workspace, connection, "Clientes", &[3, 1]);
    store.group_lists.insert(&list).await.unwrap();
}

/// Stores bytes under what they hash to.
pub async fn store_blob(store: &Store, workspace: WorkspaceId, bytes: &[u8]) -> ContentHash {
    let content = ContentHash::from_bytes(Sha256::digest(bytes).into());
    let mut writer = store.blobs.begin(workspace).await.unwrap();
    for chunk in bytes.chunks(100_000) {
        let chunk = Bytes::copy_from_slice(chunk);
        writer.write(chunk).await.unwrap();
    }
    writer.commit(content).await.unwrap();
    content
}

async fn fill_library(store: &Store, workspace: WorkspaceId, uploaded_by: UserId) {
    let content = store_blob(store, workspace, &vec![9; 700_000]).await;
    let thumbnail = store_blob(store, workspace, b"").await;
    let item = MediaItem {
        kind: MediaKind::Video,
        content,
        thumbnail: Some(thumbnail),
        duration_ms: Some(61_000),
        pages: Some(3),
        gif: true,
        waveform: Some(Waveform::new([5; WAVEFORM_BARS])),
        uploaded_by,
        ..media_item(workspace, "Vitrine.mp4", 0, 0)
    };
    store.media.insert(&item).await.unwrap();
    // On its way, and never to arrive: nobody misses it.
    let mut unfinished = store.blobs.begin(workspace).await.unwrap();
    let chunk = Bytes::from(vec![1; 300_000]);
    unfinished.write(chunk).await.unwrap();
    std::mem::forget(unfinished);
    for pieces in [vec![], vec![&b"um pouco"[..], &b" e mais um pouco"[..]]] {
        let transfer = Transfer {
            id: media_id(),
            workspace,
            user: uploaded_by,
            name: "Aula.mp4".into(),
            bytes: 100,
            received: 0,
            begun_at: at(1),
            touched_at: at(1),
        };
        store.transfers.begin(&transfer).await.unwrap();
        let mut offset = 0;
        for piece in pieces {
            let bytes = Bytes::from_static(piece);
            let kept = store
                .transfers
                .append(workspace, transfer.id, offset, bytes, at(9));
            assert!(kept.await.unwrap());
            offset += piece.len() as u64;
        }
    }
}

async fn fill_journal(store: &Store, connection: &Connection) {
    let workspace = connection.workspace;
    let active = arauto_app::domain::Campaign {
        connection: Some(connection.id),
        lost_connection: true,
        state: CampaignState::Active,
        timing: Timing {
            max_runs: Some(9),
            ..Timing::default()
        },
        past: PastRuns {
            first_at: Some(at(1)),
            runs: 2,
            last_due: Some(at(2)),
        },
        next_at: Some(at(1_000_000)),
        ..campaign(workspace, "Oferta do Dia")
    };
    store.campaigns.insert(&active).await.unwrap();
    let missed = Missed {
        workspace,
        campaign: active.id,
        runs: MissedRuns {
            count: 3,
            from: at(10),
            to: at(30),
        },
        why: MissedWhy::TooLate,
        noted_at: at(40),
    };
    store.campaigns.note_missed(&missed).await.unwrap();

    let finished = Run {
        campaign: active.id,
        ..run(workspace, connection.id, 100)
    };
    begin_finished(store, &finished).await;
    for (number, started) in (2..).zip([200, 300]) {
        let open = Run {
            campaign: active.id,
            number,
            origin: RunOrigin::Schedule,
            due_at: at(started - 7),
            zone: "America/Manaus".parse().unwrap(),
            gate: Gate {
                opens: at(0),
                closes: at(9_000_000),
            },
            also: vec![RunSender {
                connection: connection_id(),
                name: "Filial".into(),
            }],
            pace: Some(Pacing {
                shortest: Duration::from_secs(1),
                longest: Duration::from_secs(2),
            }),
            content: active.content.clone(),
            ..run(workspace, connection.id, started)
        };
        let to = deliveries(&open, 230);
        store.journal.begin_run(&open, &to).await.unwrap();
    }
    play(store, connection).await;
}

/// A run that ended, with deliveries of which everything is known that can be.
async fn begin_finished(store: &Store, run: &Run) {
    let all: Vec<Delivery> = deliveries(run, 4)
        .into_iter()
        .map(|delivery| Delivery {
            first_at: Some(at(101)),
            state: match delivery.position {
                0 => DeliveryState::Failed(FailureReason::NotInGroup),
                1 => DeliveryState::Skipped(FailureReason::AnnounceOnly),
                2 => DeliveryState::Unanswered,
                _ => DeliveryState::Read,
            },
            message_id: Some(message_id()),
            attempts: 3,
            earlier: vec![PastMessage {
                id: Some(message_id()),
                state: DeliveryState::Failed(FailureReason::NotInGroup),
                attempts: 1,
                ended_at: Some(at(102)),
            }],
            retry_at: Some(at(103)),
            attempted_at: Some(at(104)),
            sent_at: Some(at(105)),
            delivered_at: Some(at(106)),
            read_at: Some(at(107)),
            failed_at: Some(at(108)),
            target: jid(900 + u64::from(delivery.position)).into(),
            ..delivery
        })
        .collect();
    store.journal.begin_run(run, &all).await.unwrap();
    let (workspace, id) = (run.workspace, run.id);
    let renewed = store
        .journal
        .renew(workspace, id, 0, &[2], Gate::OPEN, at(110));
    assert_eq!(renewed.await.unwrap(), 1);
    let refused = DeliveryEvent::Refused(FailureReason::NotInGroup);
    let changed = store.journal.record_at(workspace, id, 2, refused, at(111));
    assert!(changed.await.unwrap());
    let finished = store.journal.finish_run(workspace, id, at(112)).await;
    assert!(finished.unwrap());
}

/// The two open runs take turns, and members receive and read.
async fn play(store: &Store, connection: &Connection) {
    let workspace = connection.workspace;
    let lease = arauto::store::Lease {
        workspace,
        connection: connection.id,
        fence: 2,
    };
    let mut told = Vec::new();
    for turn in 0..4_i64 {
        let now = at(1_000_000 + turn * 10_000);
        let fresh = message_id();
        let claimed = store.journal.claim_due(&lease, now, NOTHING_HELD, &fresh);
        let message = claimed.await.unwrap().unwrap().message_id.unwrap();
        for member in 1..=3_u8 {
            told.push(DeliveryUpdate {
                message: message.clone(),
                event: match member {
                    1 => DeliveryEvent::Acknowledged,
                    2 => DeliveryEvent::Received,
                    _ => DeliveryEvent::Read,
                },
                member: (member > 1).then(|| MemberMark::from_bytes([member * 80; 8])),
                at: now,
            });
        }
    }
    // The last one stays on its way.
    told.truncate(9);
    let journal = &store.journal;
    let changed = journal.record(workspace, connection.id, &told).await;
    assert_eq!(changed.unwrap().len(), 2);
}
