//! Numbers as people in Brazil write them.

/// A size in bytes with its unit: `412 kB`, `1,2 MB`.
pub(crate) fn bytes(bytes: u64) -> String {
    const KIBI: u64 = 1024;
    const MEBI: u64 = KIBI * KIBI;
    const GIBI: u64 = KIBI * MEBI;
    if bytes < KIBI {
        format!("{bytes} B")
    } else if bytes < MEBI {
        format!("{} kB", bytes.div_ceil(KIBI))
    } else if bytes < GIBI {
        tenths(bytes, MEBI, "MB")
    } else {
        tenths(bytes, GIBI, "GB")
    }
}

fn tenths(bytes: u64, of: u64, unit: &str) -> String {
    let tenths = u128::from(bytes) * 10 / u128::from(of);
    match tenths % 10 {
        0 => format!("{} {unit}", tenths / 10),
        tenth => format!("{},{tenth} {unit}", tenths / 10),
    }
}

/// How long something plays, rounded up to seconds: `0:07`, `3:05`, `1:02:09`.
pub(crate) fn playing_time(millis: u64) -> String {
    let seconds = millis.div_ceil(1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// A count with a point between thousands: `65.536`.
pub(crate) fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

/// A part of a whole in per cent, rounded down so that 100 means all of it.
pub(crate) const fn percent(part: u32, whole: u32) -> u32 {
    match (part * 100).checked_div(whole) {
        Some(share) => share,
        None => 0,
    }
}

/// A phone number as Brazilians write it; others with their country code: `(11) 95550-0142`,
/// `+12025550142`.
pub(crate) fn phone(digits: &str) -> String {
    if !digits.is_ascii() {
        return digits.to_owned();
    }
    match digits.strip_prefix("55") {
        Some(national) if matches!(national.len(), 10 | 11) => {
            let (area, subscriber) = national.split_at(2);
            let (first, last) = subscriber.split_at(subscriber.len() - 4);
            format!("({area}) {first}-{last}")
        }
        _ => format!("+{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn playing_times_are_rounded_up_to_seconds() {
        for (millis, time) in [
            (1, "0:01"),
            (7_000, "0:07"),
            (184_500, "3:05"),
            (3_729_000, "1:02:09"),
        ] {
            assert_eq!(playing_time(millis), time);
        }
    }

    #[test]
    fn sizes_have_the_unit_that_fits() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(1_025), "2 kB");
        assert_eq!(bytes(16 * 1024 * 1024), "16 MB");
        assert_eq!(bytes(1_300_000), "1,2 MB");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(65_536), "65.536");
        assert_eq!(thousands(1_000_000), "1.000.000");
    }

    #[test]
    fn a_share_of_nothing_is_nothing() {
        assert_eq!(percent(0, 0), 0);
        assert_eq!(percent(199, 200), 99);
    }

    #[test]
    fn brazilian_numbers_lose_their_country_code() {
        assert_eq!(phone("5511955500142"), "(11) 95550-0142");
        assert_eq!(phone("551133334444"), "(11) 3333-4444");
        assert_eq!(phone("12025550142"), "+12025550142");
    }
}
