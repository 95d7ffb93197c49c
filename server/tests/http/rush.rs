//! Many people look at once.

use futures::future::join_all;
use reqwest::StatusCode;

use crate::browser::Browser;
use crate::server::Server;

const VISITORS: usize = 8;
const VISITS: usize = 30;

/// The page's own part of a document: the rest differs from visit to visit.
fn main_part(document: &str) -> &str {
    let start = document.find("<main").expect("a page has a main part");
    let end = document.find("</main>").expect("and its end");
    &document[start..end]
}

/// Every visit answered with the whole page: its data in the markup that comes alive over it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_visit_of_a_rush_gets_the_whole_page() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    for path in ["/campanhas", "/midias", "/conexoes", "/grupos"] {
        let alone = browser.open(path).await.text().await.unwrap();
        assert!(!alone.contains("class=\"skeleton\""), "{path}");
        let visitors = (0..VISITORS).map(|_| visit(&browser, path, main_part(&alone)));
        join_all(visitors).await;
    }
}

async fn visit(browser: &Browser, path: &str, expected: &str) {
    for _ in 0..VISITS {
        let answer = browser.open(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let document = answer.text().await.unwrap();
        assert_eq!(main_part(&document), expected, "{path}");
    }
}
