//! The master key changes while several servers run.

use crate::cluster::{Cluster, LEASE};
use crate::support::Mongod;

const KEY: &str = "ARAUTO_SECRET_KEY";
const PREVIOUS: &str = "ARAUTO_SECRET_KEY_PREVIOUS";
/// 32 bytes each, in base64.
const OLD: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const NEW: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

/// Restarts a server with the new key.
async fn renew(cluster: &mut Cluster, server: usize) {
    let program = &mut cluster.servers[server].program;
    program.terminate().await;
    program.set(KEY, NEW);
    program.set(PREVIOUS, OLD);
    program.start().await;
}

/// Rotates with the environment of the second server; whether it did, and what it said.
async fn rotate(cluster: &Cluster) -> (bool, String) {
    let ended = cluster.servers[1].program.run(&["keys", "rotate"]).await;
    let said = String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned();
    (ended.status.success(), said)
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_rotated_only_once_every_server_knows_the_new_one() {
    let mongod = tokio::task::spawn_blocking(Mongod::start).await.unwrap();
    let mut cluster = Cluster::new(mongod, LEASE).await;
    cluster.servers[0].program.terminate().await;
    for server in &mut cluster.servers {
        server.program.set(KEY, OLD);
        // What the first start generated stays readable.
        server.program.start().await;
    }
    let (phone, groups) = cluster.phone(1).await;
    let connection = cluster.link(0, &phone, groups.len()).await;

    // The one that started last knows the new key, and the other one runs the connection.
    renew(&mut cluster, 1).await;
    let (rotated, said) = rotate(&cluster).await;
    assert!(!rotated, "{said}");
    assert!(said.contains("ainda não conhece a chave nova"), "{said}");

    renew(&mut cluster, 0).await;
    let (rotated, said) = rotate(&cluster).await;
    assert!(rotated, "{said}");
    for server in &mut cluster.servers {
        server.program.terminate().await;
        server.program.set(PREVIOUS, "");
        server.program.start().await;
        server.person.until_online(connection).await;
    }
}
