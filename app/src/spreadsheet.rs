//! The deliveries of a run as a file for spreadsheets, in the words of the pages.
//!
//! Spreadsheets in Brazil separate cells by `;`, since `,` is in their numbers, and take a file for
//! UTF-8 when it begins with a byte order mark. A cell that begins like a formula would be one: it
//! gets a `'` first.

use crate::components::sentences::{delivery_state, failure_reason};
use crate::components::time::date_and_time;
use crate::domain::{Delivery, DeliveryState, GroupJid, MessageId, Reached, Timestamp};

/// How the file begins: the byte order mark and the names of the columns.
pub fn head() -> String {
    let names = [
        say!(spreadsheet.group),
        say!(spreadsheet.jid),
        say!(spreadsheet.state),
        say!(spreadsheet.reason),
        say!(spreadsheet.attempts),
        say!(spreadsheet.message),
        say!(spreadsheet.sent_at),
        say!(spreadsheet.delivered_at),
        say!(spreadsheet.read_at),
        say!(spreadsheet.members),
        say!(spreadsheet.delivered_to),
        say!(spreadsheet.read_by),
    ];
    format!("\u{feff}{}", line(names))
}

/// The line of one delivery. Times are those of a clock in Brasília.
pub fn delivery(delivery: &Delivery, reached: Reached) -> String {
    let time = |at: Option<Timestamp>| at.map(date_and_time).unwrap_or_default();
    let message = delivery.message_id.as_ref().map(MessageId::as_str);
    let group = delivery.target.group().map(GroupJid::as_str);
    line([
        &*delivery.target_name,
        group.unwrap_or_default(),
        delivery_state(delivery.state).word,
        &reason(delivery.state),
        &delivery.attempts.to_string(),
        message.unwrap_or_default(),
        &time(delivery.sent_at),
        &time(delivery.delivered_at),
        &time(delivery.read_at),
        &delivery.members.to_string(),
        &reached.delivered.to_string(),
        &reached.read.to_string(),
    ])
}

/// The name of a run's file.
pub fn file_name(campaign: &str, run: u32) -> String {
    let is_safe = |char: &char| !char.is_control() && !r#"/\:*?"<>|"#.contains(*char);
    let campaign: String = campaign.chars().filter(is_safe).collect();
    say!(
        spreadsheet.file,
        campaign = campaign.trim().to_owned(),
        number = run
    )
}

fn reason(state: DeliveryState) -> String {
    match state {
        DeliveryState::Failed(reason) | DeliveryState::Skipped(reason) => {
            let sentence = failure_reason(reason);
            format!("{} {}", sentence.title, sentence.text)
        }
        DeliveryState::Unanswered => say!(run.unanswered_text).to_owned(),
        DeliveryState::Presumed => say!(run.presumed_text).to_owned(),
        _ => String::new(),
    }
}

fn line<const N: usize>(cells: [&str; N]) -> String {
    let mut line = cells.map(cell).join(";");
    line.push_str("\r\n");
    line
}

/// A cell as RFC 4180 quotes it, and harmless.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([';', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ConnectionId, DeliveryId, FailureReason, RunId, WorkspaceId};

    #[test]
    fn a_cell_is_text_whatever_it_holds() {
        assert_eq!(cell("Pão da Vovó"), "Pão da Vovó");
        assert_eq!(cell("a;b"), "\"a;b\"");
        assert_eq!(cell("\"aspas\"\nlinha"), "\"\"\"aspas\"\"\nlinha\"");
        assert_eq!(cell("=SOMA(A1)"), "'=SOMA(A1)");
        assert_eq!(cell("=1;2"), "\"'=1;2\"");
        for sign in ["+55", "-1", "@a", "\ta"] {
            assert_eq!(cell(sign), format!("'{sign}"));
        }
    }

    #[test]
    fn a_line_tells_what_became_of_a_delivery() {
        let at = Timestamp::from_seconds(1_795_359_600);
        let mut row = Delivery {
            id: DeliveryId::new(at, [1; 10]),
            workspace: WorkspaceId::new(at, [2; 10]),
            run: RunId::new(at, [3; 10]),
            connection: ConnectionId::new(at, [4; 10]),
            position: 0,
            target: "120363@g.us".parse().unwrap(),
            target_name: "Bairro".into(),
            members: 40,
            variant: 0,
            seed: crate::domain::wording::Seed::default(),
            first_at: None,
            state: DeliveryState::Delivered,
            message_id: Some(MessageId::from_wire("3EB0AA")),
            attempts: 2,
            earlier: Vec::new(),
            retry_at: None,
            attempted_at: Some(at),
            sent_at: Some(at),
            delivered_at: Some(at),
            read_at: None,
            failed_at: None,
        };
        let reached = Reached {
            delivered: 12,
            read: 3,
        };
        assert_eq!(
            delivery(&row, reached),
            "Bairro;120363@g.us;Entregue;;2;3EB0AA;22/11/2026 12:00:00;22/11/2026 12:00:00;;\
             40;12;3\r\n"
        );
        row.state = DeliveryState::Failed(FailureReason::NotInGroup);
        assert!(delivery(&row, reached).contains(";Falhou;Este número não está mais no grupo."));
        let columns = head().matches(';').count();
        assert_eq!(delivery(&row, reached).matches(';').count(), columns);
        assert!(head().starts_with('\u{feff}'));
    }

    #[test]
    fn a_file_is_named_after_its_run() {
        let name = file_name("Promoção 50% / maio: \"já\"", 3);
        assert_eq!(name, "Promoção 50%  maio já - execução 3.csv");
    }
}
