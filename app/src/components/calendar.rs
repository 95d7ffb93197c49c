//! Days, times and zones of a calendar, in words.

use crate::domain::{CivilDate, CivilDateTime, Weekday, ZoneName};

/// `qua., 25 nov. às 08:00`; with the year when it is not the present one.
pub(crate) fn day_and_time(at: CivilDateTime, today: CivilDate) -> String {
    let (week, month) = (
        weekday_short(Weekday::of(at.date())),
        month_short(at.month()),
    );
    let year = if at.year() == today.year() {
        String::new()
    } else {
        format!(" {}", at.year())
    };
    say!(
        when.day_and_time,
        day = format!("{week}, {} {month}{year}", at.day()),
        time = format!("{:02}:{:02}", at.hour(), at.minute())
    )
}

/// `quarta-feira`.
pub(crate) fn weekday_words(day: Weekday) -> &'static str {
    match day {
        Weekday::Sunday => say!(when.sunday),
        Weekday::Monday => say!(when.monday),
        Weekday::Tuesday => say!(when.tuesday),
        Weekday::Wednesday => say!(when.wednesday),
        Weekday::Thursday => say!(when.thursday),
        Weekday::Friday => say!(when.friday),
        Weekday::Saturday => say!(when.saturday),
    }
}

/// `Q`, for where the whole word is told beside it.
pub(crate) fn weekday_initial(day: Weekday) -> String {
    let initial = weekday_words(day).chars().next();
    initial.into_iter().flat_map(char::to_uppercase).collect()
}

fn weekday_short(day: Weekday) -> &'static str {
    match day {
        Weekday::Sunday => say!(when.sun),
        Weekday::Monday => say!(when.mon),
        Weekday::Tuesday => say!(when.tue),
        Weekday::Wednesday => say!(when.wed),
        Weekday::Thursday => say!(when.thu),
        Weekday::Friday => say!(when.fri),
        Weekday::Saturday => say!(when.sat),
    }
}

fn month_short(month: i8) -> &'static str {
    match month {
        1 => say!(when.jan),
        2 => say!(when.feb),
        3 => say!(when.mar),
        4 => say!(when.apr),
        5 => say!(when.may),
        6 => say!(when.jun),
        7 => say!(when.jul),
        8 => say!(when.aug),
        9 => say!(when.sep),
        10 => say!(when.oct),
        11 => say!(when.nov),
        _ => say!(when.dec),
    }
}

/// What people in Brazil call a zone of theirs; `None` for all others.
pub(crate) fn zone_words(name: &ZoneName) -> Option<&'static str> {
    Some(match name.as_str() {
        "America/Sao_Paulo" => say!(when.zone_sao_paulo),
        "America/Bahia" => say!(when.zone_bahia),
        "America/Fortaleza" => say!(when.zone_fortaleza),
        "America/Recife" => say!(when.zone_recife),
        "America/Maceio" => say!(when.zone_maceio),
        "America/Belem" => say!(when.zone_belem),
        "America/Santarem" => say!(when.zone_santarem),
        "America/Araguaina" => say!(when.zone_araguaina),
        "America/Campo_Grande" => say!(when.zone_campo_grande),
        "America/Cuiaba" => say!(when.zone_cuiaba),
        "America/Manaus" => say!(when.zone_manaus),
        "America/Porto_Velho" => say!(when.zone_porto_velho),
        "America/Boa_Vista" => say!(when.zone_boa_vista),
        "America/Rio_Branco" => say!(when.zone_rio_branco),
        "America/Eirunepe" => say!(when.zone_eirunepe),
        "America/Noronha" => say!(when.zone_noronha),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_moment_is_told_with_its_day_and_time() {
        let today = date(2026, 11, 24);
        let told = |at| day_and_time(at, today);
        assert_eq!(
            told(date(2026, 11, 25).at(8, 0, 0, 0)),
            "qua., 25 nov. às 08:00"
        );
        assert_eq!(
            told(date(2027, 1, 1).at(0, 5, 0, 0)),
            "sex., 1 jan. 2027 às 00:05"
        );
    }

    #[test]
    fn every_zone_of_brazil_has_a_name_there() {
        let names = ZoneName::every();
        for (place, name) in names.iter().enumerate() {
            assert_eq!(
                zone_words(name).is_some(),
                place < ZoneName::BRAZILIAN,
                "{name}"
            );
        }
    }

    #[test]
    fn a_day_has_an_initial() {
        assert_eq!(Weekday::EVERY.map(weekday_initial).concat(), "DSTQQSS");
    }
}
