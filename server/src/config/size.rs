//! Sizes as people configure them.

/// Reads a number of bytes, with `K`, `M` or `G` for powers of 1024; `0` is no limit.
pub(super) fn size(text: &str) -> Result<u64, &'static str> {
    const SHAPE: &str = "expected a number of bytes, such as 500M or 10G";
    let text = text.trim();
    let (number, unit) = match text.chars().last() {
        Some('k' | 'K') => (&text[..text.len() - 1], 1 << 10),
        Some('m' | 'M') => (&text[..text.len() - 1], 1 << 20),
        Some('g' | 'G') => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    let number: u64 = number.trim_end().parse().map_err(|_| SHAPE)?;
    match number.checked_mul(unit) {
        Some(0) => Ok(u64::MAX),
        Some(bytes) => Ok(bytes),
        None => Err(SHAPE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("1500"), Ok(1500));
        assert_eq!(size(" 2k "), Ok(2048));
        assert_eq!(size("500M"), Ok(500 << 20));
        assert_eq!(size("10 G"), Ok(10 << 30));
        assert_eq!(size("0"), Ok(u64::MAX));
        for wrong in ["", "G", "-1", "1.5G", "99999999999G", "dez"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}
