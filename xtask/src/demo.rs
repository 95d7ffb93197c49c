//! `cargo xtask demo`: the product on a simulated WhatsApp network, on this machine alone.

use std::{
    env,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    build::{self, Options},
    process::{self, step},
};

const SIMULATOR: &str = "127.0.0.1:7788";
const SERVER: &str = "127.0.0.1:3000";
/// How long a program may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(30);
/// How long a program may take to end when asked to.
const STOP_LIMIT: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(100);

/// Builds and starts the simulated network and the server, until Ctrl-C or until one of them ends.
///
/// The data starts empty each time, unless `ARAUTO_DATA` names a folder to keep it in.
pub fn demo() -> Result<()> {
    let built = build::build(Options {
        release: false,
        simulator: true,
    })?;
    let simulator = built
        .simulator
        .context("the simulated network was not built")?;
    let interrupted = interruption()?;
    let data = Data::choose()?;

    step("demo");
    let network = free_address(SIMULATOR)?;
    let network = Program::start(
        "the simulated network",
        network,
        process::command(simulator)
            .args(["--bind", &network.to_string(), "--demo", "--state"])
            .arg(data.folder().join("sim")),
    )?;
    network.wait_until_ready(&interrupted)?;
    let address = free_address(SERVER)?;
    let server = Program::start(
        "the server",
        address,
        process::command(built.server)
            .env("ARAUTO_DATA", data.folder().join("server"))
            .env("ARAUTO_ADDRESS", address.to_string())
            .env(
                "ARAUTO_WHATSAPP_URL",
                format!("ws://{}/ws/chat", network.address),
            )
            .env(
                "ARAUTO_WHATSAPP_HTTP",
                format!("http://{}", network.address),
            ),
    )?;
    server.wait_until_ready(&interrupted)?;

    println!();
    println!("  Arauto                      http://{}", server.address);
    println!("  Simulated WhatsApp network  http://{}", network.address);
    println!("  Data                        {}", data.folder().display());
    println!("  Ctrl-C stops both.");
    println!();
    run_until_interrupted(&interrupted, [server, network])
}

/// The folder of the demo's data.
enum Data {
    /// Removed when the demo ends.
    Temporary(tempfile::TempDir),
    Kept(PathBuf),
}

impl Data {
    fn choose() -> Result<Self> {
        match env::var_os("ARAUTO_DATA") {
            Some(folder) => Ok(Self::Kept(std::path::absolute(folder)?)),
            None => Ok(Self::Temporary(
                tempfile::Builder::new().prefix("arauto-demo-").tempdir()?,
            )),
        }
    }

    fn folder(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }
}

/// A program that serves an address; it is stopped when this value is dropped.
struct Program {
    name: &'static str,
    address: SocketAddr,
    child: std::cell::RefCell<Child>,
}

impl Program {
    fn start(name: &'static str, address: SocketAddr, command: &mut Command) -> Result<Self> {
        let child = command
            .spawn()
            .with_context(|| format!("failed to start {name}"))?;
        Ok(Self {
            name,
            address,
            child: child.into(),
        })
    }

    /// Waits until the program answers a request.
    fn wait_until_ready(&self, interrupted: &Receiver<()>) -> Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        while !answers(self.address) {
            self.assert_running()?;
            if Instant::now() >= deadline {
                bail!(
                    "{} did not answer within {} s",
                    self.name,
                    START_LIMIT.as_secs()
                );
            }
            if interrupted.recv_timeout(POLL) != Err(RecvTimeoutError::Timeout) {
                bail!("interrupted");
            }
        }
        Ok(())
    }

    fn assert_running(&self) -> Result<()> {
        match self.child.borrow_mut().try_wait()? {
            Some(status) => bail!("{} ended: {status}", self.name),
            None => Ok(()),
        }
    }

    /// Asks the program to end, and makes it when it does not.
    fn stop(&mut self) -> Result<()> {
        let child = self.child.get_mut();
        if child.try_wait()?.is_none() {
            let id = child.id().to_string();
            process::succeeds(Command::new("kill").args(["-TERM", &id]));
            if process::wait_within(child, STOP_LIMIT)?.is_none() {
                child.kill()?;
                child.wait()?;
            }
        }
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            println!("failed to stop {}: {error:#}", self.name);
        }
    }
}

/// Whether something answers HTTP at this address, whatever it says.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(
            stream,
            "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        let mut status = [0; 5];
        stream.read_exact(&mut status)?;
        Ok(status == *b"HTTP/")
    };
    ask().unwrap_or(false)
}

fn run_until_interrupted(interrupted: &Receiver<()>, programs: [Program; 2]) -> Result<()> {
    while interrupted.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
        for program in &programs {
            program.assert_running()?;
        }
    }
    Ok(())
}

/// Receives something when the demo shall end: Ctrl-C, a hang-up or a request to terminate.
fn interruption() -> Result<Receiver<()>> {
    let (sender, receiver) = mpsc::channel();
    ctrlc::set_handler(move || {
        // The receiver is gone when the demo is ending already.
        let _ = sender.send(());
    })?;
    Ok(receiver)
}

/// This address, or one with a free port when its own is taken.
fn free_address(wanted: &str) -> Result<SocketAddr> {
    let listener = TcpListener::bind(wanted).or_else(|_| TcpListener::bind("127.0.0.1:0"))?;
    Ok(listener.local_addr()?)
}
