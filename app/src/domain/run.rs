//! One firing of a campaign.

use serde::{Deserialize, Serialize};

use super::wording::{Template, Values, resolve};
use super::{
    CampaignId, ConnectionId, Delivery, DeliveryState, Gate, MessageContent, Pacing, RunId,
    RunSender, Timestamp, WorkspaceId, Zone, ZoneName,
};

/// One firing of a campaign. Content and targets are frozen when it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its identifier.
    pub id: RunId,
    /// The workspace that owns it.
    pub workspace: WorkspaceId,
    /// The campaign that fired.
    pub campaign: CampaignId,
    /// Which firing of that campaign this is, from 1; of a test from [`FIRST_TEST`] on.
    pub number: u32,
    /// The connection that sends it: the first, when it has several.
    pub connection: ConnectionId,
    /// Its other connections.
    pub also: Vec<RunSender>,
    /// The time between two of its messages, when it is slower than its connections.
    pub pace: Option<Pacing>,
    /// Until when that holds its next message.
    pub rests_until: Timestamp,
    /// What it sends.
    pub content: MessageContent,
    /// What it sends to other groups instead: see [`Delivery::variant`].
    pub others: Vec<MessageContent>,
    /// What the connection was called when it began: what a text says of it.
    pub connection_name: String,
    /// The zone whose clocks its texts go by.
    pub zone: ZoneName,
    /// Who began it.
    pub origin: RunOrigin,
    /// When it was to begin: before it began when the server was down or busy at that time.
    pub due_at: Timestamp,
    /// When it began.
    pub started_at: Timestamp,
    /// When nothing was left to do.
    pub finished_at: Option<Timestamp>,
    /// When its messages may leave.
    pub gate: Gate,
    /// Grows whenever something of it is sent again. Whoever asks for that names the value that they
    /// saw, so that asking twice is asking once.
    pub reopened: u32,
}

/// The number of a campaign's first test. Tests are counted apart, beyond all numbers that its other runs
/// will ever have, so that no two runs of a campaign share one.
pub const FIRST_TEST: u32 = 1 << 31;

impl Run {
    /// Whether it is a test, which counts as no firing of its campaign.
    pub const fn is_test(&self) -> bool {
        self.number >= FIRST_TEST
    }

    /// Which of the campaign's runs, or of its tests, it is, from 1.
    pub const fn ordinal(&self) -> u32 {
        if self.is_test() {
            self.number - FIRST_TEST + 1
        } else {
            self.number
        }
    }

    /// The variants of its message, the first one first.
    pub fn variants(&self) -> impl Iterator<Item = &MessageContent> {
        std::iter::once(&self.content).chain(&self.others)
    }

    /// Its connections and what each was called, the first one first.
    pub fn senders(&self) -> impl Iterator<Item = (ConnectionId, &str)> {
        let also = self.also.iter().map(|one| (one.connection, &*one.name));
        std::iter::once((self.connection, &*self.connection_name)).chain(also)
    }

    /// Whether a connection is one of those that send it.
    pub fn is_sent_by(&self, connection: ConnectionId) -> bool {
        self.senders().any(|(sender, _)| sender == connection)
    }

    /// The text of one of its deliveries as it left; as it would leave at `now`, while it waits. It
    /// follows from what is stored alone, so the second attempt says what the first one said.
    pub fn text_of(&self, delivery: &Delivery, zone: &Zone, now: Timestamp) -> String {
        let variant = self.variants().nth(delivery.variant as usize);
        let text = &variant.unwrap_or(&self.content).text;
        match text.parse::<Template>() {
            Ok(template) => self.say(&template, delivery, zone, now),
            // Only a text that can be read is ever begun.
            Err(_) => text.clone(),
        }
    }

    /// [`text_of`](Self::text_of), with the delivery's variant read already.
    pub fn say(
        &self,
        template: &Template,
        delivery: &Delivery,
        zone: &Zone,
        now: Timestamp,
    ) -> String {
        let at = delivery.first_at.unwrap_or(now);
        let mut senders = self.senders();
        let name = senders.find(|(sender, _)| *sender == delivery.connection);
        let name = name.map_or(&*self.connection_name, |(_, name)| name);
        let values = Values::at(&delivery.target_name, name, zone, at);
        resolve(template, delivery.seed, &values)
    }
}

/// Who began a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunOrigin {
    /// A person, by a button.
    Person,
    /// The campaign's schedule. Of each time that it names there is one run at most.
    Schedule,
    /// A person who tries the campaign's message on one chat. It leaves whatever the campaign's state and
    /// window, and counts as none of its runs.
    Test,
}

/// How many deliveries of a run are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunTally {
    /// In the queue.
    pub pending: u32,
    /// Handed to WhatsApp, not acknowledged yet.
    pub sending: u32,
    /// Without acknowledgement beyond the deadline.
    pub unconfirmed: u32,
    /// Acknowledged, not known to have arrived.
    pub sent: u32,
    /// Arrived, not known to be read.
    pub delivered: u32,
    /// Read.
    pub read: u32,
    /// Failed.
    pub failed: u32,
    /// Never tried.
    pub skipped: u32,
    /// Sent as often as it makes sense, without an acknowledgement.
    pub unanswered: u32,
    /// Taken as sent by their owner, without an acknowledgement.
    pub presumed: u32,
}

/// What a run's deliveries say about it. Derived, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Something is pending, being sent or unconfirmed.
    Running,
    /// Every delivery was acknowledged, or is taken as sent.
    Completed,
    /// Nothing is open, and some deliveries failed, were skipped or never answered.
    CompletedWithFailures,
}

impl RunTally {
    /// Counts one delivery more.
    pub const fn add(&mut self, state: DeliveryState) {
        *self.slot(state) += 1;
    }

    /// Counts `n` deliveries more.
    pub const fn add_many(&mut self, state: DeliveryState, n: u32) {
        *self.slot(state) += n;
    }

    /// The deliveries of both.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            pending: self.pending + other.pending,
            sending: self.sending + other.sending,
            unconfirmed: self.unconfirmed + other.unconfirmed,
            sent: self.sent + other.sent,
            delivered: self.delivered + other.delivered,
            read: self.read + other.read,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
            unanswered: self.unanswered + other.unanswered,
            presumed: self.presumed + other.presumed,
        }
    }

    const fn slot(&mut self, state: DeliveryState) -> &mut u32 {
        match state {
            DeliveryState::Pending => &mut self.pending,
            DeliveryState::Sending => &mut self.sending,
            DeliveryState::Unconfirmed => &mut self.unconfirmed,
            DeliveryState::Sent => &mut self.sent,
            DeliveryState::Delivered => &mut self.delivered,
            DeliveryState::Read => &mut self.read,
            DeliveryState::Failed(_) => &mut self.failed,
            DeliveryState::Skipped(_) => &mut self.skipped,
            DeliveryState::Unanswered => &mut self.unanswered,
            DeliveryState::Presumed => &mut self.presumed,
        }
    }

    /// All deliveries.
    pub const fn total(&self) -> u32 {
        let ended = self.failed + self.skipped + self.unanswered + self.presumed;
        self.open() + self.acknowledged() + ended
    }

    /// Those that the run still has to do something about.
    pub const fn open(&self) -> u32 {
        self.pending + self.sending + self.unconfirmed
    }

    /// "Enviadas": WhatsApp's server acknowledged them.
    pub const fn acknowledged(&self) -> u32 {
        self.sent + self.delivered + self.read
    }

    /// "Entregues": arrived at a member's device at least.
    pub const fn arrived(&self) -> u32 {
        self.delivered + self.read
    }

    /// "Sem confirmação": nobody knows whether they arrived.
    pub const fn doubtful(&self) -> u32 {
        self.unconfirmed + self.unanswered + self.presumed
    }

    /// Those that were handed to WhatsApp at least once, or ended without it.
    pub const fn tried(&self) -> u32 {
        self.total() - self.pending
    }

    /// What the deliveries say about the run.
    pub const fn status(&self) -> RunStatus {
        if self.open() > 0 {
            RunStatus::Running
        } else if self.failed + self.skipped + self.unanswered > 0 {
            RunStatus::CompletedWithFailures
        } else {
            RunStatus::Completed
        }
    }
}

impl FromIterator<(DeliveryState, u32)> for RunTally {
    fn from_iter<T: IntoIterator<Item = (DeliveryState, u32)>>(counts: T) -> Self {
        let mut tally = Self::default();
        for (state, n) in counts {
            tally.add_many(state, n);
        }
        tally
    }
}
