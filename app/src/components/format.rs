//! Numbers as people in Brazil write them.

/// A size in bytes with its unit: `412 kB`, `1,2 MB`.
pub(crate) fn bytes(bytes: u64) -> String {
    const KIBI: u64 = 1024;
    const MEBI: u64 = KIBI * KIBI;
    if bytes < KIBI {
        format!("{bytes} B")
    } else if bytes < MEBI {
        format!("{} kB", bytes.div_ceil(KIBI))
    } else {
        let tenths = bytes * 10 / MEBI;
        match tenths % 10 {
            0 => format!("{} MB", tenths / 10),
            tenth => format!("{},{tenth} MB", tenths / 10),
        }
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
