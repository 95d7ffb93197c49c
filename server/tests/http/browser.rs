//! A browser, as far as HTTP goes.

use arauto_app::domain::MediaItem;
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;

const PAGE: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const BOUNDARY: &str = "----a-boundary";
pub const EMAIL: &str = "ana@exemplo.com.br";
pub const PASSWORD: &str = "uma senha comprida";

pub struct Browser {
    client: Client,
    url: String,
}

impl Browser {
    pub fn at(url: &str) -> Self {
        Self {
            client: Client::builder()
                .cookie_store(true)
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            url: url.to_owned(),
        }
    }

    /// Follows a link.
    pub async fn open(&self, path: &str) -> Response {
        self.get(path).header(ACCEPT, PAGE).send().await.unwrap()
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    /// A request that one of our own pages makes by script.
    pub fn post(&self, path: &str) -> RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.url));
        request
            .header(ORIGIN, &self.url)
            .header(ACCEPT, "application/json")
    }

    /// See [`post`](Self::post).
    pub fn patch(&self, path: &str) -> RequestBuilder {
        let request = self.client.patch(format!("{}{path}", self.url));
        request.header(ORIGIN, &self.url)
    }

    /// See [`post`](Self::post).
    pub fn delete(&self, path: &str) -> RequestBuilder {
        let request = self.client.delete(format!("{}{path}", self.url));
        request.header(ORIGIN, &self.url)
    }

    /// A form that one of our own pages sends without script.
    pub fn form(&self, path: &str) -> RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.url));
        request.header(ORIGIN, &self.url).header(ACCEPT, PAGE)
    }

    pub async fn create_administrator(&self) -> Response {
        let answer = self
            .form("/api/create-administrator")
            .form(&administrator(EMAIL, PASSWORD))
            .send()
            .await
            .unwrap();
        assert_eq!(
            (answer.status(), leads_to(&answer)),
            (StatusCode::FOUND, "/")
        );
        answer
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Response {
        let form = [("form[email]", email), ("form[password]", password)];
        self.post("/api/sign-in").form(&form).send().await.unwrap()
    }

    pub async fn sign_out(&self) -> Response {
        self.post("/api/sign-out").send().await.unwrap()
    }

    /// Whether the server knows who this is.
    pub async fn is_signed_in(&self) -> bool {
        let visitor: Value = self
            .post("/api/visitor")
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        visitor["visitor"] == "signed_in"
    }

    /// Uploads one file by script.
    pub async fn upload(&self, name: &str, bytes: &[u8]) -> Response {
        self.send_files(self.post("/midias/enviar"), multipart(&[(name, bytes)]))
            .await
    }

    /// Uploads one file that must be taken.
    pub async fn upload_item(&self, name: &str, bytes: &[u8]) -> MediaItem {
        let answer = self.upload(name, bytes).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        answer.json().await.unwrap()
    }

    /// Uploads files by a form without script; tells where it is led.
    pub async fn upload_form(&self, files: &[(&str, &[u8])]) -> String {
        let request = self.form("/midias/enviar");
        let answer = self.send_files(request, multipart(files)).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        leads_to(&answer).to_owned()
    }

    /// Sends a body as the form of an upload.
    pub async fn send_files(&self, request: RequestBuilder, body: Vec<u8>) -> Response {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = request.header(CONTENT_TYPE, kind).body(body);
        request.send().await.unwrap()
    }
}

/// The form of the first visit.
pub fn administrator<'a>(email: &'a str, password: &'a str) -> [(&'static str, &'a str); 4] {
    [
        ("form[name]", "Ana"),
        ("form[workspace]", "Loja da Ana"),
        ("form[email]", email),
        ("form[password]", password),
    ]
}

/// Where an answer leads.
pub fn leads_to(answer: &Response) -> &str {
    header(answer, LOCATION.as_str())
}

/// A header, empty when there is none.
pub fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// The session's cookie as it was set, with its attributes.
pub fn cookie(answer: &Response) -> &str {
    header(answer, SET_COOKIE.as_str())
}

/// A form with files, as browsers write it (RFC 7578).
pub fn multipart(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, bytes) in files {
        body.extend_from_slice(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; \
                 filename=\"{name}\"\r\nContent-Type: image/jpeg\r\n\r\n"
            )
            .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}
