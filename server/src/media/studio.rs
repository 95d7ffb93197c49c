//! What ffmpeg makes of a file.

use std::io;

use arauto_app::api::ApiError;
use arauto_app::domain::{MediaKind, MediaProblem, Waveform};
use image::ImageFormat;

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

    /// A place for one file.
    pub(super) fn bench(&self) -> Result<Bench, FfmpegError> {
        Ok(self.workshop.bench()?)
    }

    /// A place with this file on it.
    pub(super) async fn bench_with(&self, file: &[u8]) -> Result<Bench, FfmpegError> {
        let bench = self.bench()?;
        tokio::fs::write(bench.source(), file).await?;
        Ok(bench)
    }

    /// An MP4 that WhatsApp plays, of the video or sound on the bench. What only has the wrong packing is
    /// not encoded anew.
    pub(super) async fn playable(
        &self,
        bench: &Bench,
        demuxer: &str,
        percent: impl FnMut(u8) + Send,
    ) -> Result<Vec<u8>, FfmpegError> {
        if matches!(demuxer, "mov" | "matroska")
            && let Ok(packed) = self.make(Recipe::Repack, bench, demuxer, |_| {}).await
            && packed.len() as u64 <= MediaKind::Video.max_bytes()
            && mp4::read(&packed).is_ok()
        {
            return Ok(packed);
        }
        self.make(Recipe::Playable, bench, demuxer, percent).await
    }

    /// A video of a GIF that moves.
    pub(super) async fn moving_picture(
        &self,
        gif: &[u8],
        percent: impl FnMut(u8) + Send,
    ) -> Result<Vec<u8>, FfmpegError> {
        let bench = self.bench_with(gif).await?;
        self.make(Recipe::MovingPicture, &bench, "gif", percent)
            .await
    }

    /// A voice note of a sound.
    pub(super) async fn voice_note(
        &self,
        sound: &[u8],
        demuxer: &str,
    ) -> Result<Vec<u8>, FfmpegError> {
        let bench = self.bench_with(sound).await?;
        self.make(Recipe::VoiceNote, &bench, demuxer, |_| {}).await
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
        recipe: Recipe,
        bench: &Bench,
        demuxer: &str,
        percent: impl FnMut(u8) + Send,
    ) -> Result<Vec<u8>, FfmpegError> {
        let source = bench.source();
        let made = self.ffmpeg.make(recipe, &source, demuxer, |_| {}, percent);
        made.await?;
        let Some(file) = recipe.file() else {
            return Ok(Vec::new());
        };
        let file = bench.made(file);
        // One that reached its limit was cut there; nobody reads it.
        let most = 2 * MediaKind::Video.max_bytes();
        if tokio::fs::metadata(&file).await?.len() > most {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge).into());
        }
        Ok(tokio::fs::read(file).await?)
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
        FfmpegError::Refused(_) => {
            tracing::info!("failed to {error}");
            ApiError::Media(MediaProblem::Broken)
        }
        FfmpegError::Machine(_) => internal(error),
    }
}
