//! From bytes that arrived to a file that is whole, that WhatsApp plays, and of which is known what there is
//! to know.

use std::sync::Arc;

use arauto_app::api::ApiError;
use arauto_app::domain::{ForeignFormat, MediaKind, MediaProblem, TransferStep};
use tokio::sync::{Semaphore, watch};

use super::facts::Facts;
use super::ffmpeg::{Bench, demuxer};
use super::inspect::{foreign_within, inspect};
use super::picture;
use super::sniff::Format;
use super::studio::{Studio, told};
use crate::failure::internal;

/// How many files are looked through at a time: bounds the memory that uploads can take.
const DECODED_AT_ONCE: usize = 2;

/// Where whoever waits for a file sees what is being done with it.
pub(super) type Steps = watch::Sender<TransferStep>;

/// A file that was looked through.
type Examined = (Vec<u8>, Facts);

/// Looks through files, and has made what they are not.
pub(super) struct Examiner {
    decoders: Arc<Semaphore>,
    studio: Option<Studio>,
}

impl Examiner {
    pub(super) fn new(studio: Option<Studio>) -> Self {
        Self {
            decoders: Arc::new(Semaphore::new(DECODED_AT_ONCE)),
            studio,
        }
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
        file: Vec<u8>,
        format: Format,
        steps: &Steps,
    ) -> Result<Examined, ApiError> {
        let (file, foreign) = match &self.studio {
            Some(_) => look_for_foreign(file, format).await?,
            None => (file, None),
        };
        let examined = match (foreign, &self.studio) {
            (Some(foreign), Some(studio)) => {
                let bench = studio.bench_with(&file).await.map_err(told)?;
                drop(file);
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
    pub(super) async fn voice_note(&self, file: &[u8], mime: &str) -> Result<Examined, ApiError> {
        let unsupported = || ApiError::Media(MediaProblem::UnsupportedKind);
        let studio = self.studio.as_ref().ok_or_else(unsupported)?;
        let demuxer = match mime {
            "audio/mpeg" => "mp3",
            "audio/mp4" => "mov",
            _ => return Err(unsupported()),
        };
        let voice = studio.voice_note(file, demuxer).await.map_err(told)?;
        let examined = self.converted(voice, Format::Ogg).await?;
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
        let made = studio.playable(bench, demuxer, shown(steps)).await;
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
        let (gif, moves) = tokio::task::spawn_blocking(move || {
            let moves = picture::moves(&gif);
            (gif, moves)
        })
        .await
        .map_err(internal)?;
        if !moves {
            return Ok((gif, facts));
        }
        let made = studio.moving_picture(&gif, shown(steps)).await;
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
                (gif, facts)
            }
        })
    }

    /// Looks through what was made, which is no more trusted than what people send.
    async fn converted(&self, file: Vec<u8>, format: Format) -> Result<Examined, ApiError> {
        let limit = MediaKind::Video.max_bytes();
        if file.len() as u64 > limit {
            return Err(ApiError::Media(MediaProblem::TooLarge { limit }));
        }
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
            facts.thumbnail = known(studio.thumbnail(&file).await);
        }
        if let (true, Some(duration_ms)) = (facts.mime.starts_with("audio/ogg"), facts.duration_ms)
        {
            facts.waveform = known(studio.waveform(&file, duration_ms).await);
        }
        (file, facts)
    }

    async fn inspect(&self, file: Vec<u8>, format: Format) -> Result<Examined, ApiError> {
        let permit = Arc::clone(&self.decoders)
            .acquire_owned()
            .await
            .map_err(internal)?;
        tokio::task::spawn_blocking(move || {
            // A decoder that panics on bytes nobody thought of is one more way of being broken.
            let inspected = inspect(file, format);
            drop(permit);
            inspected
        })
        .await
        .unwrap_or(Err(MediaProblem::Broken))
        .map_err(ApiError::Media)
    }
}

/// What is in a file that has the right packing, if WhatsApp does not play it.
async fn look_for_foreign(
    file: Vec<u8>,
    format: Format,
) -> Result<(Vec<u8>, Option<ForeignFormat>), ApiError> {
    let looking = tokio::task::spawn_blocking(move || {
        let foreign = foreign_within(&file, format);
        (file, foreign)
    });
    looking.await.map_err(internal)
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
