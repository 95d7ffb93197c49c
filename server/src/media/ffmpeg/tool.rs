//! The program: whether it is there, what it can, and how many of it run at a time.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::FfmpegChoice;
use super::process::{self, Bounds, FfmpegError};
use super::recipes::Recipe;
use super::said;

/// What it must be able to write.
const ENCODERS: [&str; 4] = ["libx264", "aac", "libopus", "png"];
/// How long it may take to tell what it is.
const TELLS_WITHIN: Duration = Duration::from_secs(20);
/// How much it may tell of that, in bytes.
const TOLD_BYTES: usize = 256 * 1024;

/// A program that can do what is asked of it. Cheap to clone; all clones share its turns.
#[derive(Clone, Debug)]
pub struct Ffmpeg {
    program: PathBuf,
    version: String,
    /// One conversion at a time: each takes every processor that it gets.
    conversions: Arc<Semaphore>,
    /// Looks are short, and do not wait for conversions.
    looks: Arc<Semaphore>,
}

/// Why there is no program. Reads as "failed to {error}".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FfmpegAbsent {
    /// It is switched off.
    #[error("use ffmpeg: it is switched off")]
    Off,
    /// There is none where it was looked for.
    #[error("find ffmpeg")]
    Missing,
    /// What is there does not run.
    #[error("run {}", .0.display())]
    Broken(PathBuf),
    /// It was built without what it must be able to write.
    #[error("use ffmpeg: it writes no {0}")]
    Lacks(&'static str),
}

impl Ffmpeg {
    /// Looks for the program, and asks it what it can.
    pub async fn find(choice: &FfmpegChoice) -> Result<Self, FfmpegAbsent> {
        let program = match choice {
            FfmpegChoice::Off => return Err(FfmpegAbsent::Off),
            FfmpegChoice::Program(program) => program.clone(),
            FfmpegChoice::Found => on_path().ok_or(FfmpegAbsent::Missing)?,
        };
        if !program.is_file() {
            return Err(FfmpegAbsent::Missing);
        }
        let broken = || FfmpegAbsent::Broken(program.clone());
        let told = tell(&program, "-version").await.ok_or_else(broken)?;
        let version = said::version(&told).ok_or_else(broken)?.to_owned();
        let list = tell(&program, "-encoders").await.ok_or_else(broken)?;
        for encoder in ENCODERS {
            if !said::has_encoder(&list, encoder) {
                return Err(FfmpegAbsent::Lacks(encoder));
            }
        }
        Ok(Self {
            program,
            version,
            conversions: one_at_a_time(),
            looks: one_at_a_time(),
        })
    }

    /// The same program, with turns of its own.
    pub(in crate::media) fn aside(&self) -> Self {
        Self {
            conversions: one_at_a_time(),
            looks: one_at_a_time(),
            ..self.clone()
        }
    }

    /// Which version it is.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Makes something of `source` in its folder. `hear` gets what goes to the standard output; for what is
    /// written to a file, `percent` how much is done, where the file tells how long it plays.
    pub(in crate::media) async fn make(
        &self,
        recipe: Recipe,
        source: &Path,
        demuxer: &str,
        mut hear: impl FnMut(&[u8]) + Send,
        mut percent: impl FnMut(u8) + Send,
    ) -> Result<(), FfmpegError> {
        let turns = match recipe {
            Recipe::Playable | Recipe::MovingPicture | Recipe::VoiceNote => &self.conversions,
            Recipe::Repack | Recipe::FirstPicture | Recipe::Samples => &self.looks,
        };
        // Nobody closes it.
        let _turn = turns.acquire().await;
        let folder = source.parent().unwrap_or(Path::new("."));
        let arguments = recipe.arguments(source, demuxer);
        let whole = std::sync::atomic::AtomicU64::new(0);
        let order = std::sync::atomic::Ordering::Relaxed;
        process::run(
            &self.program,
            &arguments,
            folder,
            recipe.bounds(),
            |bytes| {
                if recipe.file().is_none() {
                    return hear(bytes);
                }
                let done = said::done_ms(&String::from_utf8_lossy(bytes));
                let whole = whole.load(order);
                if let Some(done) = done.filter(|_| whole > 0) {
                    percent(
                        u8::try_from(done.saturating_mul(100) / whole).map_or(100, |p| p.min(100)),
                    );
                }
            },
            |told| whole.store(said::duration_ms(told).unwrap_or(0), order),
        )
        .await
    }
}

fn one_at_a_time() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(1))
}

/// The program on the `PATH`, with its whole path: it runs without one.
fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut programs = std::env::split_paths(&path)
        .map(|folder| folder.join(format!("ffmpeg{}", std::env::consts::EXE_SUFFIX)));
    programs.find(|program| program.is_absolute() && program.is_file())
}

/// What it writes when it is asked this; `None` when it does not run.
async fn tell(program: &Path, question: &str) -> Option<String> {
    let bounds = Bounds {
        time: TELLS_WITHIN,
        file_bytes: 0,
    };
    let mut told = Vec::new();
    let arguments = ["-hide_banner".into(), question.into()];
    let take = |bytes: &[u8]| {
        let room = TOLD_BYTES.saturating_sub(told.len());
        told.extend_from_slice(&bytes[..bytes.len().min(room)]);
    };
    let folder = program.parent()?;
    let ran = process::run(program, &arguments, folder, bounds, take, |_| {}).await;
    ran.inspect_err(|error| tracing::debug!("failed to {error}"))
        .ok()?;
    String::from_utf8(told).ok()
}
