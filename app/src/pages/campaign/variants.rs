//! The variants of the message: each group gets one of them.

use leptos::prelude::*;

use super::draft::Draft;
use super::form::Problems;
use super::media::{MediaDesk, MediaField, PlainLibrary};
use super::plain_edits::{self, PlainEdit};
use super::text::TextField;
use super::variant::Variant;
use crate::components::Icon;
use crate::domain::{MessageContent, VARIANTS_MAX};
use crate::pages::{brings_text, take_pasted};

/// The first variant, which is the message itself while there is no other, and the others below it.
#[component]
pub(super) fn Variants(
    library: Signal<PlainLibrary>,
    desk: MediaDesk,
    draft: Draft,
    /// The variant that the preview shows, by its key.
    shown: RwSignal<u32>,
    problems: Problems,
    is_alive: Signal<bool>,
) -> impl IntoView {
    // What is added belongs to the page, and not to the variant beside whose button it was added.
    let owner = StoredValue::new(Owner::current());
    let add = move |content: MessageContent| {
        let variant = owner.with_value(|owner| {
            let key = draft.others.with_untracked(|others| {
                let last = others.iter().map(|variant| variant.key).max();
                last.unwrap_or_default() + 1
            });
            let make = || Variant::new(key, content);
            match owner {
                Some(owner) => owner.with(make),
                None => make(),
            }
        });
        draft.others.update(|others| others.push(variant));
        shown.set(variant.key);
    };
    let is_full = move || draft.others.with(|others| others.len() + 1 >= VARIANTS_MAX);
    let others = move || {
        let others = draft.others.get();
        (1_usize..).zip(others).collect::<Vec<_>>()
    };
    view! {
        <Fields library desk variant=draft.first number=0 shown problems is_alive />
        <For each=others key=|(number, variant)| (*number, variant.key) let((number, variant))>
            <fieldset class="variant">
                <legend class="label">{say!(editor.variant, number = number + 1)}</legend>
                <Fields library desk variant number shown problems is_alive />
                <div class="actions">
                    <button
                        class="btn quiet"
                        name=plain_edits::FIELD
                        value=PlainEdit::AddVariant(number).to_string()
                        formmethod="get"
                        formaction=""
                        formnovalidate
                        disabled=is_full
                        on:click=move |event| {
                            event.prevent_default();
                            add(untrack(|| variant.content()));
                        }
                    >
                        <Icon name="copiar" />
                        {say!(editor.duplicate_variant)}
                    </button>
                    <button
                        class="btn quiet danger"
                        name=plain_edits::FIELD
                        value=PlainEdit::RemoveVariant(number).to_string()
                        formmethod="get"
                        formaction=""
                        formnovalidate
                        on:click=move |event| {
                            event.prevent_default();
                            draft.others.update(|others| others.retain(|one| *one != variant));
                            shown.set(0);
                        }
                    >
                        <Icon name="lixo" />
                        {say!(editor.remove_variant)}
                    </button>
                </div>
            </fieldset>
        </For>
        <div class="actions">
            <button
                class="btn"
                name=plain_edits::FIELD
                value=PlainEdit::AddVariant(0).to_string()
                formmethod="get"
                formaction=""
                formnovalidate
                disabled=is_full
                on:click=move |event| {
                    event.prevent_default();
                    add(untrack(|| draft.first.content()));
                }
            >
                <Icon name="novo" />
                {say!(editor.add_variant)}
            </button>
        </div>
        <p class="hint">{say!(editor.variants_hint)}</p>
    }
}

/// The file and the text of one variant.
#[component]
fn Fields(
    library: Signal<PlainLibrary>,
    desk: MediaDesk,
    variant: Variant,
    number: usize,
    shown: RwSignal<u32>,
    problems: Problems,
    is_alive: Signal<bool>,
) -> impl IntoView {
    view! {
        <div
            class="fields-of-variant"
            on:focusin=move |_| shown.set(variant.key)
            on:paste=move |event| {
                if !brings_text(&event) && take_pasted(&event, desk.jobs) {
                    event.prevent_default();
                    desk.open_for(variant);
                }
            }
        >
            // Drawn on its own: a page of many variants would need much stack else.
            {view! { <MediaField desk library variant number problems is_alive /> }.into_any()}
            {view! { <TextField variant number problems is_alive /> }.into_any()}
        </div>
    }
}
