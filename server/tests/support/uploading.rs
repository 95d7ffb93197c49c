//! A browser that sends files piece by piece, and goes on where it was.

use arauto_app::domain::{MediaItem, TransferView};
use reqwest::RequestBuilder;
use reqwest::header::ORIGIN;
use serde::de::DeserializeOwned;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Person;

/// How much is sent at a time, in bytes.
const PIECE: usize = 1 << 20;

/// The server went away, or came back without having answered.
#[derive(Clone, Copy, Debug)]
pub struct Gone;

impl Person {
    /// Announces a file; tells under which id it is sent.
    pub async fn begin_upload(&self, name: &str, file: &[u8]) -> Result<String, Gone> {
        let announced = json!({ "name": name, "bytes": file.len() });
        let request = self.client.post(self.uploads("")).json(&announced);
        let view: TransferView = self.asked(request).await?;
        Ok(view.id.to_string())
    }

    /// Sends what the server lacks of a file, and has it made an item.
    pub async fn go_on_uploading(&self, id: &str, file: &[u8]) -> Result<MediaItem, Gone> {
        let path = format!("/{id}");
        let view: TransferView = self.asked(self.client.get(self.uploads(&path))).await?;
        let mut at = usize::try_from(view.received).expect("it fits");
        while at < file.len() {
            let piece = &file[at..file.len().min(at + PIECE)];
            let address = self.uploads(&format!("/{id}?inicio={at}"));
            let request = self.client.patch(address).body(piece.to_vec());
            let view: TransferView = self.asked(request).await?;
            at = usize::try_from(view.received).expect("it fits");
        }
        let address = self.uploads(&format!("/{id}/concluir"));
        self.asked(self.client.post(address)).await
    }

    /// The digest of an item's file as it is served.
    pub async fn digest_of(&self, item: &MediaItem) -> [u8; 32] {
        let address = format!("{}/midias/{}/arquivo", self.base, item.id);
        let answer = self.client.get(address).send().await;
        let mut answer = answer.expect("the server answers");
        assert!(answer.status().is_success(), "{}", answer.status());
        let mut digest = Sha256::new();
        while let Some(chunk) = answer.chunk().await.expect("the file is served whole") {
            digest.update(&chunk);
        }
        digest.finalize().into()
    }

    fn uploads(&self, path: &str) -> String {
        format!("{}/midias/envios{path}", self.base)
    }

    async fn asked<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Gone> {
        let answer = request.header(ORIGIN, &self.base).send().await;
        let answer = answer.map_err(|_| Gone)?;
        let status = answer.status();
        let text = answer.text().await.map_err(|_| Gone)?;
        assert!(status.is_success(), "{status}: {text}");
        Ok(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}")))
    }
}
