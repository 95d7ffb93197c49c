//! A person at a browser, as far as HTTP goes: cookies, forms, the live channel.

use std::time::Duration;

use arauto_app::api::{CampaignSummary, ConnectionView, GroupsView, MediaView, RunView};
use arauto_app::domain::{
    CampaignId, ConnectionId, ConnectionState, Delivery, GroupKind, MediaId, PairingStep, RunId,
};
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, ORIGIN, REFERER};
use serde::de::DeserializeOwned;

/// How long a person waits for the product to do what it should, faults included.
const PATIENCE: Duration = Duration::from_mins(3);

/// The administrator of a test's server.
pub struct Person {
    pub(super) client: reqwest::Client,
    pub(super) base: String,
}

/// What the server answered to a form: where it leads, or the error as JSON.
pub type Answer = Result<String, serde_json::Value>;

impl Person {
    /// Somebody who has not signed in yet.
    pub fn at(base: String) -> Self {
        let client = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client can be built");
        Self { client, base }
    }

    /// The same person with the same browser at another server.
    pub fn at_another(&self, base: String) -> Self {
        Self {
            client: self.client.clone(),
            base,
        }
    }

    /// Posts a form to a server function.
    pub async fn post(&self, endpoint: &str, form: &[(&str, &str)]) -> Answer {
        let answer = self
            .client
            .post(format!("{}/api/{endpoint}", self.base))
            .header(ACCEPT, "application/json")
            .header(ORIGIN, &self.base)
            .form(form)
            .send()
            .await
            .expect("the server answers");
        let leads_to = answer
            .headers()
            .get("location")
            .and_then(|to| to.to_str().ok())
            .map(str::to_owned);
        if answer.status().is_client_error() || answer.status().is_server_error() {
            let text = answer.text().await.unwrap_or_default();
            return Err(serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text)));
        }
        Ok(leads_to.unwrap_or_default())
    }

    /// Sends a form as a browser without script does; tells where it leads, errors included.
    pub async fn send(&self, endpoint: &str, form: &[(&str, &str)]) -> String {
        let answer = self
            .client
            .post(format!("{}/api/{endpoint}", self.base))
            .header(ACCEPT, "text/html")
            .header(ORIGIN, &self.base)
            .header(REFERER, format!("{}/", self.base))
            .form(form)
            .send()
            .await
            .expect("the server answers");
        let leads_to = answer.headers().get("location");
        let leads_to = leads_to.and_then(|to| to.to_str().ok());
        leads_to.expect("a form leads somewhere").to_owned()
    }

    /// Asks a server function for what it shows.
    pub async fn see<T: DeserializeOwned>(&self, endpoint: &str, form: &[(&str, &str)]) -> T {
        let answer = self
            .client
            .post(format!("{}/api/{endpoint}", self.base))
            .header(ACCEPT, "application/json")
            .header(ORIGIN, &self.base)
            .form(form)
            .send()
            .await
            .expect("the server answers");
        let text = answer.text().await.expect("the answer is text");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{endpoint}: {error} in {text}"))
    }

    /// Opens a page and reads it, as a browser without script does.
    pub async fn page(&self, path: &str) -> String {
        let answer = self
            .client
            .get(format!("{}{path}", self.base))
            .header(ACCEPT, "text/html")
            .send()
            .await
            .expect("the server answers");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.expect("the page is text")
    }

    /// Loads a file.
    pub async fn bytes(&self, path: &str) -> Bytes {
        let answer = self.client.get(format!("{}{path}", self.base)).send().await;
        let answer = answer.expect("the server answers");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.bytes().await.expect("the file is whole")
    }

    /// Looks again after every notice of the live channel, until `look` is satisfied.
    pub async fn until<T, Look>(&self, what: &str, mut look: impl FnMut() -> Look) -> T
    where
        Look: Future<Output = Option<T>>,
    {
        let waiting = async {
            let mut notices = self.listen().await;
            loop {
                if let Some(seen) = look().await {
                    return seen;
                }
                // A stream that ends is a server that ended: the caller expected it to live.
                let notice = notices.next().await;
                notice
                    .expect("the live channel stays open")
                    .expect("the live channel is readable");
            }
        };
        let seen = tokio::time::timeout(PATIENCE, waiting).await;
        seen.unwrap_or_else(|_| panic!("waited {PATIENCE:?} in vain: {what}"))
    }

    /// Opens the live channel, as every open page does.
    pub async fn listen(&self) -> BoxStream<'static, reqwest::Result<Bytes>> {
        let address = format!("{}/ao-vivo", self.base);
        let answer = self.client.get(address).send().await;
        let answer = answer.expect("the live channel opens");
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.bytes_stream().boxed()
    }

    /// Asks the readiness probe; `None` when nobody answers.
    pub async fn readiness(&self) -> Option<StatusCode> {
        let answer = self.client.get(format!("{}/pronto", self.base)).send();
        answer.await.ok().map(|answer| answer.status())
    }

    /// Makes the administrator of an empty server.
    pub async fn create_administrator(&self) {
        let form = [
            ("form[name]", "Administração"),
            ("form[workspace]", "Comunidade"),
            ("form[email]", "admin@exemplo.com.br"),
            ("form[password]", "uma senha comprida"),
        ];
        self.post("create-administrator", &form)
            .await
            .expect("the administrator is created");
    }

    /// Makes a connection and waits for its first QR code.
    pub async fn create_connection(&self, name: &str) -> (ConnectionId, String) {
        let leads_to = self
            .post("create-connection", &[("name", name)])
            .await
            .expect("it is created");
        let id = last_part(&leads_to)
            .parse()
            .expect("it leads to the connection's page");
        let qr = self.until_qr(id).await;
        (id, qr)
    }

    /// Waits until the connection's page shows a QR code and tells its text.
    pub async fn until_qr(&self, id: ConnectionId) -> String {
        self.until("a QR code", async || {
            match self.connection(id).await.connection.state {
                ConnectionState::Pairing {
                    step: PairingStep::Qr { text, .. },
                } => Some(text),
                _ => None,
            }
        })
        .await
    }

    /// The connection's page.
    pub async fn connection(&self, id: ConnectionId) -> ConnectionView {
        self.see("connection", &[("id", &id.to_string())]).await
    }

    /// Waits until the connection is online.
    pub async fn until_online(&self, id: ConnectionId) {
        self.until("the connection is online", async || {
            (self.connection(id).await.connection.state == ConnectionState::Online).then_some(())
        })
        .await;
    }

    /// Syncs the groups and waits until there are this many.
    pub async fn sync_groups(&self, id: ConnectionId, count: usize) -> GroupsView {
        let id = id.to_string();
        self.post("sync-groups", &[("connection", &id)])
            .await
            .expect("the sync begins");
        self.until("the groups are synced", async || {
            let view: GroupsView = self.see("groups", &[("connection", &id)]).await;
            (view.counts.of(GroupKind::All) as usize == count).then_some(view)
        })
        .await
    }

    /// Uploads an image and tells its id.
    pub async fn upload(&self, name: &str, bytes: Vec<u8>) -> MediaId {
        let file = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let answer = self
            .client
            .post(format!("{}/midias/enviar", self.base))
            .header(ORIGIN, &self.base)
            .multipart(reqwest::multipart::Form::new().part("file", file))
            .send()
            .await
            .expect("the server answers");
        assert!(
            answer.status().is_redirection() || answer.status().is_success(),
            "{}",
            answer.status()
        );
        let view: MediaView = self.see("media", &[]).await;
        let card = view.items.iter().find(|card| card.item.name == name);
        card.expect("the uploaded image is listed").item.id
    }

    /// Saves a campaign to these groups and starts it.
    pub async fn start_campaign(
        &self,
        connection: ConnectionId,
        groups: &[String],
        text: &str,
        media: Option<MediaId>,
    ) -> RunId {
        let connection = connection.to_string();
        let media = media.map(|id| id.to_string()).unwrap_or_default();
        let mut form = vec![
            ("form[name]", "Campanha"),
            ("form[connection]", &*connection),
            ("form[text]", text),
            ("form[media]", &*media),
            ("form[then]", "review"),
        ];
        form.extend(groups.iter().map(|jid| ("form[targets][]", &**jid)));
        let review = self
            .post("save-campaign", &form)
            .await
            .expect("the campaign is saved");
        let campaign = review
            .strip_suffix("/conferencia")
            .expect("it leads to the look before the start");
        let start = [("id", last_part(campaign)), ("action", "start")];
        let leads_to = self
            .post("act-on-campaign", &start)
            .await
            .expect("the campaign starts");
        last_part(&leads_to)
            .parse()
            .expect("it leads to the run's page")
    }

    /// The campaign's page.
    pub async fn campaign(&self, id: CampaignId) -> CampaignSummary {
        self.see("campaign", &[("id", &id.to_string())]).await
    }

    /// The run's page.
    pub async fn run(&self, id: RunId) -> RunView {
        self.see("run", &[("id", &id.to_string())]).await
    }

    /// All deliveries of a run, in the order of the queue.
    pub async fn deliveries(&self, id: RunId) -> Vec<Delivery> {
        let (mut deliveries, mut pages) = (Vec::new(), 1);
        let mut page = 1;
        while page <= pages {
            let (id, number) = (id.to_string(), page.to_string());
            let form = [("id", id.as_str()), ("page", number.as_str())];
            let view: RunView = self.see("run", &form).await;
            deliveries.extend(view.deliveries);
            pages = view.pages;
            page += 1;
        }
        deliveries
    }

    /// Waits until the run is finished.
    pub async fn until_finished(&self, id: RunId) -> RunView {
        self.until("the run is finished", async || {
            let view = self.run(id).await;
            view.run.finished_at.is_some().then_some(view)
        })
        .await
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}
