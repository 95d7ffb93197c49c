//! One run of the program.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

/// How much of what it says about itself is kept, in bytes: what it found comes first. The rest is read and
/// forgotten, so that it is never held up.
const SAID_BYTES: usize = 16 * 1024;
/// How much is read from it at a time, in bytes.
const READ_BYTES: usize = 16 * 1024;
/// The memory that it may take, in bytes of its address space.
#[cfg(target_os = "linux")]
const MEMORY_BYTES: u64 = 2 << 30;
/// How much it yields to everything else: messages go ahead of pictures.
#[cfg(unix)]
const NICENESS: i32 = 10;

/// Why a run came to nothing. Reads as "failed to {error}".
#[derive(Debug, thiserror::Error)]
pub(in crate::media) enum FfmpegError {
    /// It cannot be started, or its files cannot be written or read.
    #[error("run ffmpeg: {0}")]
    Machine(#[from] io::Error),
    /// It took too long and was ended.
    #[error("run ffmpeg within {} s", .0.as_secs())]
    TooLong(Duration),
    /// It made more bytes than what is sent may have.
    #[error("use what ffmpeg made: it is too large")]
    TooLarge,
    /// It refused the file; the end of what it said.
    #[error("convert a file: ffmpeg said {0:?}")]
    Refused(String),
}

/// How one run is bounded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// How long it may take.
    pub(super) time: Duration,
    /// The most bytes that any file of it may have.
    pub(super) file_bytes: u64,
}

/// Runs the program in `folder` to its end. `hear` gets what it writes to its standard output as it comes,
/// `told` what it says of itself each time that there is more. Dropping the future kills it.
pub(super) async fn run(
    program: &Path,
    arguments: &[OsString],
    folder: &Path,
    bounds: Bounds,
    mut hear: impl FnMut(&[u8]) + Send,
    mut told: impl FnMut(&str) + Send,
) -> Result<(), FfmpegError> {
    let mut child = spawn(program, arguments, folder)?;
    restrain(&child, bounds);
    let (output, complaints) = (child.stdout.take(), child.stderr.take());
    let mut said = Vec::new();
    let ending = async {
        tokio::try_join!(
            each(output, |bytes| hear(bytes)),
            each(complaints, |bytes| {
                said.extend_from_slice(&bytes[..bytes.len().min(SAID_BYTES - said.len())]);
                told(&String::from_utf8_lossy(&said));
            }),
        )?;
        child.wait().await
    };
    let ended = tokio::time::timeout(bounds.time, ending).await;
    match ended {
        Ok(status) if status.as_ref().is_ok_and(ExitStatus::success) => Ok(()),
        Ok(status) => {
            status?;
            Err(FfmpegError::Refused(last_line(&said)))
        }
        Err(_) => {
            // It must be gone before its folder is.
            child.kill().await?;
            Err(FfmpegError::TooLong(bounds.time))
        }
    }
}

/// Starts it without anything of our environment but what finds its libraries.
fn spawn(program: &Path, arguments: &[OsString], folder: &Path) -> io::Result<Child> {
    let libraries = std::env::var_os("LD_LIBRARY_PATH");
    Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(libraries.map(|path| ("LD_LIBRARY_PATH", path)))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
}

/// Bounds what the process may take, as far as the system can.
#[cfg(unix)]
fn restrain(child: &Child, bounds: Bounds) {
    let Some(pid) = child.id().and_then(|id| i32::try_from(id).ok()) else {
        return;
    };
    let pid = rustix::process::Pid::from_raw(pid);
    // What cannot be bounded still ends with its time.
    if let Err(error) = rustix::process::setpriority_process(pid, NICENESS) {
        tracing::debug!(%error, "ffmpeg runs as everything else does");
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, prlimit};
        for (resource, most) in [
            (Resource::As, MEMORY_BYTES),
            (Resource::Fsize, bounds.file_bytes),
            (Resource::Core, 0),
            // Should this server be killed meanwhile, nobody else ends it.
            (Resource::Cpu, 4 * bounds.time.as_secs()),
        ] {
            let limit = Rlimit {
                current: Some(most),
                maximum: Some(most),
            };
            if let Err(error) = prlimit(pid, resource, limit) {
                tracing::warn!(%error, ?resource, "failed to bound ffmpeg");
            }
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = bounds;
}

#[cfg(not(unix))]
fn restrain(_: &Child, _: Bounds) {}

async fn each(
    stream: Option<impl AsyncRead + Unpin>,
    mut take: impl FnMut(&[u8]),
) -> io::Result<()> {
    let Some(mut stream) = stream else {
        return Ok(());
    };
    let mut buffer = vec![0; READ_BYTES];
    loop {
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            len => take(&buffer[..len]),
        }
    }
}

fn last_line(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    let last = said.trim_end().lines().next_back();
    last.unwrap_or_default().to_owned()
}
