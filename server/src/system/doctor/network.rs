//! Whether WhatsApp can be reached, step by step: what fails first says why.

use arauto_app::say;

use super::clocks;
use super::report::{Check, Verdict};
use crate::clock::Clock;
use crate::config::Config;
use crate::startup;
use crate::whatsapp::Whereabouts;

/// Looks the name up, connects, reads WhatsApp's page over the secured connection and compares the
/// clocks.
pub(super) async fn check(config: &Config, clock: &dyn Clock) -> Vec<Check> {
    let Some(place) = Whereabouts::of(&startup::whatsapp_config(config)) else {
        let found = say!(doctor.whatsapp_none);
        return vec![step("whatsapp.name", Verdict::Skipped, found)];
    };
    let host = place.host.as_str();
    let mut checks = Vec::new();
    let addresses = match place.resolve().await {
        Ok(addresses) => addresses,
        Err(reason) => {
            let found = say!(doctor.whatsapp_no_name, host = host, reason = reason);
            let failed = step("whatsapp.name", Verdict::Failed, found);
            return vec![failed.advise(say!(doctor.whatsapp_no_name_advice))];
        }
    };
    let found = say!(doctor.whatsapp_name, host = host, count = addresses.len());
    checks.push(step("whatsapp.name", Verdict::Ok, found));
    match place.connect(&addresses).await {
        Ok(address) => {
            let found = say!(doctor.whatsapp_connected, address = address.to_string());
            checks.push(step("whatsapp.connect", Verdict::Ok, found));
        }
        Err(reason) => {
            let found = say!(doctor.whatsapp_no_connection, host = host, reason = reason);
            let failed = step("whatsapp.connect", Verdict::Failed, found);
            checks.push(failed.advise(say!(doctor.whatsapp_no_connection_advice)));
            return checks;
        }
    }
    match place.read_page().await {
        Ok(date) => {
            let found = say!(doctor.whatsapp_page);
            checks.push(step("whatsapp.page", Verdict::Ok, found));
            checks.extend(date.map(|date| clocks::against_whatsapp(date, clock.now())));
        }
        Err(reason) => {
            let found = say!(doctor.whatsapp_no_page, host = host, reason = reason);
            let failed = step("whatsapp.page", Verdict::Failed, found);
            checks.push(failed.advise(say!(doctor.whatsapp_no_page_advice)));
        }
    }
    checks
}

fn step(name: &'static str, verdict: Verdict, found: impl Into<String>) -> Check {
    Check::new(name, say!(doctor.whatsapp), verdict, found)
}
