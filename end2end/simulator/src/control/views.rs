//! What the control shows. All times are milliseconds since the Unix epoch.

use serde::Serialize;

use crate::network::{
    Account, Addressing, AutomaticReceipts, DeviceAddress, FaultOrder, Group, MediaSummary,
    MessageRecord, World, lid_of,
};

/// The network at a glance.
#[derive(Clone, Debug, Serialize)]
pub struct StateView {
    /// The seed in force.
    pub seed: u64,
    /// The public key, in hex, that the server's certificate chain ends in.
    pub certificate_root: String,
    /// All virtual phones.
    pub phones: Vec<PhoneView>,
    /// Clients that show a QR code.
    pub pairings: Vec<PendingPairing>,
    /// Whether members give receipts by themselves.
    pub automatic_receipts: AutomaticReceipts,
    /// The faults in force.
    pub faults: Vec<FaultOrder>,
    /// How many answers to queries a fault holds.
    pub held_answers: usize,
    /// How many groups there are.
    pub groups: usize,
    /// How many messages the journal holds.
    pub messages: usize,
}

/// A virtual phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhoneView {
    /// Its number, digits only.
    pub pn: String,
    /// Its LID, digits only.
    pub lid: String,
    /// The name that others see.
    pub name: String,
    /// Whether it is without network.
    pub offline: bool,
    /// What is linked to it.
    pub devices: Vec<DeviceView>,
}

/// A linked device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceView {
    /// Its index in the account.
    pub device: u16,
    /// Whether it is logged in.
    pub online: bool,
    /// When it was linked.
    pub linked_at: u64,
    /// When it logged in last.
    pub last_login_at: Option<u64>,
    /// How often it logged in.
    pub logins: u64,
}

/// A client that shows a QR code, or a pairing code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PendingPairing {
    /// The refs that it shows one after the other.
    pub refs: Vec<String>,
    /// The number that it shows a pairing code for.
    pub code_for: Option<String>,
    /// Since when it waits.
    pub since: u64,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupView {
    /// Its JID.
    pub jid: String,
    /// Its name.
    pub subject: String,
    /// How it names its participants.
    pub addressing_mode: Addressing,
    /// Whether only administrators may send.
    pub announce: bool,
    /// How many members it has.
    pub size: usize,
    /// Phones of this simulator that are members, by number.
    pub phones: Vec<String>,
    /// Everyone; only where one group was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<MemberView>>,
}

/// A chat in which something may have been sent: a group, or a person who was written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChatView {
    /// Its JID.
    pub jid: String,
    /// The group's or the person's name.
    pub name: String,
    /// The group, where it is one.
    pub group: Option<GroupView>,
    /// How many messages the journal holds for it.
    pub messages: usize,
    /// The last attempt to send to it.
    pub last_at: Option<u64>,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemberView {
    /// The number, digits only.
    pub pn: String,
    /// The LID, digits only.
    pub lid: String,
    /// The name.
    pub name: String,
    /// Whether it is an administrator.
    pub admin: bool,
}

/// A message as the network saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageView {
    /// Counts up over all chats, from 1.
    pub number: u64,
    /// The message's id.
    pub id: String,
    /// The chat's JID; a person's is the one with the phone number.
    pub chat: String,
    /// The sender's number.
    pub sender: String,
    /// The sender's device.
    pub device: u16,
    /// How often it was accepted.
    pub accepted: u32,
    /// The codes with which attempts were refused.
    pub refused: Vec<u16>,
    /// The first attempt.
    pub first_at: u64,
    /// The last attempt.
    pub last_at: u64,
    /// `text`, `image`…; absent while nobody has decrypted it.
    pub kind: Option<String>,
    /// The decrypted text or caption.
    pub text: Option<String>,
    /// The decrypted file.
    pub media: Option<MediaSummary>,
    /// How many people were to receive it.
    pub recipients: usize,
    /// Who decrypted it, by number. Each of them shows it once, however often it was accepted.
    pub shown_by: Vec<String>,
    /// Virtual devices that could not decrypt it, and why.
    pub failures: Vec<String>,
    /// How many members' phones received it.
    pub delivered: usize,
    /// How many members read it.
    pub read: usize,
}

pub(super) fn phone(world: &World, account: &Account) -> PhoneView {
    let devices = account.devices.iter().map(|(index, linked)| DeviceView {
        device: *index,
        online: world
            .links
            .of(&DeviceAddress::new(account.pn.as_str(), *index))
            .is_some(),
        linked_at: linked.linked_at,
        last_login_at: linked.last_login_at,
        logins: linked.logins,
    });
    PhoneView {
        pn: account.pn.clone(),
        lid: lid_of(&account.pn),
        name: account.name.clone(),
        offline: account.offline,
        devices: devices.collect(),
    }
}

pub(super) fn group(world: &World, group: &Group, with_members: bool) -> GroupView {
    let phones = group
        .participants
        .iter()
        .filter(|p| world.accounts.contains_key(&p.pn));
    let members = with_members.then(|| {
        let people = group.participants.iter().filter_map(|participant| {
            let person = world.person(&participant.pn)?;
            Some(MemberView {
                lid: lid_of(&person.pn),
                pn: person.pn,
                name: person.name,
                admin: participant.admin,
            })
        });
        people.collect()
    });
    GroupView {
        jid: group.jid().to_string(),
        subject: group.subject.clone(),
        addressing_mode: group.addressing,
        announce: group.announce,
        size: group.participants.len(),
        phones: phones.map(|participant| participant.pn.clone()).collect(),
        members,
    }
}

pub(super) fn message(world: &World, record: &MessageRecord) -> MessageView {
    let marks = world.receipts.get(&record.number);
    // The sender's own phone is none of those who were to receive it.
    let count = |given: fn(&crate::network::ReceiptMark) -> bool| {
        let marks = marks.into_iter().flatten();
        let members = marks.filter(|(pn, _)| **pn != record.sender.pn);
        members.filter(|(_, mark)| given(mark)).count()
    };
    MessageView {
        number: record.number,
        id: record.id.clone(),
        chat: record.chat.clone(),
        sender: record.sender.pn.clone(),
        device: record.sender.device,
        accepted: record.accepted,
        refused: record.refused.iter().map(|attempt| attempt.code).collect(),
        first_at: record.first_at,
        last_at: record.last_at,
        kind: record.kind.clone(),
        text: record.text.clone(),
        media: record.media.as_ref().map(|media| media.summary.clone()),
        recipients: record.recipients.len(),
        shown_by: record.shown.iter().cloned().collect(),
        failures: record
            .failures
            .iter()
            .map(|f| format!("{}: {}", f.device, f.error))
            .collect(),
        delivered: count(|mark| mark.delivered_at.is_some()),
        read: count(|mark| mark.read_at.is_some()),
    }
}
