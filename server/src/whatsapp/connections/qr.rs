//! QR codes as pictures.

use arauto_app::domain::{ConnectionState, PairingStep};
use fast_qr::QRBuilder;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::convert::{Builder, Shape};

/// The white margin that scanners need, in modules.
const MARGIN: usize = 4;

/// The code to scan in this state, as a complete SVG document.
pub(super) fn of_state(state: &ConnectionState) -> Option<String> {
    match state {
        ConnectionState::Pairing {
            step: PairingStep::Qr { text, .. },
        } => svg(text),
        _ => None,
    }
}

/// `None` when the text is too long for a QR code (2,953 bytes), which no pairing's text is.
fn svg(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).build().ok()?;
    let picture = SvgBuilder::default()
        .shape(Shape::Square)
        .margin(MARGIN)
        .to_str(&code);
    Some(picture)
}

#[cfg(test)]
mod tests {
    use arauto_app::domain::PairingWay;

    use super::*;

    #[test]
    fn a_code_is_drawn_only_while_there_is_one_to_scan() {
        let step = |step| of_state(&ConnectionState::Pairing { step });
        let picture = step(PairingStep::Qr {
            text: "https://wa.me/settings/linked_devices#a,b,c,d,9".into(),
            number: 1,
            expires_at: arauto_app::domain::Timestamp::from_millis(0),
        });
        assert!(picture.unwrap().starts_with("<svg"));
        let way = PairingWay::Qr;
        assert_eq!(step(PairingStep::Opening { way }), None);
        assert_eq!(of_state(&ConnectionState::Online), None);
        assert_eq!(svg(&"x".repeat(3_000)), None);
    }
}
