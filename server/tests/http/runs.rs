//! A run's page as a browser without script sees it, and its deliveries as a file.

use std::sync::{Arc, Mutex};

use arauto_app::api::{ApiError, NotFound, Principal, RunView, Runs};
use arauto_app::domain::*;
use async_trait::async_trait;
use reqwest::StatusCode;

use crate::browser::{Browser, header};
use crate::server::Server;

const DELIVERIES: u32 = 1_203;
const START: Timestamp = Timestamp::from_seconds(1_780_000_000);

/// One run of a workspace; other runs do not exist, and other workspaces see none.
struct OneRun {
    id: RunId,
    /// The pages that were asked for.
    asked: Mutex<Vec<(DeliveryQuery, u32)>>,
}

fn tally() -> RunTally {
    RunTally {
        read: 1_140,
        failed: 60,
        skipped: 1,
        unanswered: 2,
        ..RunTally::default()
    }
}

fn delivery(run: RunId, position: u32) -> Delivery {
    Delivery {
        id: DeliveryId::new(START, [1; 10]),
        workspace: WorkspaceId::new(START, [2; 10]),
        run,
        connection: ConnectionId::new(START, [3; 10]),
        position,
        target: format!("{}@g.us", 120_363 + position).parse().unwrap(),
        target_name: match position {
            0 => "=HYPERLINK(\"x\";1)".into(),
            _ => format!("Grupo {position}"),
        },
        members: 40,
        variant: 0,
        seed: arauto_app::domain::wording::Seed::default(),
        first_at: None,
        state: DeliveryState::Failed(FailureReason::AnnounceOnly),
        message_id: Some(MessageId::from_wire("3EB0AA")),
        attempts: 1,
        earlier: Vec::new(),
        retry_at: None,
        attempted_at: Some(START),
        sent_at: None,
        delivered_at: None,
        read_at: None,
        failed_at: Some(START),
    }
}

#[async_trait]
impl Runs for OneRun {
    async fn get(
        &self,
        who: &Principal,
        id: RunId,
        query: &DeliveryQuery,
        page: u32,
    ) -> Result<RunView, ApiError> {
        self.asked.lock().unwrap().push((query.clone(), page));
        if id != self.id {
            return Err(ApiError::NotFound(NotFound::Run));
        }
        let run = Run {
            id,
            workspace: who.workspace_id(),
            campaign: CampaignId::new(START, [4; 10]),
            number: 7,
            connection: ConnectionId::new(START, [3; 10]),
            content: MessageContent {
                text: "Oi".into(),
                media: None,
            },
            others: Vec::new(),
            connection_name: "Loja".into(),
            zone: ZoneName::default(),
            origin: RunOrigin::Person,
            due_at: START,
            started_at: START,
            finished_at: Some(START),
            gate: Gate::OPEN,
            reopened: 0,
            also: Vec::new(),
            pace: None,
            rests_until: Timestamp::default(),
        };
        Ok(RunView {
            run,
            campaign_name: "Promoção".into(),
            senders: Vec::new(),
            media: None,
            tally: tally(),
            repeatable: Repeatable {
                failures: 60,
                unanswered: 2,
                pointless: vec![(FailureReason::NotInGroup, 3)],
                obstacle: None,
            },
            found: tally(),
            deliveries: (50..60).map(|position| delivery(id, position)).collect(),
            reached: vec![Reached::default(); 10],
            page: 2,
            pages: 2,
            texts: vec![String::new(); 10],
            now: START,
        })
    }
    async fn deliveries(
        &self,
        _: &Principal,
        id: RunId,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<(Delivery, Reached)>, ApiError> {
        let last = DELIVERIES.min(skipped + limit);
        Ok((skipped..last)
            .map(|position| (delivery(id, position), Reached::default()))
            .collect())
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
        _: ConnectionId,
        _: Timestamp,
        _: OutageChoice,
    ) -> Result<(), ApiError> {
        Err(ApiError::OutageSettled)
    }
}

fn one_run() -> Arc<OneRun> {
    Arc::new(OneRun {
        id: RunId::new(START, [5; 10]),
        asked: Mutex::default(),
    })
}

async fn served() -> (Server, Browser, RunId) {
    let one = one_run();
    let run = one.id;
    let server = Server::start_with(None, |ports| ports.runs = one).await;
    let browser = server.administrator().await;
    (server, browser, run)
}

/// As deep as a page's view is nested, an unoptimised build needs more stack than a test's thread
/// has; the program's own threads have as much.
#[test]
fn the_page_shows_what_its_address_asks_for_and_offers_what_can_be_done() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_stack_size(16 << 20)
        .enable_all()
        .build();
    runtime.unwrap().block_on(page_is_read(one_run()));
}

async fn page_is_read(one: Arc<OneRun>) {
    let run = one.id;
    let server = Server::start_with(None, |ports| ports.runs = Arc::clone(&one) as _).await;
    let browser = server.administrator().await;
    let address = format!("/execucoes/{run}?estado=falhas&busca=P%C3%A3o&pagina=2");
    let page = browser.open(&address).await.text().await.unwrap();
    let query = DeliveryQuery {
        text: "Pão".into(),
        kind: DeliveryKind::Failed,
    };
    assert_eq!(one.asked.lock().unwrap().last(), Some(&(query, 2)));
    for words in [
        "Reenviar falhas (60)",
        r#"name="action" value="failures""#,
        r#"name="seen" value="0""#,
        "2 mensagens ficaram sem confirmação",
        "Considerar enviada",
        "o grupo verá a mensagem duas vezes",
        "3: Este número não está mais no grupo.",
        "51 a 60 de 60",
        "Ver grupo",
        "envios.csv",
        r#"name="estado" value="falhas""#,
    ] {
        assert!(page.contains(words), "{address} lacks {words}");
    }
    let links = ["estado=lidos", "busca=P%C3%A3o"];
    assert!(links.iter().all(|link| page.contains(link)), "{page}");
}

#[tokio::test]
async fn every_delivery_is_a_line_and_nothing_in_it_is_a_formula() {
    let (_server, browser, run) = served().await;
    let answer = browser.open(&format!("/execucoes/{run}/envios.csv")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(header(&answer, "content-type"), "text/csv; charset=utf-8");
    let name = header(&answer, "content-disposition").to_owned();
    assert!(name.starts_with("attachment; "), "{name}");
    assert!(
        name.contains("Promo%C3%A7%C3%A3o%20-%20execu%C3%A7%C3%A3o%207.csv"),
        "{name}"
    );
    let bytes = answer.bytes().await.unwrap();
    assert!(bytes.starts_with(b"\xEF\xBB\xBFGrupo;JID;Estado;"));
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 1 + DELIVERIES as usize);
    assert!(
        lines[1].starts_with("\"'=HYPERLINK(\"\"x\"\";1)\";120363@g.us;Falhou;"),
        "{}",
        lines[1]
    );
    let last = format!("Grupo {};", DELIVERIES - 1);
    assert!(lines[DELIVERIES as usize].starts_with(&last));
}

#[tokio::test]
async fn what_is_no_run_and_who_is_not_signed_in_get_none() {
    let (server, browser, run) = served().await;
    let other = RunId::new(START, [6; 10]);
    for id in ["nada".to_owned(), other.to_string(), "%00".to_owned()] {
        let answer = browser
            .get(&format!("/execucoes/{id}/envios.csv"))
            .send()
            .await;
        assert_eq!(answer.unwrap().status(), StatusCode::NOT_FOUND, "{id}");
    }
    let stranger = server.stranger();
    let answer = stranger
        .get(&format!("/execucoes/{run}/envios.csv"))
        .send()
        .await;
    assert_eq!(answer.unwrap().status(), StatusCode::UNAUTHORIZED);
}
