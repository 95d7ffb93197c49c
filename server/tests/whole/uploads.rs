//! A library's worth of files, sent by a script, while the power fails twice.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use arauto_app::api::MediaView;
use arauto_app::domain::{MediaId, MediaItem};
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::stock::{Stock, name_of};
use crate::support::{Gone, Person};
use crate::world::{Store, World};

/// How many files are sent when nothing else is said. The bar is 1,000, of 2 GB in all.
const FILES: usize = 60;
/// How many are sent at a time.
const AT_ONCE: usize = 4;
/// How long a file may take, restarts included.
const PATIENCE: Duration = Duration::from_mins(5);
/// The memory that the server may hold, in bytes.
const MOST: u64 = 150_000_000;
/// What a program that was not optimised holds of itself beyond one that was, in bytes.
const UNOPTIMISED: u64 = if cfg!(debug_assertions) {
    120_000_000
} else {
    0
};

fn files() -> usize {
    let asked = std::env::var("ARAUTO_TEST_UPLOADS").ok();
    asked.map_or(FILES, |count| count.parse().expect("a number of files"))
}

/// What was reported as saved: the number of the file, and the item.
type Saved = (usize, MediaItem);

/// Sends files until there are none left.
struct Sender {
    person: Arc<Person>,
    stock: Arc<Stock>,
    left: Arc<Mutex<VecDeque<usize>>>,
    /// How often the server was started.
    starts: watch::Receiver<u32>,
    saved: mpsc::UnboundedSender<Saved>,
}

impl Sender {
    async fn run(mut self) {
        loop {
            let next = self.left.lock().unwrap().pop_front();
            let Some(number) = next else {
                return;
            };
            let file = self.stock.file(number);
            let item = tokio::time::timeout(PATIENCE, self.send(number, &file)).await;
            let item = item.unwrap_or_else(|_| panic!("file {number} is not saved in time"));
            self.saved.send((number, item)).unwrap();
        }
    }

    async fn send(&mut self, number: usize, file: &[u8]) -> MediaItem {
        let name = name_of(number);
        let mut id = None;
        loop {
            let start = *self.starts.borrow_and_update();
            let begun = match &id {
                Some(_) => Ok(()),
                None => self
                    .person
                    .begin_upload(&name, file)
                    .await
                    .map(|begun| id = Some(begun)),
            };
            let sent = match (begun, &id) {
                (Ok(()), Some(id)) => self.person.go_on_uploading(id, file).await,
                _ => Err(Gone),
            };
            if let Ok(item) = sent {
                return item;
            }
            let again = self.starts.wait_for(|starts| *starts > start).await;
            again.expect("the server is started again");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_that_was_reported_saved_is_whole_on_sqlite() {
    send_everything(Store::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_that_was_reported_saved_is_whole_on_mongodb() {
    send_everything(Store::Mongo).await;
}

async fn send_everything(store: Store) {
    let mut world =
        World::with_groups(store, 0, |program| program.with("ARAUTO_MEDIA_QUOTA", "0")).await;
    let (count, stock) = (files(), Arc::new(Stock::default()));
    let person = Arc::new(world.person.at_another(world.program.url()));
    let (started, starts) = watch::channel(1);
    let (saved, mut reported) = mpsc::unbounded_channel();
    let left = Arc::new(Mutex::new((0..count).collect::<VecDeque<_>>()));
    let mut senders = JoinSet::new();
    for _ in 0..AT_ONCE {
        let sender = Sender {
            person: person.clone(),
            stock: stock.clone(),
            left: left.clone(),
            starts: starts.clone(),
            saved: saved.clone(),
        };
        senders.spawn(sender.run());
    }
    drop(saved);

    let (began, mut library, mut pages, mut peak) = (Instant::now(), HashMap::new(), vec![], 0);
    while let Some((number, item)) = reported.recv().await {
        library.insert(item.id, (number, item));
        if library.len() == count / 3 || library.len() == 2 * count / 3 {
            peak = peak.max(peak_of(&world));
            world.program.kill().await;
            world.program.start().await;
            started.send_modify(|starts| *starts += 1);
        }
        if library.len().is_multiple_of(10) {
            let asked = Instant::now();
            person.page("/midias").await;
            pages.push(asked.elapsed());
        }
    }
    senders.join_all().await;
    peak = peak.max(peak_of(&world));
    pages.sort_unstable();
    println!(
        "{count} files, {} MB in {:.0?} on {store:?}; at most {} MB of memory; the library's page took \
         {:.0?} (median) and {:.0?} (at most)",
        library.values().map(|(_, item)| item.bytes).sum::<u64>() / 1_000_000,
        began.elapsed(),
        peak / 1_000_000,
        pages[pages.len() / 2],
        pages[pages.len() - 1],
    );
    assert!(peak < MOST + UNOPTIMISED, "{} MB", peak / 1_000_000);
    assert_whole(&world.person, &stock, library).await;
}

/// The most memory that the server held since its start, in bytes.
fn peak_of(world: &World) -> u64 {
    let (peak, program) = (world.program.peak_bytes(), world.program.program_bytes());
    println!(
        "held {} MB, of which {} MB are its program",
        peak / 1_000_000,
        program / 1_000_000
    );
    peak
}

/// What was reported as saved is listed, nothing else is, and all of it is as it was sent.
async fn assert_whole(person: &Person, stock: &Stock, mut reported: HashMap<MediaId, Saved>) {
    let view: MediaView = person.see("media", &[]).await;
    for card in view.items {
        let (number, item) = reported
            .remove(&card.item.id)
            .expect("only what was reported is listed");
        assert_eq!(card.item, item);
        let sent: [u8; 32] = Sha256::digest(stock.file(number)).into();
        assert!(person.digest_of(&item).await == sent, "{}", item.name);
    }
    assert!(reported.is_empty(), "{} are not listed", reported.len());
}
