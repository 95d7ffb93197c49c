//! The real binary, started, killed and started again.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Output, Stdio};
use std::time::Duration;

use arauto_sim::Simulator;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long the program may take from its start to its first answer.
const READY_WITHIN: Duration = Duration::from_mins(1);
/// How long it may take to end once it was asked to: what service managers wait before they kill.
const STOPPED_WITHIN: Duration = Duration::from_secs(10);

/// How one program is started, each time the same.
pub struct Program {
    address: SocketAddr,
    data: PathBuf,
    store: Option<String>,
    websocket_url: String,
    http_url: String,
    environment: Vec<(&'static str, String)>,
    child: Option<Child>,
}

impl Program {
    /// A program that talks to this simulated network and keeps its data in `data`, or in the
    /// MongoDB at `store`.
    pub fn new(simulator: &Simulator, data: &Path, store: Option<String>) -> Self {
        Self {
            address: free_address(),
            data: data.to_owned(),
            store,
            websocket_url: simulator.websocket_url(),
            http_url: simulator.http_url(),
            environment: vec![
                ("ARAUTO_PACE_SHORTEST_MS", "0".into()),
                ("ARAUTO_PACE_LONGEST_MS", "0".into()),
                ("ARAUTO_PACE_CAPS", "off".into()),
            ],
            child: None,
        }
    }

    /// Sets a variable of its environment, from the next start on.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Sets a variable of its environment anew, from the next start on.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.environment.retain(|(known, _)| *known != name);
        self.environment.push((name, value.into()));
    }

    /// Keeps its data somewhere else from the next start on; tells where it was.
    pub fn keep_in(&mut self, data: &Path, store: Option<String>) -> (PathBuf, Option<String>) {
        let data = std::mem::replace(&mut self.data, data.to_owned());
        (data, std::mem::replace(&mut self.store, store))
    }

    /// The address that people use.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts it and waits until it answers.
    pub async fn start(&mut self) {
        let mut child = self.command().spawn().expect("the binary starts");
        pass_on(child.stdout.take().expect("stdout is piped"));
        pass_on(child.stderr.take().expect("stderr is piped"));
        self.child = Some(child);
        self.wait_until_it_answers().await;
    }

    /// Runs it with these arguments until it ends by itself.
    pub async fn run(&self, arguments: &[&str]) -> Output {
        let ended = self.command().args(arguments).output();
        let ended = tokio::time::timeout(READY_WITHIN, ended).await;
        ended
            .unwrap_or_else(|_| panic!("{arguments:?} does not end within {READY_WITHIN:?}"))
            .expect("the binary starts")
    }

    /// The binary with its environment; it is killed when what it became is dropped.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_arauto"));
        command
            .env("ARAUTO_ADDRESS", self.address.to_string())
            .env("ARAUTO_DATA", &self.data)
            .env("ARAUTO_WHATSAPP_URL", &self.websocket_url)
            .env("ARAUTO_WHATSAPP_HTTP", &self.http_url)
            .env("ARAUTO_STORE", self.store.as_deref().unwrap_or_default())
            .envs(self.environment.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// The address of its store, as tests open it.
    pub fn store_address(&self) -> String {
        let file = || self.data.join("arauto.db").display().to_string();
        self.store.clone().unwrap_or_else(file)
    }

    /// The memory that it holds now, in bytes.
    pub fn resident_bytes(&self) -> u64 {
        self.memory("VmRSS:")
    }

    /// The most memory that it held since its start, in bytes.
    pub fn peak_bytes(&self) -> u64 {
        self.memory("VmHWM:")
    }

    /// How much of the memory that it holds is its own program, which the system can read again, in bytes.
    pub fn program_bytes(&self) -> u64 {
        self.memory("RssFile:")
    }

    /// A line of `proc_pid_status(5)`.
    fn memory(&self, name: &str) -> u64 {
        let pid = self.child.as_ref().and_then(Child::id).expect("it runs");
        let status =
            std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it can be looked at");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .expect("it is told");
        let kibibytes = line.trim().trim_end_matches("kB").trim().parse::<u64>();
        kibibytes.expect("a number") * 1024
    }

    /// The processor time that it took since its start, by the kernel's clock of 100 ticks a second.
    pub fn processor_time(&self) -> Duration {
        let pid = self.child.as_ref().and_then(Child::id).expect("it runs");
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
        let stat = stat.expect("it can be looked at");
        let behind_name = stat.rsplit(')').next().unwrap_or_default();
        // Fields 14 and 15 of proc(5); the one behind the name is field 3.
        let fields = behind_name.split_whitespace().skip(11).take(2);
        let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }

    /// Ends it as a power cut would.
    pub async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().await.expect("the process can be killed");
        }
    }

    /// Stops it in its tracks, as a suspended machine does: its connections stay open.
    pub async fn pause(&self) {
        self.signal("-STOP").await;
    }

    /// Lets it go on.
    pub async fn resume(&self) {
        self.signal("-CONT").await;
    }

    async fn signal(&self, signal: &str) {
        let pid = self.child.as_ref().and_then(Child::id).expect("it runs");
        let sent = Command::new("kill")
            .args([signal, &pid.to_string()])
            .status()
            .await;
        assert!(sent.expect("kill runs").success());
    }

    /// Asks it to end, as a service manager does, and waits for it.
    pub async fn terminate(&mut self) {
        if self.child.is_none() {
            return;
        }
        self.ask_to_stop().await;
        let status = self.ended().await;
        assert!(status.success(), "it ended with {status}");
    }

    /// Asks it to end, as a service manager does.
    pub async fn ask_to_stop(&self) {
        let pid = self.child.as_ref().and_then(Child::id).expect("it runs");
        let asked = Command::new("kill")
            .args(["-TERM", &pid.to_string()])
            .status();
        assert!(asked.await.expect("kill runs").success());
    }

    /// How it ended, which it does in time.
    pub async fn ended(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("it runs");
        let ended = tokio::time::timeout(STOPPED_WITHIN, child.wait()).await;
        ended
            .unwrap_or_else(|_| panic!("it does not end within {STOPPED_WITHIN:?}"))
            .expect("it can be awaited")
    }

    async fn wait_until_it_answers(&mut self) {
        let url = format!("{}/saude", self.url());
        let client = reqwest::Client::new();
        let ready = async {
            loop {
                if let Some(status) = self
                    .child
                    .as_mut()
                    .and_then(|c| c.try_wait().ok().flatten())
                {
                    panic!("the program ended at its start with {status}: see its log above");
                }
                match client.get(&url).send().await {
                    Ok(answer) if answer.status().is_success() => return,
                    _ => tokio::time::sleep(Duration::from_millis(25)).await,
                }
            }
        };
        tokio::time::timeout(READY_WITHIN, ready)
            .await
            .expect("it answers in time");
    }
}

/// Prints a program's output as this test's own, so that a failure shows it.
fn pass_on(stream: impl tokio::io::AsyncRead + Unpin + Send + 'static) {
    tokio::spawn(async move {
        let mut lines = BufReader::new(stream).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            println!("arauto: {line}");
        }
    });
}

/// An address of the loopback interface that nobody listens on.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it has an address")
}
