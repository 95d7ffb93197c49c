//! A real `mongod` for tests.
//!
//! Its life hangs on a pipe: a small shell holds the other end, and when the test process ends,
//! however it ends, kills the server and removes its files.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use mongodb::Client;
use mongodb::bson::doc;

/// Starts the server, tells its process id, and waits for the pipe to close.
const WATCHDOG: &str = r#"
    "$@" >"$FOLDER/log" 2>&1 &
    echo $!
    cat >/dev/null
    kill -9 $!
    wait $! 2>/dev/null
    rm -rf "$FOLDER"
"#;

/// A running server on a free loopback port: a replica set of one, or a standalone server.
pub struct Mongod {
    watchdog: Child,
    process: u32,
    port: u16,
    is_standalone: bool,
}

impl Mongod {
    /// The server that all tests of this process share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Mongod> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Starts a server of one's own.
    pub fn start() -> Self {
        let mongod = Self::spawn(&["--replSet", "rs0", "--oplogSize", "64"]);
        mongod.initiate();
        mongod
    }

    /// Starts a standalone server: it has no change streams.
    pub fn start_standalone() -> Self {
        let mut mongod = Self::spawn(&[]);
        mongod.is_standalone = true;
        mongod.wait_until_it_answers();
        mongod
    }

    fn spawn(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder for mongod").keep();
        let port = free_port();
        let mut watchdog = Command::new("sh")
            .args(["-c", WATCHDOG, "sh"])
            .arg(binary())
            .args(arguments)
            .args(["--bind_ip", "127.0.0.1", "--nounixsocket"])
            .args(["--wiredTigerCacheSizeGB", "0.25"])
            .args(["--setParameter", "diagnosticDataCollectionEnabled=false"])
            .args(["--setParameter", "ttlMonitorSleepSecs=1"])
            .args(["--setParameter", "enableTestCommands=1"])
            .args(["--port", &port.to_string(), "--dbpath"])
            .arg(&folder)
            .env("FOLDER", &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell starts");
        let mut line = String::new();
        BufReader::new(watchdog.stdout.take().expect("stdout is piped"))
            .read_line(&mut line)
            .expect("the shell tells the process id");
        let process = line.trim().parse().expect("a process id");
        Self {
            watchdog,
            process,
            port,
            is_standalone: false,
        }
    }

    /// The address of a database that no other caller gets.
    pub fn fresh_database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        let options = if self.is_standalone {
            ""
        } else {
            "?replicaSet=rs0"
        };
        format!("mongodb://127.0.0.1:{}/{name}{options}", self.port)
    }

    /// Makes the server silent: connections stay open, nothing answers.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.process.to_string()])
            .status()
            .expect("kill runs");
        assert!(sent.success(), "kill {signal} failed");
    }

    fn wait_until_it_answers(&self) {
        let address = format!("mongodb://127.0.0.1:{}/", self.port);
        std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(async {
                    // The driver waits for the server to listen.
                    Client::with_uri_str(address)
                        .await
                        .expect("the address parses")
                        .database("admin")
                        .run_command(doc! { "ping": 1 })
                        .await
                        .expect("mongod starts");
                });
        })
        .join()
        .expect("mongod is ready");
    }

    /// Makes it a replica set of one. The driver waits for the server to listen, and a write waits
    /// for it to become primary.
    fn initiate(&self) {
        let port = self.port;
        std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(async {
                    let address = format!("127.0.0.1:{port}");
                    let members =
                        doc! { "_id": "rs0", "members": [{ "_id": 0, "host": &address }] };
                    Client::with_uri_str(format!("mongodb://{address}/?directConnection=true"))
                        .await
                        .expect("the address parses")
                        .database("admin")
                        .run_command(doc! { "replSetInitiate": members })
                        .await
                        .expect("mongod starts and takes its configuration");
                    Client::with_uri_str(format!("mongodb://{address}/?replicaSet=rs0"))
                        .await
                        .expect("the address parses")
                        .database("admin")
                        .collection("ready")
                        .insert_one(doc! {})
                        .await
                        .expect("mongod becomes primary");
                });
        })
        .join()
        .expect("mongod is ready");
    }
}

impl Drop for Mongod {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port()
}

/// The program: `ARAUTO_TEST_MONGOD`, the `PATH`, or what `make setup` installed.
fn binary() -> PathBuf {
    if let Some(named) = std::env::var_os("ARAUTO_TEST_MONGOD") {
        return named.into();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join("mongod"));
    let installed = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join(".tools/mongod/bin/mongod"));
    on_path
        .chain(installed)
        .find(|candidate| candidate.is_file())
        .expect("no mongod found: run `make setup`, which installs one for the tests")
}
