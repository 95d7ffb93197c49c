//! What can be done with a saved campaign, and when it runs next.

use leptos::prelude::*;
use leptos_router::components::A;

use super::material::Material;
use crate::api::{ActOnCampaign, CampaignSummary, CopyCampaign};
use crate::components::sentences::campaign_action;
use crate::components::time::{duration, short_date};
use crate::components::{ActionError, Dialog, DialogButton, Icon};
use crate::domain::{CampaignAction, CampaignId, CampaignState, Timestamp};

/// The buttons that its state allows, besides those of the editor's form.
#[component]
pub(super) fn Life(material: Signal<Material>, now: Signal<Timestamp>) -> impl IntoView {
    let act = ServerAction::<ActOnCampaign>::new();
    let copy = ServerAction::<CopyCampaign>::new();
    let id = Memo::new(move |_| {
        material.with(|material| material.saved.as_ref().map(|saved| saved.campaign.id))
    });
    let offered = Memo::new(move |_| {
        let offered = material.with(|material| {
            let saved = material.saved.as_ref();
            saved.map(CampaignSummary::offered).unwrap_or_default()
        });
        let here = |action: &CampaignAction| {
            // The form saves before it starts; deleting asks at its own place.
            !matches!(
                action,
                CampaignAction::Start | CampaignAction::Edit | CampaignAction::Delete
            )
        };
        offered.into_iter().filter(here).collect::<Vec<_>>()
    });
    // Where the form cannot be sent, its button for a test cannot either.
    let test_of = Memo::new(move |_| {
        let campaign = material.with(|material| Some(material.saved.as_ref()?.campaign.clone()))?;
        (campaign.state == CampaignState::Active).then_some(campaign.id)
    });
    let next_run = Memo::new(move |_| material.with(|material| material.saved.as_ref()?.next_run));
    view! {
        <p class="note">
            {move || next_run.get().map(|at| say!(campaigns.next_run, when = when(at, now.get())))}
        </p>
        <div class="actions">
            {move || {
                let id = id.get()?;
                let buttons = offered.get().into_iter();
                Some(
                    buttons
                        .map(|action| match action {
                            CampaignAction::Clone => view! { <CopyButton id copy /> }.into_any(),
                            action => view! { <ActionButton id action act /> }.into_any(),
                        })
                        .collect_view(),
                )
            }}
            {move || {
                test_of
                    .get()
                    .map(|id| {
                        view! {
                            <A href=format!("/campanhas/{id}/teste") attr:class="btn">
                                <Icon name="enviar" />
                                {say!(test_send.title)}
                            </A>
                        }
                    })
            }}
        </div>
        <ActionError value=act.value() />
        <ActionError value=copy.value() />
    }
}

/// `em 3 h 20 min · 25/11 08:00`.
pub(crate) fn when(at: Timestamp, now: Timestamp) -> String {
    if at <= now {
        return say!(campaigns.next_now).to_owned();
    }
    let span = say!(campaigns.next_in, span = duration(at.since(now)));
    format!("{span} · {}", short_date(at, now))
}

/// One action; what cannot be taken back asks first.
#[component]
pub(crate) fn ActionButton(
    id: CampaignId,
    action: CampaignAction,
    act: ServerAction<ActOnCampaign>,
) -> impl IntoView {
    let (icon, words) = campaign_action(action);
    let (title, text, confirm) = match action {
        CampaignAction::RunNow => (
            say!(campaign_action.run_now_title),
            say!(campaign_action.run_now_text),
            say!(campaign_action.run_now_confirm),
        ),
        CampaignAction::End => (
            say!(campaign_action.end_title),
            say!(campaign_action.end_text),
            say!(campaign_action.end_confirm),
        ),
        action => {
            let class = if action == CampaignAction::Resume {
                "btn primary"
            } else {
                "btn"
            };
            return view! { <ActionForm action=act>
                <Answers id action />
                <button class=class disabled=move || act.pending().get()>
                    <Icon name=icon />
                    {words}
                </button>
            </ActionForm> }
            .into_any();
        }
    };
    let dialog = format!("{}-{id}", action.as_str());
    view! {
        <DialogButton dialog=dialog.clone() label=words icon />
        <Dialog id=dialog.clone() title=title.to_owned()>
            <p class="note">{text}</p>
            <ActionForm action=act>
                <Answers id action />
                <div class="actions">
                    <DialogButton dialog label=say!(common.back) />
                    <button class="btn primary" disabled=move || act.pending().get()>
                        {confirm}
                    </button>
                </div>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Answers(id: CampaignId, action: CampaignAction) -> impl IntoView {
    view! {
        <input type="hidden" name="id" value=id.to_string() />
        <input type="hidden" name="action" value=action.as_str() />
    }
}

#[component]
fn CopyButton(id: CampaignId, copy: ServerAction<CopyCampaign>) -> impl IntoView {
    let (icon, words) = campaign_action(CampaignAction::Clone);
    view! {
        <ActionForm action=copy>
            <input type="hidden" name="id" value=id.to_string() />
            <button class="btn quiet" disabled=move || copy.pending().get()>
                <Icon name=icon />
                {words}
            </button>
        </ActionForm>
    }
}
