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

/// `quarta-feira, 25 de novembro`.
pub(crate) fn day_words(date: CivilDate) -> String {
    say!(
        agenda.day,
        week = weekday_words(Weekday::of(date)),
        day = date.day(),
        month = month_name(date.month())
    )
}

/// `Novembro de 2026`.
pub(crate) fn month_words(date: CivilDate) -> String {
    let words = say!(
        agenda.month_of,
        month = month_name(date.month()),
        year = date.year()
    );
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// `22 – 28 nov. 2026`, or `29 nov. – 5 dez. 2026`.
pub(crate) fn week_words(days: &[CivilDate]) -> String {
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return String::new();
    };
    let of = |date: &CivilDate| format!("{} {}", date.day(), month_short(date.month()));
    let from = if first.month() == last.month() {
        first.day().to_string()
    } else {
        of(first)
    };
    format!("{from} – {} {}", of(last), last.year())
}

/// `Q`, for where the whole word is told beside it.
pub(crate) fn weekday_initial(day: Weekday) -> String {
    let initial = weekday_words(day).chars().next();
    initial.into_iter().flat_map(char::to_uppercase).collect()
}

pub(crate) fn weekday_short(day: Weekday) -> &'static str {
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

fn month_name(month: i8) -> &'static str {
    match month {
        1 => say!(agenda.january),
        2 => say!(agenda.february),
        3 => say!(agenda.march),
        4 => say!(agenda.april),
        5 => say!(agenda.may),
        6 => say!(agenda.june),
        7 => say!(agenda.july),
        8 => say!(agenda.august),
        9 => say!(agenda.september),
        10 => say!(agenda.october),
        11 => say!(agenda.november),
        _ => say!(agenda.december),
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
    fn days_weeks_and_months_are_told_as_calendars_do() {
        let tuesday = date(2026, 11, 24);
        assert_eq!(day_words(tuesday), "terça-feira, 24 de novembro");
        assert_eq!(month_words(tuesday), "Novembro de 2026");
        let days = |from: i8| [date(2026, 11, from), date(2026, 11, from + 1)];
        assert_eq!(week_words(&days(22)), "22 – 23 nov. 2026");
        let turn = [date(2026, 11, 29), date(2026, 12, 5)];
        assert_eq!(week_words(&turn), "29 nov. – 5 dez. 2026");
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
