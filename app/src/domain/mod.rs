//! The shared vocabulary of Arauto: plain types and pure rules.
//!
//! Nothing in here performs I/O, reads a clock or draws a random number: the time and the
//! generator are arguments. Browser and server compile the same code.

mod agenda;
mod campaign;
mod campaign_life;
mod campaign_search;
mod connection;
mod delivery;
mod delivery_search;
mod delivery_state;
pub mod formatting;
mod gate;
mod group;
mod group_list;
mod group_search;
mod group_sync;
mod history;
mod ids;
mod media;
mod missed;
mod outage;
mod pacing;
mod pairing;
mod past_message;
mod phone;
mod phone_absence;
mod reason;
mod receipts;
mod recipient;
mod repeat;
mod restoration;
mod run;
mod schedule;
mod sender;
mod time;
mod user;
pub mod wording;

pub use agenda::{AgendaSpan, InvalidAgendaSpan, Occupation, conflicts};
pub use campaign::{
    Author, CAMPAIGN_NAME_MAX_CHARS, CAPTION_MAX_CHARS, Campaign, CampaignDraft, DraftProblem,
    MessageContent, Standing, TEXT_MAX_CHARS, VARIANTS_MAX,
};
pub use campaign_life::{CampaignAction, CampaignFacts, CampaignState};
pub use campaign_search::{
    CAMPAIGNS_SHOWN, CampaignCounts, CampaignKind, CampaignQuery, InvalidCampaignKind,
};
pub use connection::{
    CONNECTION_NAME_MAX_CHARS, Connection, ConnectionCause, ConnectionHealth, ConnectionState,
};
pub use delivery::{Delivery, MessageId};
pub use delivery_search::{
    DELIVERIES_SHOWN, DeliveryKind, DeliveryQuery, InvalidDeliveryKind, Page,
};
pub use delivery_state::{DeliveryEvent, DeliveryState};
pub use gate::Gate;
pub use group::{
    AddressingMode, Group, GroupJid, GroupMember, GroupStanding, InvalidGroupJid, LastSent,
};
pub use group_list::{
    GROUP_LIST_NAME_MAX_CHARS, GroupList, GroupListCounts, GroupListProblem, each_once,
    group_list_name,
};
pub use group_search::{
    GroupBrief, GroupCounts, GroupKind, GroupPlace, GroupQuery, GroupTraits, InvalidGroupKind,
};
pub use group_sync::{GroupSync, GroupSyncEnd, SyncOutcome};
pub use history::{Course, LAST_DAY, LAST_DAY_SLOTS, LastDay, Told, Transition, told};
pub use ids::{
    CampaignId, ConnectionId, DeliveryId, GroupListId, MediaId, RunId, UserId, WorkspaceId,
};
pub use media::{
    ContentHash, ForeignFormat, InvalidMediaFilter, MEDIA_NAME_MAX_CHARS, MEDIA_SHOWN, MediaCounts,
    MediaFilter, MediaItem, MediaKind, MediaOrder, MediaProblem, MediaQuery, TRANSFER_KEPT,
    TRANSFER_PIECE_BYTES, Transfer, TransferStep, TransferView, WAVEFORM_BARS, Waveform,
    extension_of,
};
pub use missed::{Missed, MissedWhy};
pub use outage::{AfterOutage, Backlog, Outage, OutageChoice, SHORT_OUTAGE, outage_began};
pub use pacing::{
    DAILY_MAX, Estimate, HOURLY_MAX, HeldBy, History, Hold, HoldReason, INTERVAL_MAX, INTERVAL_MIN,
    Limits, LongPause, PAUSE_EVERY_MAX, PAUSE_MAX, PAUSE_MIN, PaceDecision, PaceProblem, Pacing,
    Restriction, RestrictionCause, WARM_UP_DAYS, WarmUpRung, estimate, next_message, warm_up_rung,
};
pub use pairing::{PairingStep, PairingWay, UnknownPairingWay};
pub use past_message::PastMessage;
pub use phone::{PHONE_MAX_CHARS, PhoneProblem, read_phone};
pub use phone_absence::{PHONE_UNLINKED_AFTER, PHONE_WARNED_AFTER, PhoneAbsence, is_phone_news};
pub use reason::FailureReason;
pub use receipts::{MemberMark, Reached};
pub use recipient::Recipient;
pub use repeat::{RepeatAction, RepeatObstacle, Repeatable, UnknownRepeatAction};
pub use restoration::{Restoration, RestoreProgress};
pub use run::{FIRST_TEST, Run, RunOrigin, RunStatus, RunTally};
pub use schedule::{
    CivilDate, CivilDateTime, CivilTime, CronExpression, CronFault, CronField, CronProblem,
    DueDecision, DueThen, INTERVAL_MAX_DAYS, IntervalUnit, InvalidZoneName, MISSED_COUNTED,
    MissedRuns, Opening, PUNCTUAL, PastRuns, Reckoning, Schedule, TOLERANCE_MAX_MINUTES,
    TOLERANCE_MINUTES, Timing, TimingProblem, UnknownWeekday, UnreadableZone, Weekday, Weekdays,
    Window, Zone, ZoneName, decide,
};
pub use sender::{RunSender, SENDERS_MAX, Sender, one_per_connection};
pub use time::Timestamp;
pub use user::{
    AccountProblem, EMAIL_MAX_CHARS, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS, Role, User, Workspace,
};
