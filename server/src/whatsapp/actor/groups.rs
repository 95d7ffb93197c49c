//! What an actor passes on to the worker of its groups.

use arauto_app::domain::{GroupJid, Timestamp};

use super::Actor;
use crate::whatsapp::groups::Change;
use crate::whatsapp::session::GroupChange;

impl Actor {
    /// A group changed.
    pub(super) fn follow_group(&self, jid: &GroupJid, change: &GroupChange, at: Timestamp) {
        let change = Change {
            session: self.running.as_ref().map(|running| running.session.clone()),
            jid: jid.clone(),
            how: change.clone(),
            at,
        };
        let owner = (self.workspace, self.id);
        self.around.groups.changed(owner, change);
    }

    /// All groups are to be read.
    pub(super) fn sync_groups(&self) {
        if let Some(running) = &self.running {
            let owner = (self.workspace, self.id);
            self.around.groups.sync(owner, running.session.clone());
        }
    }

    /// The connection came online: what was interrupted can go on.
    pub(super) fn resume_groups(&self) {
        if let Some(running) = &self.running {
            let owner = (self.workspace, self.id);
            self.around.groups.online(owner, running.session.clone());
        }
    }
}
