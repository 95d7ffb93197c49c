//! What every handler may reach.

use std::sync::Arc;

use arauto_app::ShellAssets;
use arauto_app::api::{
    Accounts, Agenda, Campaigns, Connections, GroupLists, Groups, Media, Paces, Runs,
};
use leptos::prelude::provide_context;
use tokio_util::sync::CancellationToken;

use crate::accounts::AccountService;
use crate::clock::SharedClock;
use crate::config::PublicUrl;
use crate::live::LiveBoard;
use crate::media::MediaLibrary;
use crate::store::MetaStore;

/// What the server functions call.
#[derive(Clone)]
pub struct Ports {
    /// Accounts and sessions.
    pub accounts: Arc<AccountService>,
    /// The media library.
    pub media: Arc<MediaLibrary>,
    /// Connections.
    pub connections: Arc<dyn Connections>,
    /// Groups.
    pub groups: Arc<dyn Groups>,
    /// Lists of groups.
    pub group_lists: Arc<dyn GroupLists>,
    /// Campaigns.
    pub campaigns: Arc<dyn Campaigns>,
    /// The calendar of runs.
    pub agenda: Arc<dyn Agenda>,
    /// Runs.
    pub runs: Arc<dyn Runs>,
    /// The pace of connections.
    pub paces: Arc<dyn Paces>,
}

impl Ports {
    /// Puts every port into Leptos' context, as the server functions look for them.
    pub(super) fn provide(&self) {
        provide_context::<Arc<dyn Accounts>>(self.accounts.clone());
        provide_context::<Arc<dyn Media>>(self.media.clone());
        provide_context(self.connections.clone());
        provide_context(self.groups.clone());
        provide_context(self.group_lists.clone());
        provide_context(self.campaigns.clone());
        provide_context(self.agenda.clone());
        provide_context(self.runs.clone());
        provide_context(self.paces.clone());
    }
}

/// What every handler may reach; cheap to clone.
#[derive(Clone)]
pub struct Web {
    /// What the server functions call.
    pub ports: Ports,
    /// Notices to open pages.
    pub live: LiveBoard,
    /// The store, as far as its health goes.
    pub meta: Arc<dyn MetaStore>,
    /// The time.
    pub clock: SharedClock,
    /// Where browsers find this server, if its owner said so.
    pub public_url: Option<PublicUrl>,
    /// The files that every page loads.
    pub assets: ShellAssets,
    /// Cancelled when the server begins to stop: endless answers end then.
    pub stopping: CancellationToken,
}

impl Web {
    /// Whether browsers come by HTTPS, so that their cookies must not travel without it.
    pub(super) fn has_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(PublicUrl::is_https)
    }
}
