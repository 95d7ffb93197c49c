//! The version of WhatsApp Web that we say we are. WhatsApp refuses clients that are too old, so
//! the present one is read from its web page, once a day for all connections; where that fails, the
//! last known one has to do.

use std::sync::Arc;
use std::time::Duration;

use arauto_app::domain::Timestamp;
use tokio::sync::Mutex;
use wa_rs::http::{HttpClient, HttpRequest};
use wacore::store::Device;
use wacore::store::traits::DeviceStore;
use wacore::version::parse_sw_js;

use crate::clock::SharedClock;
use crate::whatsapp::keys::SessionKeys;

/// A version such as 2.3000.1042742319.
pub(super) type Version = (u32, u32, u32);

const PAGE: &str = "https://web.whatsapp.com/sw.js";
const FRESH_FOR: Duration = Duration::from_hours(24);
/// How long a failure to read it is remembered, so that no attempt to connect waits for another.
const FAILED_FOR: Duration = Duration::from_mins(10);
const DEADLINE: Duration = Duration::from_secs(5);

/// What was read, or that nothing could be, and until when that holds.
struct Reading {
    version: Option<Version>,
    until: Timestamp,
}

/// Knows the present version.
pub(super) struct Versions {
    http: Arc<dyn HttpClient>,
    clock: SharedClock,
    reading: Mutex<Option<Reading>>,
}

impl Versions {
    pub(super) fn new(http: Arc<dyn HttpClient>, clock: SharedClock) -> Self {
        Self {
            http,
            clock,
            reading: Mutex::default(),
        }
    }

    /// The version to use for a device: the present one, else the one that it used before, else
    /// the one that the engine was made for.
    pub(super) async fn for_device(&self, keys: &SessionKeys) -> Version {
        if let Some(version) = self.present().await {
            return version;
        }
        // A device that cannot be read is reported by whoever opens the session.
        let known = keys.load().await.ok().flatten();
        let device = known.unwrap_or_else(Device::new);
        (
            device.app_version_primary,
            device.app_version_secondary,
            device.app_version_tertiary,
        )
    }

    async fn present(&self) -> Option<Version> {
        let mut reading = self.reading.lock().await;
        let now = self.clock.now();
        if let Some(known) = reading.as_ref().filter(|known| known.until > now) {
            return known.version;
        }
        let version = tokio::time::timeout(DEADLINE, self.read())
            .await
            .ok()
            .flatten();
        if version.is_none() {
            tracing::warn!("failed to read WhatsApp's present version, using the last known one");
        }
        let holds = if version.is_some() {
            FRESH_FOR
        } else {
            FAILED_FOR
        };
        // After a day a version is no longer new, but still better than none.
        let version = version.or_else(|| reading.as_ref().and_then(|known| known.version));
        *reading = Some(Reading {
            version,
            until: now.plus(holds),
        });
        version
    }

    async fn read(&self) -> Option<Version> {
        // WhatsApp serves the page to browsers only.
        let request = HttpRequest::get(PAGE)
            .with_header("sec-fetch-site", "none")
            .with_header("user-agent", "Mozilla/5.0 (X11; Linux x86_64)");
        let response = self.http.execute(request).await.ok()?;
        (response.status_code == 200).then_some(())?;
        parse_sw_js(&response.body_string().ok()?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use async_trait::async_trait;
    use wa_rs::anyhow::{Result, bail};
    use wa_rs::http::HttpResponse;

    use super::*;
    use crate::clock::ManualClock;

    /// Answers with these pages in turn, then not at all.
    struct Pages(Vec<&'static str>, AtomicU32);

    #[async_trait]
    impl HttpClient for Pages {
        async fn execute(&self, _request: HttpRequest) -> Result<HttpResponse> {
            let turn = self.1.fetch_add(1, Ordering::Relaxed) as usize;
            let Some(page) = self.0.get(turn) else {
                bail!("no network")
            };
            Ok(HttpResponse {
                status_code: 200,
                body: page.as_bytes().to_vec(),
            })
        }
    }

    #[tokio::test]
    async fn a_version_is_read_once_a_day_and_outlives_a_failure() {
        let clock = ManualClock::new(Timestamp::from_millis(0));
        let pages = Arc::new(Pages(
            vec!["client_revision:41", "client_revision:42"],
            AtomicU32::new(0),
        ));
        let versions = Versions::new(pages.clone(), Arc::new(clock.clone()));
        for _ in 0..3 {
            assert_eq!(versions.present().await, Some((2, 3000, 41)));
        }
        clock.advance(FRESH_FOR);
        assert_eq!(versions.present().await, Some((2, 3000, 42)));
        clock.advance(FRESH_FOR);
        for _ in 0..3 {
            assert_eq!(versions.present().await, Some((2, 3000, 42)));
        }
        assert_eq!(
            pages.1.load(Ordering::Relaxed),
            3,
            "a failure is remembered"
        );
    }

    #[tokio::test]
    async fn without_a_network_there_is_none_and_no_error() {
        let pages = Arc::new(Pages(vec![], AtomicU32::new(0)));
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(0)));
        assert_eq!(Versions::new(pages, clock).present().await, None);
    }
}
