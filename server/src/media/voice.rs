//! Voice notes that people have made of sounds of their library.

use arauto_app::api::{ApiError, Principal};
use arauto_app::domain::{MediaId, MediaItem, MediaKind, MediaProblem};

use super::desk::Origin;
use super::intake;
use super::library::{Arrival, MediaLibrary};
use crate::failure::api_error;

impl MediaLibrary {
    /// Makes a voice note of a sound, as an item of its own: the sound stays.
    pub(super) async fn voice_note_of(
        &self,
        who: &Principal,
        id: MediaId,
    ) -> Result<MediaItem, ApiError> {
        let sound = self.item(who, id).await?;
        if sound.kind != MediaKind::Audio || sound.is_voice_note() {
            return Err(ApiError::Media(MediaProblem::UnsupportedKind));
        }
        let opened = self.open(who, sound.content, 0).await?;
        let file = self
            .examiner
            .desk
            .gather(Origin::AtHand, Some(sound.bytes), opened.chunks);
        let file = file.await.map_err(api_error)?;
        let (voice, facts) = self.examiner.voice_note(file, &sound.mime).await?;
        let put = intake::put(self.store.blobs.as_ref(), sound.workspace, voice, facts);
        let stored = put.await.map_err(api_error)?;
        let arrival = Arrival {
            id: self.new_id(),
            name: sound.name,
            reserved: 0,
        };
        self.name(who, arrival, stored).await
    }
}
