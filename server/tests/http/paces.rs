//! How fast a connection sends, as a browser without script sees and sets it, and the way to resume.

use std::sync::{Arc, Mutex};

use arauto_app::api::{ApiError, ConnectionView, PaceView, Paces, Principal};
use arauto_app::domain::*;
use async_trait::async_trait;
use reqwest::StatusCode;

use crate::browser::Browser;
use crate::outages::Asking;
use crate::server::Server;

/// A connection that WhatsApp restricts, and what was said about its pace.
struct Paced {
    view: PaceView,
    heard: Mutex<Vec<(ConnectionId, Option<Limits>)>>,
    resumed: Mutex<Vec<(ConnectionId, Timestamp)>>,
}

const SINCE: Timestamp = Timestamp::from_seconds(1_779_999_000);

#[async_trait]
impl Paces for Paced {
    async fn get(&self, _: &Principal, _: ConnectionId) -> Result<PaceView, ApiError> {
        Ok(self.view)
    }
    async fn set(
        &self,
        _: &Principal,
        id: ConnectionId,
        limits: Option<Limits>,
    ) -> Result<(), ApiError> {
        self.heard.lock().unwrap().push((id, limits));
        Ok(())
    }
    async fn resume(
        &self,
        _: &Principal,
        id: ConnectionId,
        since: Timestamp,
    ) -> Result<(), ApiError> {
        self.resumed.lock().unwrap().push((id, since));
        Ok(())
    }
}

impl Paced {
    fn new(is_usual: bool) -> Arc<Self> {
        let view = PaceView {
            limits: Limits::default(),
            is_usual,
            last_hour: 42,
            last_day: 57,
            warming_up: Some(60),
        };
        Arc::new(Self {
            view,
            heard: Mutex::default(),
            resumed: Mutex::default(),
        })
    }

    async fn served(self: &Arc<Self>) -> (Server, Browser, ConnectionView) {
        let mut asking = Asking::new();
        asking.view.question = None;
        asking.view.connection.restriction = Some(Restriction {
            since: SINCE,
            cause: RestrictionCause::MessageRefused,
            until: None,
        });
        let view = asking.view.clone();
        let asking = Arc::new(asking);
        let server = Server::start_with(None, |ports| {
            ports.connections = asking;
            ports.paces = self.clone();
        });
        let server = server.await;
        let browser = server.administrator().await;
        (server, browser, view)
    }
}

/// See [`crate::outages`]: a page's view needs more stack than a test's thread has.
#[test]
fn the_page_shows_the_pace_and_asks_before_it_resumes() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_stack_size(16 << 20)
        .enable_all()
        .build();
    runtime.unwrap().block_on(pages_show());
}

async fn pages_show() {
    let (_server, browser, view) = Paced::new(true).served().await;
    let path = format!("/conexoes/{}", view.connection.id);
    let page = browser.open(&path).await.text().await.unwrap();
    for words in [
        "Ritmo de envio",
        "42 de 120",
        "57 de 60",
        "até 60 mensagens em 24 h, por enquanto",
        r#"name="pace[shortest]""#,
        r#"name="pace[pause_longest]""#,
        "Este é o ritmo padrão.",
    ] {
        assert!(page.contains(words), "{path} lacks {words}");
    }
    for path in ["/".to_owned(), path] {
        let page = browser.open(&path).await.text().await.unwrap();
        for words in [
            "O WhatsApp restringiu o número da conexão Loja",
            "Retomar envios…",
            "Retomar os envios desta conexão?",
            r#"name="since" value="1779999000000""#,
        ] {
            assert!(page.contains(words), "{path} lacks {words}");
        }
    }
}

#[tokio::test]
async fn the_pace_and_the_resuming_are_forms() {
    let paced = Paced::new(false);
    let (_server, browser, view) = paced.served().await;
    let id = view.connection.id;
    let text = id.to_string();
    let send = async |path: &str, form: &[(&str, &str)]| {
        let answer = browser.form(path).form(form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FOUND, "back to the page");
    };
    let form = [
        ("id", text.as_str()),
        ("pace[shortest]", "10"),
        ("pace[longest]", " 25 "),
        ("pace[every]", ""),
        ("pace[hourly]", "60"),
        ("pace[daily]", "200"),
    ];
    send("/api/set-pace", &form).await;
    let mut wrong = form;
    wrong[1].1 = "0";
    // The page that it leads back to tells what is wrong; nothing is set.
    send("/api/set-pace", &wrong).await;
    send("/api/usual-pace", &[("id", text.as_str())]).await;
    let since = SINCE.as_millis().to_string();
    let resume = [("connection", text.as_str()), ("since", since.as_str())];
    send("/api/resume-sending", &resume).await;
    let set = Limits {
        interval: Pacing {
            shortest: std::time::Duration::from_secs(10),
            longest: std::time::Duration::from_secs(25),
        },
        pause: None,
        hourly: Some(60),
        daily: Some(200),
        warm_up: false,
    };
    assert_eq!(*paced.heard.lock().unwrap(), [(id, Some(set)), (id, None)]);
    assert_eq!(*paced.resumed.lock().unwrap(), [(id, SINCE)]);
}
