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

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_have_the_unit_that_fits() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(1_025), "2 kB");
        assert_eq!(bytes(16 * 1024 * 1024), "16 MB");
        assert_eq!(bytes(1_300_000), "1,2 MB");
    }
}
