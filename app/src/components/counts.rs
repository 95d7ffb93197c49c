//! Counted things; none of them has a word of its own.

/// `nenhum grupo`, `1 grupo`, `52 grupos`.
pub(crate) fn groups_count(count: u32) -> String {
    if count == 0 {
        say!(count.no_groups).to_owned()
    } else {
        say!(count.groups, count = count)
    }
}

/// How many of a list, for sentences that count in 32 bits.
pub(crate) fn len_u32<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::groups_count;

    #[test]
    fn groups_are_counted_as_people_count_them() {
        assert_eq!(groups_count(0), "nenhum grupo");
        assert_eq!(groups_count(1), "1 grupo");
        assert_eq!(groups_count(52), "52 grupos");
    }
}
