//! The groups that the chosen connection offers.

use leptos::prelude::*;

use super::draft::Choice;
use crate::api::{ApiError, GroupsView, get_campaign, list_groups};
use crate::components::sentences::api_error;
use crate::domain::{CampaignId, ConnectionId, GroupPlace, GroupQuery};

/// A page of the groups of one connection: what is shown of another is never taken for its.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Offer {
    pub(super) connection: ConnectionId,
    pub(super) view: GroupsView,
}

/// The groups of the chosen connection, or of the saved campaign's.
pub(super) async fn offer(
    choice: Choice<ConnectionId>,
    id: Option<CampaignId>,
    query: GroupQuery,
    after: Option<GroupPlace>,
) -> Result<Option<Offer>, ApiError> {
    let connection = match (choice, id) {
        (Choice::Made(chosen), _) => chosen,
        (Choice::AsSaved, Some(id)) => {
            let saved = get_campaign(id).await?;
            saved.connection_name.and(saved.campaign.connection)
        }
        (Choice::AsSaved, None) => None,
    };
    offer_of(connection, query, after).await
}

/// The groups of a connection.
pub(super) async fn offer_of(
    connection: Option<ConnectionId>,
    query: GroupQuery,
    after: Option<GroupPlace>,
) -> Result<Option<Offer>, ApiError> {
    let Some(connection) = connection else {
        return Ok(None);
    };
    let view = list_groups(connection, query, after).await?;
    Ok(Some(Offer { connection, view }))
}

/// Says that the groups of the chosen connection could not be read, and reads them once more. What was read
/// before may be shown meanwhile, if it is of this connection.
#[component]
pub(super) fn NotRead(offer: Resource<Result<Option<Offer>, ApiError>>) -> impl IntoView {
    // What the server could not read, it draws itself.
    let failure = RwSignal::new(None::<ApiError>);
    Effect::new(move || {
        if let Some(answer) = offer.get() {
            failure.set(answer.err());
        }
    });
    move || {
        failure.get().map(|error| {
            view! {
                <div class="actions" role="alert">
                    <span class="hint over">
                        {say!(editor.groups_not_read)} " " {api_error(&error).title}
                    </span>
                    <button type="button" class="btn small" on:click=move |_| offer.refetch()>
                        {say!(editor.load_again)}
                    </button>
                </div>
            }
        })
    }
}
