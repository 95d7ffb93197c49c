//! Trying a campaign's message on one chat.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Principal};
use crate::domain::{
    CampaignId, CampaignState, Connection, ConnectionId, Delivery, Recipient, Run, Timestamp,
};

/// What a test of a campaign can choose from, and the latest tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignTests {
    /// The campaign's name.
    pub name: String,
    /// Where it is in its life.
    pub state: CampaignState,
    /// Those of its connections that exist, the first one first.
    pub connections: Vec<Connection>,
    /// The texts of the variants of its message, the first one first.
    pub variants: Vec<String>,
    /// Some tests, the latest first.
    pub tests: Vec<SentTest>,
    /// How many tests there were.
    pub seen: u32,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

/// A test and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentTest {
    /// The run that it is.
    pub run: Run,
    /// Its one message.
    pub delivery: Delivery,
}

/// A test that somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestOrder {
    /// Which connection of the campaign sends it; `None` for the first.
    pub connection: Option<ConnectionId>,
    /// Whom the message goes to.
    pub to: Recipient,
    /// What a text to oneself says instead of a group's name.
    pub own_name: String,
    /// Which variant of the message, from 0.
    pub variant: u32,
    /// How many tests there were as far as its owner saw, so that asking twice is asking once.
    pub seen: u32,
}

/// The tests of a campaign.
#[server(prefix = "/api", endpoint = "campaign-tests")]
pub async fn get_campaign_tests(id: CampaignId) -> Result<CampaignTests, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn super::Campaigns>()
        .tests(&who, id)
        .await
}

/// Sends the message of a saved campaign to one chat and leads to the run that it is.
#[server(prefix = "/api", endpoint = "send-test")]
pub async fn send_test(
    id: CampaignId,
    #[server(default)] connection: Option<ConnectionId>,
    to: Recipient,
    #[server(default)] variant: u32,
    #[server(default)] seen: u32,
) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    let order = TestOrder {
        connection,
        to,
        own_name: say!(test_send.own_name).to_owned(),
        variant,
        seen,
    };
    let run = super::principal::port::<dyn super::Campaigns>()
        .test(&who, id, order)
        .await?;
    leptos_axum::redirect(&format!("/execucoes/{run}"));
    Ok(())
}
