//! The question after a long outage, as a browser without script sees and answers it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use arauto_app::api::{
    ApiError, ConnectionView, Connections, HistoryView, NotFound, OutageQuestion, Principal,
    RunView, Runs,
};
use arauto_app::domain::*;
use async_trait::async_trait;
use reqwest::StatusCode;

use crate::browser::Browser;
use crate::server::Server;

/// A connection that came back, and what it was told.
pub struct Asking {
    pub view: ConnectionView,
    heard: Mutex<Vec<String>>,
}

impl Asking {
    pub fn new() -> Self {
        let back_at = Timestamp::from_seconds(1_780_000_000);
        let lost_at = back_at.minus(Duration::from_mins(42));
        let outage = Outage {
            lost_at,
            back_at,
            dropping: false,
        };
        let connection = Connection {
            id: ConnectionId::new(lost_at, [2; 10]),
            workspace: WorkspaceId::new(lost_at, [1; 10]),
            name: "Loja".into(),
            phone: Some("5511955500142".into()),
            state: ConnectionState::Online,
            state_since: back_at,
            linked_at: Some(lost_at),
            phone_seen_at: None,
            groups_synced_at: Some(lost_at),
            after_outage: AfterOutage::Ask,
            able_at: Some(back_at),
            outage: Some(outage),
            pace: None,
            restriction: None,
            created_at: lost_at,
        };
        let backlog = Backlog {
            pending: 37,
            handed_over: 2,
            waiting_since: Some(lost_at),
        };
        let view = ConnectionView {
            connection,
            health: ConnectionHealth::default(),
            restoration: None,
            question: Some(OutageQuestion { outage, backlog }),
            qr_svg: None,
            code_for: None,
            also_linked: Vec::new(),
            groups: 40,
            used_by: Vec::new(),
            now: back_at,
        };
        Self {
            view,
            heard: Mutex::default(),
        }
    }

    async fn served(self: &Arc<Self>) -> (Server, Browser) {
        let server = Server::start_with(None, |ports| {
            ports.connections = self.clone();
            ports.runs = self.clone();
        });
        let server = server.await;
        let browser = server.administrator().await;
        (server, browser)
    }

    #[allow(clippy::unnecessary_wraps, reason = "it is what every port answers")]
    fn hear(&self, said: String) -> Result<(), ApiError> {
        self.heard.lock().unwrap().push(said);
        Ok(())
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

#[async_trait]
impl Connections for Asking {
    async fn list(&self, _: &Principal) -> Result<Vec<ConnectionView>, ApiError> {
        Ok(vec![self.view.clone()])
    }
    async fn in_need(&self, _: &Principal) -> Result<u32, ApiError> {
        Ok(0)
    }
    async fn get(&self, _: &Principal, _: ConnectionId) -> Result<ConnectionView, ApiError> {
        Ok(self.view.clone())
    }
    async fn history(&self, _: &Principal, _: ConnectionId) -> Result<HistoryView, ApiError> {
        Ok(HistoryView {
            told: Vec::new(),
            last_day: LastDay::until(self.view.now, &[]),
            now: self.view.now,
        })
    }
    async fn create(&self, _: &Principal, _: &str) -> Result<ConnectionId, ApiError> {
        Err(ApiError::ConnectionState)
    }
    async fn configure(
        &self,
        _: &Principal,
        id: ConnectionId,
        name: &str,
        after_outage: AfterOutage,
    ) -> Result<(), ApiError> {
        self.hear(format!("{id} {name} {after_outage:?}"))
    }
    async fn pair(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(ApiError::ConnectionState)
    }
    async fn pair_by_code(&self, _: &Principal, _: ConnectionId, _: &str) -> Result<(), ApiError> {
        Err(ApiError::ConnectionState)
    }
    async fn use_other_number(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(ApiError::ConnectionState)
    }
    async fn unlink_other_number(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(ApiError::ConnectionState)
    }
    async fn cancel_pairing(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(ApiError::ConnectionState)
    }
    async fn resume(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(ApiError::ConnectionState)
    }
    async fn stop(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(ApiError::ConnectionState)
    }
    async fn remove(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(ApiError::ConnectionState)
    }
}

#[async_trait]
impl Runs for Asking {
    async fn get(
        &self,
        _: &Principal,
        _: RunId,
        _: &DeliveryQuery,
        _: u32,
    ) -> Result<RunView, ApiError> {
        Err(ApiError::NotFound(NotFound::Run))
    }
    async fn deliveries(
        &self,
        _: &Principal,
        _: RunId,
        _: u32,
        _: u32,
    ) -> Result<Vec<(Delivery, Reached)>, ApiError> {
        Err(ApiError::NotFound(NotFound::Run))
    }
    async fn repeat(
        &self,
        _: &Principal,
        _: RunId,
        _: RepeatAction,
        _: u32,
    ) -> Result<(), ApiError> {
        Err(ApiError::NotFound(NotFound::Run))
    }
    async fn settle_outage(
        &self,
        _: &Principal,
        connection: ConnectionId,
        back_at: Timestamp,
        choice: OutageChoice,
    ) -> Result<(), ApiError> {
        self.hear(format!("{connection} {} {choice:?}", back_at.as_millis()))
    }
}

/// As deep as a page's view is nested, an unoptimised build needs more stack than a test's thread
/// has; the program's own threads have as much.
#[test]
fn the_painel_and_the_connections_page_ask_and_say_what_remains() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_stack_size(16 << 20)
        .enable_all()
        .build();
    runtime
        .unwrap()
        .block_on(pages_ask(Arc::new(Asking::new())));
}

async fn pages_ask(asking: Arc<Asking>) {
    let id = asking.view.connection.id;
    let (_server, browser) = asking.served().await;
    for path in ["/".to_owned(), format!("/conexoes/{id}")] {
        let page = browser.open(&path).await.text().await.unwrap();
        for words in [
            "A conexão Loja voltou depois de 42 min fora do ar",
            "37 mensagens esperam.",
            "Enviar agora",
            "Descartar 37 mensagens?",
            "2 mensagens já foram entregues ao WhatsApp e podem ter chegado",
            r#"name="back_at" value="1780000000000""#,
        ] {
            assert!(page.contains(words), "{path} lacks {words}");
        }
    }
    let page = browser.open(&format!("/conexoes/{id}")).await;
    let page = page.text().await.unwrap();
    let chosen = page
        .split("<input")
        .find(|input| input.contains(" checked"));
    assert!(chosen.unwrap().contains(r#"value="ask""#), "{chosen:?}");
}

#[tokio::test]
async fn both_answers_and_the_settings_are_forms() {
    let asking = Arc::new(Asking::new());
    let id = asking.view.connection.id.to_string();
    let (_server, browser) = asking.served().await;
    let answers = ["send", "drop"].map(|choice| {
        let form = [
            ("connection", id.as_str()),
            ("back_at", "1780000000000"),
            ("choice", choice),
        ];
        browser.form("/api/settle-outage").form(&form)
    });
    let settings = [
        ("id", id.as_str()),
        ("name", "Balcão"),
        ("after_outage", "drop"),
    ];
    let settings = browser.form("/api/configure-connection").form(&settings);
    for form in answers.into_iter().chain([settings]) {
        let answer = form.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FOUND, "back to the page");
    }
    let expected = [
        format!("{id} 1780000000000 Send"),
        format!("{id} 1780000000000 Drop"),
        format!("{id} Balcão Drop"),
    ];
    assert_eq!(asking.heard(), expected);
}
