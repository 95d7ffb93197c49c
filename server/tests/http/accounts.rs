//! The first visit, signing in and out.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::browser::{EMAIL, PASSWORD, administrator, cookie, leads_to};
use crate::server::Server;

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn the_first_visit_creates_the_administrator_and_signs_them_in() {
    let server = Server::start().await;
    let browser = server.stranger();
    for path in ["/", "/entrar"] {
        let answer = browser.open(path).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
        assert_eq!(leads_to(&answer), "/comecar", "{path}");
    }
    assert_eq!(browser.open("/comecar").await.status(), StatusCode::OK);

    browser.create_administrator().await;
    assert_eq!(browser.open("/").await.status(), StatusCode::OK);
    for path in ["/entrar", "/comecar"] {
        assert_eq!(leads_to(&browser.open(path).await), "/", "{path}");
    }
    let stranger = server.stranger();
    for path in ["/", "/comecar"] {
        assert_eq!(leads_to(&stranger.open(path).await), "/entrar", "{path}");
    }
}

#[tokio::test]
async fn every_problem_of_the_first_form_is_told_at_once_and_nothing_is_made() {
    let server = Server::start().await;
    let browser = server.stranger();
    let form = administrator("ana@", "curta");
    let answer = browser.post("/api/create-administrator").form(&form);
    let answer: Value = answer.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        answer,
        json!({"error": "account", "detail": ["email_invalid", "password_too_short"]})
    );
    assert_eq!(leads_to(&browser.open("/").await), "/comecar");
}

#[tokio::test]
async fn there_is_one_first_administrator_even_when_two_race() {
    let server = Server::start().await;
    let (one, other) = (server.stranger(), server.stranger());
    let create = async |browser: &crate::browser::Browser, email: &str| {
        let form = administrator(email, PASSWORD);
        let request = browser.post("/api/create-administrator").form(&form);
        request.send().await.unwrap().text().await.unwrap()
    };
    let (first, second) = tokio::join!(create(&one, EMAIL), create(&other, "rui@exemplo.com.br"));
    let refusals = [&first, &second].map(|answer| answer.contains("already_set_up"));
    assert_ne!(refusals[0], refusals[1], "{first} and {second}");
    let third = create(&server.stranger(), "eva@exemplo.com.br").await;
    assert_eq!(third, r#"{"error":"already_set_up"}"#);
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let server = Server::start().await;
    let answer = server.stranger().create_administrator().await;
    let plain = cookie(&answer);
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
        assert!(plain.contains(attribute), "{plain}");
    }
    assert!(plain.starts_with("arauto_session=") && !plain.contains("Secure"));

    let server = Server::start_at(Some("https://arauto.example")).await;
    let answer = server.stranger().create_administrator().await;
    assert!(cookie(&answer).contains("; Secure"), "{}", cookie(&answer));
}

#[tokio::test]
async fn the_eleventh_wrong_password_waits_and_so_does_the_right_one() {
    let server = Server::start().await;
    server.administrator().await;
    let browser = server.stranger();
    for _ in 0..10 {
        let answer = browser.sign_in(EMAIL, "outra senha").await.text().await;
        assert_eq!(answer.unwrap(), r#"{"error":"wrong_credentials"}"#);
    }
    let answer: Value = browser.sign_in(EMAIL, PASSWORD).await.json().await.unwrap();
    assert_eq!(answer["error"], "too_many_attempts");
    assert_eq!(answer["detail"]["retry_after_seconds"], 60);

    server.advance(Duration::from_mins(1));
    let answer = browser.sign_in(" ANA@exemplo.com.br ", PASSWORD).await;
    assert_eq!((answer.status(), leads_to(&answer)), (StatusCode::OK, "/"));
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn guessing_addresses_is_limited_by_the_client() {
    let server = Server::start().await;
    let browser = server.stranger();
    let mut answers = Vec::new();
    for number in 0..31 {
        let email = format!("{number}@exemplo.com.br");
        let answer: Value = browser
            .sign_in(&email, PASSWORD)
            .await
            .json()
            .await
            .unwrap();
        answers.push(answer["error"].as_str().unwrap().to_owned());
    }
    assert!(
        answers[..30]
            .iter()
            .all(|error| error == "wrong_credentials")
    );
    assert_eq!(answers[30], "too_many_attempts");
}

#[tokio::test]
async fn a_session_lives_as_long_as_somebody_visits() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    assert_eq!(cookie(&browser.open("/").await), "", "not due yet");
    for _ in 0..3 {
        server.advance(20 * DAY);
        assert!(cookie(&browser.open("/").await).contains("Max-Age=2592000"));
    }
    server.advance(31 * DAY);
    assert_eq!(leads_to(&browser.open("/").await), "/entrar");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_not_only_the_cookie() {
    let server = Server::start().await;
    let browser = server.stranger();
    let answer = browser.create_administrator().await;
    let token = cookie(&answer).split(';').next().unwrap().to_owned();
    let answer = browser.sign_out().await;
    assert_eq!(leads_to(&answer), "/entrar");
    assert!(cookie(&answer).contains("Max-Age=0"), "{}", cookie(&answer));
    assert!(!browser.is_signed_in().await);

    let thief = server.stranger();
    let answer = thief.get("/midias/x/arquivo").header("cookie", token);
    assert_eq!(
        answer.send().await.unwrap().status(),
        StatusCode::UNAUTHORIZED
    );
}
