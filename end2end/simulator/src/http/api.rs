//! The control API: each handler is one method of [`Control`].

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::{
    ChatView, Control, ControlError, GroupChange, GroupView, MessageView, NewGroup, NewPhone,
    PairedDevice, PendingPairing, PhoneView, ReceiptOrder, Scan, StateView, TypedCode,
};
use crate::network::{AutomaticReceipts, FaultOrder};

type Answer<T> = Result<Json<T>, ControlError>;

pub(super) async fn state(State(control): State<Control>) -> Json<StateView> {
    Json(control.state().await)
}

pub(super) async fn pairings(State(control): State<Control>) -> Json<Vec<PendingPairing>> {
    Json(control.pairings().await)
}

pub(super) async fn add_phone(
    State(control): State<Control>,
    Json(new): Json<NewPhone>,
) -> Answer<PhoneView> {
    control.add_phone(new).await.map(Json)
}

pub(super) async fn scan(
    State(control): State<Control>,
    Json(scan): Json<Scan>,
) -> Answer<PairedDevice> {
    control.scan(scan).await.map(Json)
}

pub(super) async fn type_code(
    State(control): State<Control>,
    Json(typed): Json<TypedCode>,
) -> Answer<PairedDevice> {
    control.type_code(typed).await.map(Json)
}

#[derive(Deserialize)]
pub(super) struct Withdraw {
    pn: String,
}

pub(super) async fn withdraw_code(
    State(control): State<Control>,
    Json(order): Json<Withdraw>,
) -> Result<StatusCode, ControlError> {
    control.withdraw_code(&order.pn).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct Unlink {
    pn: String,
    #[serde(default)]
    device: Option<u16>,
}

pub(super) async fn unlink(
    State(control): State<Control>,
    Json(order): Json<Unlink>,
) -> Answer<Value> {
    let unlinked = control.unlink(&order.pn, order.device).await?;
    Ok(Json(json!({ "unlinked": unlinked })))
}

#[derive(Deserialize)]
pub(super) struct Offline {
    pn: String,
    offline: bool,
}

pub(super) async fn set_offline(
    State(control): State<Control>,
    Json(order): Json<Offline>,
) -> Result<StatusCode, ControlError> {
    control.set_offline(&order.pn, order.offline).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn chats(State(control): State<Control>) -> Json<Vec<ChatView>> {
    Json(control.chats().await)
}

pub(super) async fn groups(State(control): State<Control>) -> Json<Vec<GroupView>> {
    Json(control.groups().await)
}

pub(super) async fn group(
    State(control): State<Control>,
    Path(jid): Path<String>,
) -> Answer<GroupView> {
    control.group(&jid).await.map(Json)
}

pub(super) async fn create_group(
    State(control): State<Control>,
    Json(new): Json<NewGroup>,
) -> Answer<GroupView> {
    control.create_group(new).await.map(Json)
}

pub(super) async fn change_group(
    State(control): State<Control>,
    Path(jid): Path<String>,
    Json(change): Json<GroupChange>,
) -> Answer<GroupView> {
    control.change_group(&jid, change).await.map(Json)
}

pub(super) async fn delete_group(
    State(control): State<Control>,
    Path(jid): Path<String>,
) -> Result<StatusCode, ControlError> {
    control.delete_group(&jid).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct MessagesQuery {
    chat: Option<String>,
    #[serde(default)]
    after: u64,
}

pub(super) async fn messages(
    State(control): State<Control>,
    Query(query): Query<MessagesQuery>,
) -> Json<Vec<MessageView>> {
    Json(control.messages(query.chat.as_deref(), query.after).await)
}

pub(super) async fn message(
    State(control): State<Control>,
    Path(id): Path<String>,
    Query(query): Query<MessagesQuery>,
) -> Answer<MessageView> {
    let message = control.message(&id, query.chat.as_deref()).await;
    message
        .map(Json)
        .ok_or_else(|| ControlError::NotFound(format!("no message {id}")))
}

pub(super) async fn media(
    State(control): State<Control>,
    Path(id): Path<String>,
    Query(query): Query<MessagesQuery>,
) -> Result<impl IntoResponse, ControlError> {
    let (bytes, mimetype) = control.media(&id, query.chat.as_deref()).await?;
    // The sender states the type: only pictures, sound and film are shown, never pages or scripts.
    let shown = mimetype.filter(|mimetype| {
        let kinds = ["image/", "video/", "audio/"];
        kinds.iter().any(|kind| mimetype.starts_with(kind)) && !mimetype.contains("svg")
    });
    let content_type = shown.unwrap_or_else(|| "application/octet-stream".to_owned());
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, bytes))
}

pub(super) async fn give_receipts(
    State(control): State<Control>,
    Json(order): Json<ReceiptOrder>,
) -> Answer<Value> {
    let given = control.give_receipts(order).await?;
    Ok(Json(json!({ "given": given })))
}

pub(super) async fn set_automatic_receipts(
    State(control): State<Control>,
    Json(policy): Json<AutomaticReceipts>,
) -> Result<StatusCode, ControlError> {
    control.set_automatic_receipts(policy).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn inject(
    State(control): State<Control>,
    Json(order): Json<FaultOrder>,
) -> Result<StatusCode, ControlError> {
    control.inject(order).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct FaultsQuery {
    pn: Option<String>,
}

pub(super) async fn lift_faults(
    State(control): State<Control>,
    Query(query): Query<FaultsQuery>,
) -> StatusCode {
    control.lift_faults(query.pn.as_deref()).await;
    StatusCode::NO_CONTENT
}

pub(super) async fn reset(State(control): State<Control>) -> Result<StatusCode, ControlError> {
    control.reset().await?;
    Ok(StatusCode::NO_CONTENT)
}
