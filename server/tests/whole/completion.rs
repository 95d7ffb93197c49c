//! What was uploaded while there was no ffmpeg gets its picture or its waveform once there is one.

use arauto_app::api::MediaView;
use arauto_app::domain::{MediaItem, MediaKind};

use crate::films;
use crate::support::Program;
use crate::world::{Store, World};

async fn items(world: &World) -> Vec<MediaItem> {
    let view: MediaView = world.person.see("media", &[]).await;
    view.items.into_iter().map(|card| card.item).collect()
}

fn named<'a>(items: &'a [MediaItem], name: &str) -> &'a MediaItem {
    items.iter().find(|item| item.name == name).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_ffmpeg_is_completed_by_the_next_start_on_sqlite() {
    completed(Store::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_ffmpeg_is_completed_by_the_next_start_on_mongodb() {
    completed(Store::Mongo).await;
}

async fn completed(store: Store) {
    let without = |program: Program| program.with("ARAUTO_FFMPEG", "off");
    let mut world = World::with_groups(store, 0, without).await;
    // The first one is whole as far as its index goes, and shows no picture.
    for (name, file) in [
        ("estragado.mp4", without_pictures(films::h264(1))),
        ("loja.mp4", films::h264(1)),
        ("recado.ogg", films::beeps(2)),
        ("festa.gif", films::gif(5)),
    ] {
        world.person.upload(name, file).await;
    }
    let before = items(&world).await;
    assert!(named(&before, "loja.mp4").thumbnail.is_none());
    assert!(named(&before, "recado.ogg").waveform.is_none());

    world.program.kill().await;
    world.program.set("ARAUTO_FFMPEG", "");
    world.program.start().await;
    let complete = world.person.until("everything is complete", async || {
        let items = items(&world).await;
        let is_complete = named(&items, "loja.mp4").thumbnail.is_some()
            && named(&items, "recado.ogg").waveform.is_some();
        is_complete.then_some(items)
    });
    let after = complete.await;
    // Nothing else changed.
    let as_before = |item: &MediaItem| MediaItem {
        thumbnail: named(&before, &item.name).thumbnail,
        waveform: None,
        ..item.clone()
    };
    let others: Vec<_> = after.iter().map(as_before).collect();
    assert_eq!(others, before);
    let gif = named(&after, "festa.gif");
    assert_eq!((gif.kind, gif.gif), (MediaKind::Document, false));
    assert!(named(&after, "estragado.mp4").thumbnail.is_none());
    let picture = format!("/midias/{}/miniatura", named(&after, "loja.mp4").id);
    let picture = world.person.bytes(&picture).await;
    image::load_from_memory_with_format(&picture, image::ImageFormat::Jpeg).unwrap();
}

/// The same film with nothing but zeros where its pictures and its sound are.
fn without_pictures(mut film: Vec<u8>) -> Vec<u8> {
    let data = film.windows(4).position(|word| word == b"mdat").unwrap();
    let len = u32::from_be_bytes(film[data - 4..data].try_into().unwrap()) as usize;
    film[data + 4..data - 4 + len].fill(0);
    film
}
