//! From bytes that arrived to a file that is whole, that WhatsApp plays, and of which is known what there is
//! to know.

use std::sync::Arc;

use arauto_app::api::ApiError;
use arauto_app::domain::{ForeignFormat, MediaKind, MediaProblem, TransferStep};
use tokio::sync::{Semaphore, watch};

use super::desk::{Desk, Held};
use super::facts::Facts;
use super::ffmpeg::{Bench, demuxer};
use super::inspect::{foreign_within, inspect, working_memory};
use super::picture::{self, WORKING_MEMORY};
use super::sniff::Format;
use super::studio::{Studio, told};
use crate::failure::internal;

/// A unit of memory that is shared out, in bytes.
const MEBIBYTE: u64 = 1 << 20;
/// What looking through a file takes at least, in such units.
const AT_LEAST: u32 = 8;

/// Where whoever waits for a file sees what is being done with it.
pub(super) type Steps = watch::Sender<TransferStep>;

/// A file that was looked through.
type Examined = (Held, Facts);

/// Looks through files, and has made what they are not.
pub(super) struct Examiner {
    pub(super) desk: Desk,
    /// The memory for what is being looked through.
    memory: Arc<Semaphore>,
    studio: Option<Studio>,
}

impl Examiner {
    pub(super) fn new(studio: Option<Studio>) -> Self {
        Self {
            desk: Desk::default(),
            memory: Arc::new(Semaphore::new(units(WORKING_MEMORY) as usize)),
            studio,
        }
    }

    /// What converts, if there is anything.
    pub(super) const fn studio(&self) -> Option<&Studio> {
        self.studio.as_ref()
    }

    /// Whether there is anything that converts.
    pub(super) const fn converts(&self) -> bool {
        self.studio.is_some()
    }

    /// A place to put a file of this format on, if it can be converted.
    pub(super) fn bench_for(&self, format: ForeignFormat) -> Result<Bench, ApiError> {
        match &self.studio {
            Some(studio) if demuxer(format).is_some() => studio.bench().map_err(told),
            _ => Err(ApiError::Media(MediaProblem::Unplayable { format })),
        }
    }

    /// Looks through a file that is in memory.
    pub(super) async fn held(
        &self,
        file: Held,
        format: Format,
        steps: &Steps,
    ) -> Result<Examined, ApiError> {
        let (file, foreign) = match &self.studio {
            Some(_) if matches!(format, Format::Mp4 | Format::Ogg) => {
                let look = move |file: &mut Vec<u8>| foreign_within(file, format);
                self.look(file, format, look).await?
            }
            _ => (file, None),
        };
        let examined = match (foreign, &self.studio) {
            (Some(foreign), Some(studio)) => {
                let bench = lay_down(studio, file).await?;
                self.convert(studio, &bench, foreign, steps).await?
            }
            _ => self.inspect(file, format).await?,
        };
        let examined = match &self.studio {
            Some(studio) if format == Format::Gif => self.animate(studio, examined, steps).await?,
            _ => examined,
        };
        Ok(self.describe(examined).await)
    }

    /// Converts the file on the bench.
    pub(super) async fn on_bench(
        &self,
        bench: Bench,
        format: ForeignFormat,
        steps: &Steps,
    ) -> Result<Examined, ApiError> {
        let unplayable = ApiError::Media(MediaProblem::Unplayable { format });
        let studio = self.studio.as_ref().ok_or(unplayable)?;
        let converted = self.convert(studio, &bench, format, steps).await?;
        Ok(self.describe(converted).await)
    }

    /// A voice note of a sound of the library.
    pub(super) async fn voice_note(&self, file: Held, mime: &str) -> Result<Examined, ApiError> {
        let unsupported = || ApiError::Media(MediaProblem::UnsupportedKind);
        let studio = self.studio.as_ref().ok_or_else(unsupported)?;
        let demuxer = match mime {
            "audio/mpeg" => "mp3",
            "audio/mp4" => "mov",
            _ => return Err(unsupported()),
        };
        let bench = lay_down(studio, file).await?;
        let voice = studio.voice_note(&self.desk, &bench, demuxer).await;
        let examined = self.converted(voice.map_err(told)?, Format::Ogg).await?;
        Ok(self.describe(examined).await)
    }

    async fn convert(
        &self,
        studio: &Studio,
        bench: &Bench,
        format: ForeignFormat,
        steps: &Steps,
    ) -> Result<Examined, ApiError> {
        let unplayable = ApiError::Media(MediaProblem::Unplayable { format });
        let demuxer = demuxer(format).ok_or(unplayable)?;
        let made = studio.playable(&self.desk, bench, demuxer, shown(steps));
        let made = made.await;
        steps.send_replace(TransferStep::Checking);
        self.converted(made.map_err(told)?, Format::Mp4).await
    }

    /// A GIF that moves becomes a video, as WhatsApp does it. What does not move, or cannot be converted,
    /// stays a file.
    async fn animate(
        &self,
        studio: &Studio,
        (gif, facts): Examined,
        steps: &Steps,
    ) -> Result<Examined, ApiError> {
        let (gif, moves) = self
            .look(gif, Format::Gif, |gif| picture::moves(gif))
            .await?;
        if !moves {
            return Ok((gif, facts));
        }
        let bench = lay_down(studio, gif).await?;
        let made = studio.moving_picture(&self.desk, &bench, shown(steps));
        let made = made.await;
        steps.send_replace(TransferStep::Checking);
        let made = match made {
            Ok(made) => self.converted(made, Format::Mp4).await,
            Err(error) => Err(told(error)),
        };
        Ok(match made {
            Ok((video, seen)) => {
                let facts = Facts {
                    thumbnail: facts.thumbnail,
                    gif: true,
                    ..seen
                };
                (video, facts)
            }
            Err(error) => {
                tracing::info!(?error, "a GIF stays a file");
                let gif = self.desk.pick_up(&bench.source()).await;
                (gif.map_err(internal)?, facts)
            }
        })
    }

    /// Looks through what was made, which is no more trusted than what people send.
    async fn converted(&self, file: Held, format: Format) -> Result<Examined, ApiError> {
        let (file, facts) = self.inspect(file, format).await?;
        let converted = true;
        Ok((file, Facts { converted, ..facts }))
    }

    /// Adds what only the studio can tell. A file without it is a file all the same.
    async fn describe(&self, (file, mut facts): Examined) -> Examined {
        let Some(studio) = &self.studio else {
            return (file, facts);
        };
        if facts.kind == MediaKind::Video && facts.thumbnail.is_none() {
            facts.thumbnail = known(studio.thumbnail(&file.bytes).await);
        }
        if let (true, Some(duration_ms)) = (facts.mime.starts_with("audio/ogg"), facts.duration_ms)
        {
            facts.waveform = known(studio.waveform(&file.bytes, duration_ms).await);
        }
        (file, facts)
    }

    async fn inspect(&self, file: Held, format: Format) -> Result<Examined, ApiError> {
        let look = move |file: &mut Vec<u8>| inspect(file, format);
        let (file, facts) = self.look(file, format, look).await?;
        Ok((file, facts.map_err(ApiError::Media)?))
    }

    /// Looks into a file once there is the memory that it takes.
    async fn look<T: Send + 'static>(
        &self,
        mut file: Held,
        format: Format,
        look: impl FnOnce(&mut Vec<u8>) -> T + Send + 'static,
    ) -> Result<(Held, T), ApiError> {
        let memory = working_memory(&file.bytes, format).map_err(ApiError::Media)?;
        let memory = units(memory).max(AT_LEAST);
        let memory = Arc::clone(&self.memory).acquire_many_owned(memory);
        let memory = memory.await.map_err(internal)?;
        tokio::task::spawn_blocking(move || {
            let _memory = memory;
            let seen = look(&mut file.bytes);
            (file, seen)
        })
        .await
        // A decoder that panics on bytes nobody thought of is one more way of being broken.
        .map_err(|_| ApiError::Media(MediaProblem::Broken))
    }
}

/// So many bytes in units of memory.
fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(MEBIBYTE)).unwrap_or(u32::MAX)
}

/// Lays a file down where ffmpeg finds it; it is in memory no longer.
async fn lay_down(studio: &Studio, file: Held) -> Result<Bench, ApiError> {
    studio.bench_with(&file.bytes).await.map_err(told)
}

/// Shows a conversion to whoever waits.
fn shown(steps: &Steps) -> impl FnMut(u8) + Send {
    steps.send_replace(TransferStep::Converting { percent: None });
    |percent| {
        steps.send_replace(TransferStep::Converting {
            percent: Some(percent),
        });
    }
}

fn known<T>(looked: Result<T, super::ffmpeg::FfmpegError>) -> Option<T> {
    looked
        .inspect_err(|error| tracing::info!("failed to {error}"))
        .ok()
}
