//! The preview beside the form: one of the texts that the message can be.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::draft::Draft;
use super::material::Material;
use super::media::MediaDesk;
use super::offer::Offer;
use crate::api::{ApiError, ZoneRules};
use crate::components::time::{in_brasilia, time_of_day};
use crate::components::{Icon, PhonePreview};
use crate::domain::wording::{Seed, Template, Values, resolve};
use crate::domain::{Timestamp, Zone};

/// The phone with a sample of the variant that is written, and a button for another one.
#[component]
pub(super) fn Sample(
    material: Signal<Material>,
    desk: MediaDesk,
    draft: Draft,
    /// The variant that is shown, by its key.
    shown: RwSignal<u32>,
    groups: Resource<Result<Option<Offer>, ApiError>>,
    zone: Resource<Result<ZoneRules, ApiError>>,
    now: Signal<Timestamp>,
) -> impl IntoView {
    let seed = RwSignal::new(0_u64);
    let variant = Memo::new(move |_| {
        let others = draft.others.read();
        let is_shown = others.iter().find(|variant| variant.key == shown.get());
        is_shown.copied().unwrap_or(draft.first)
    });
    let reading = Memo::new(move |_| variant.get().text.with(|text| text.parse::<Template>()));
    let minute = Memo::new(move |_| now.get().to_the_minute());
    let group = sample_group(draft, groups);
    let zone = read(zone);
    let chat = Signal::derive(move || {
        let subject = group.get();
        subject.unwrap_or_else(|| say!(editor.preview_group).to_owned())
    });
    let text = Signal::derive(move || {
        let values = || {
            let connection = connection_name(material, draft);
            let local = zone.with(|zone| match zone {
                Some(zone) => zone.local(minute.get()),
                None => in_brasilia(minute.get()),
            });
            Values::when(&chat.get(), &connection, local)
        };
        reading.with(|reading| match reading {
            Ok(template) => resolve(template, Seed::new(seed.get()), &values()),
            // It is shown as it is written until it can be read.
            Err(_) => variant.get().text.get(),
        })
    });
    let media = Signal::derive(move || desk.item(variant.get().media.get()?));
    let has_more = move || {
        reading.with(|reading| {
            let template = reading.as_ref();
            template.is_ok_and(|template| template.variations() > 1)
        })
    };
    view! {
        <PhonePreview text media time=Signal::derive(move || time_of_day(now.get())) chat />
        <div class="actions" hidden=move || !has_more()>
            <button
                type="button"
                class="btn quiet"
                on:click=move |_| seed.update(|seed| *seed += 1)
            >
                <Icon name="variacao" />
                {say!(editor.another_variation)}
            </button>
        </div>
    }
}

/// The subject of a chosen group, once its page is there.
fn sample_group(
    draft: Draft,
    groups: Resource<Result<Option<Offer>, ApiError>>,
) -> RwSignal<Option<String>> {
    let subject = RwSignal::new(None);
    Effect::new(move || {
        let Some(Ok(Some(Offer { view, .. }))) = groups.get() else {
            return;
        };
        let chosen = draft.audience.targets.with(|targets| {
            let chosen = view
                .groups
                .iter()
                .find(|group| targets.contains(&group.jid));
            chosen.map(|group| group.subject.clone())
        });
        if chosen.is_some() || draft.audience.targets.with(BTreeSet::is_empty) {
            subject.set(chosen);
        }
    });
    subject
}

/// The zone whose rules were read, once they are there.
fn read(rules: Resource<Result<ZoneRules, ApiError>>) -> RwSignal<Option<Zone>> {
    let zone = RwSignal::new(None);
    Effect::new(move || {
        if let Some(Ok(rules)) = rules.get() {
            zone.set(rules.zone());
        }
    });
    zone
}

fn connection_name(material: Signal<Material>, draft: Draft) -> String {
    let chosen = draft.audience.connection.get();
    material.with(|material| {
        let mut connections = material.connections.iter();
        let view = connections.find(|view| Some(view.connection.id) == chosen);
        match view {
            Some(view) => view.connection.name.clone(),
            None => say!(editor.connection).to_owned(),
        }
    })
}
