//! What ffmpeg makes of a file.

use std::io;

use arauto_app::api::ApiError;
use arauto_app::domain::{MediaKind, MediaProblem, Waveform};
use image::ImageFormat;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::desk::{Desk, Held};
use super::ffmpeg::{Bench, Ffmpeg, FfmpegError, Recipe, Workshop};
use super::loudness::Loudness;
use super::{mp4, picture};
use crate::failure::internal;

/// A program, and the place where it works. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Studio {
    ffmpeg: Ffmpeg,
    workshop: Workshop,
}

impl Studio {
    /// What this program makes in this place.
    pub const fn new(ffmpeg: Ffmpeg, workshop: Workshop) -> Self {
        Self { ffmpeg, workshop }
    }

    /// The same for work that nobody waits for: it takes no turn from those who wait.
    pub(super) fn aside(&self) -> Self {
        Self {
            ffmpeg: self.ffmpeg.aside(),
            workshop: self.workshop.clone(),
        }
    }

    /// A place for one file.
    pub(super) fn bench(&self) -> Result<Bench, FfmpegError> {
        Ok(self.workshop.bench()?)
    }

    /// A place with this file on it.
    pub(super) async fn bench_with(&self, file: &[u8]) -> Result<Bench, FfmpegError> {
        let bench = self.bench()?;
        let mut source = File::create(bench.source()).await?;
        source.write_all(file).await?;
        source.flush().await?;
        Ok(bench)
    }

    /// An MP4 that WhatsApp plays, of the video or sound on the bench. What only has the wrong packing is
    /// not encoded anew.
    pub(super) async fn playable(
        &self,
        desk: &Desk,
        bench: &Bench,
        demuxer: &str,
        percent: impl FnMut(u8) + Send,
    ) -> Result<Held, FfmpegError> {
        if matches!(demuxer, "mov" | "matroska") {
            let packed = self.make(desk, Recipe::Repack, bench, demuxer, |_| {});
            if let Ok(packed) = packed.await
                && mp4::read(&packed.bytes).is_ok()
            {
                return Ok(packed);
            }
        }
        let made = self.make(desk, Recipe::Playable, bench, demuxer, percent);
        made.await
    }

    /// A video of the GIF on the bench, which moves.
    pub(super) async fn moving_picture(
        &self,
        desk: &Desk,
        bench: &Bench,
        percent: impl FnMut(u8) + Send,
    ) -> Result<Held, FfmpegError> {
        let made = self.make(desk, Recipe::MovingPicture, bench, "gif", percent);
        made.await
    }

    /// A voice note of the sound on the bench.
    pub(super) async fn voice_note(
        &self,
        desk: &Desk,
        bench: &Bench,
        demuxer: &str,
    ) -> Result<Held, FfmpegError> {
        let made = self.make(desk, Recipe::VoiceNote, bench, demuxer, |_| {});
        made.await
    }

    /// The thumbnail of a video: its first picture.
    pub(super) async fn thumbnail(&self, video: &[u8]) -> Result<Vec<u8>, FfmpegError> {
        let bench = self.bench_with(video).await?;
        let png = self.hear(Recipe::FirstPicture, &bench, "mov").await?;
        let decoded = tokio::task::spawn_blocking(move || picture::decode(&png, ImageFormat::Png));
        match decoded.await {
            Ok(Ok(picture)) => Ok(picture.thumbnail),
            _ => Err(FfmpegError::Refused("no picture".into())),
        }
    }

    /// How loud a voice note of so many milliseconds is over its length.
    pub(super) async fn waveform(
        &self,
        voice: &[u8],
        duration_ms: u64,
    ) -> Result<Waveform, FfmpegError> {
        let bench = self.bench_with(voice).await?;
        let mut loudness = Loudness::of(duration_ms);
        let hear = |samples: &[u8]| loudness.feed(samples);
        let source = bench.source();
        let heard = self
            .ffmpeg
            .make(Recipe::Samples, &source, "ogg", hear, |_| {});
        heard.await?;
        Ok(loudness.waveform())
    }

    /// A file that the program made.
    async fn make(
        &self,
        desk: &Desk,
        recipe: Recipe,
        bench: &Bench,
        demuxer: &str,
        percent: impl FnMut(u8) + Send,
    ) -> Result<Held, FfmpegError> {
        let source = bench.source();
        let made = self.ffmpeg.make(recipe, &source, demuxer, |_| {}, percent);
        made.await?;
        let file = recipe.file().map(|file| bench.made(file));
        let file = file.ok_or_else(|| FfmpegError::Refused("no file".into()))?;
        // One that reached its limit was cut there; nobody reads it.
        desk.pick_up(&file)
            .await
            .map_err(|error| match error.kind() {
                io::ErrorKind::FileTooLarge => FfmpegError::TooLarge,
                _ => error.into(),
            })
    }

    /// What the program wrote to its standard output.
    async fn hear(
        &self,
        recipe: Recipe,
        bench: &Bench,
        demuxer: &str,
    ) -> Result<Vec<u8>, FfmpegError> {
        /// Far more than a first picture has.
        const MOST: usize = 8 << 20;
        let mut heard = Vec::new();
        let hear = |bytes: &[u8]| {
            if heard.len() + bytes.len() <= MOST {
                heard.extend_from_slice(bytes);
            }
        };
        let source = bench.source();
        self.ffmpeg
            .make(recipe, &source, demuxer, hear, |_| {})
            .await?;
        Ok(heard)
    }
}

/// What a person is told of a conversion that came to nothing.
pub(super) fn told(error: FfmpegError) -> ApiError {
    match error {
        FfmpegError::TooLong(_) => ApiError::Media(MediaProblem::ConversionTooLong),
        FfmpegError::TooLarge => {
            let limit = MediaKind::Video.max_bytes();
            ApiError::Media(MediaProblem::TooLarge { limit })
        }
        FfmpegError::Refused(_) => {
            tracing::info!("failed to {error}");
            ApiError::Media(MediaProblem::Broken)
        }
        FfmpegError::Machine(_) => internal(error),
    }
}
