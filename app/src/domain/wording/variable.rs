//! What a text can name.

use crate::domain::{CONNECTION_NAME_MAX_CHARS, CivilDateTime, Timestamp, Zone};

/// Most characters of a group's subject on WhatsApp.
pub const GROUP_SUBJECT_MAX_CHARS: usize = 100;

/// How many letters a misspelt name may be off to count as meant.
const MISSPELT_BY: usize = 3;

/// Something that differs from message to message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variable {
    /// The subject of the group that receives it.
    Group,
    /// The day on which it leaves.
    Date,
    /// The time at which it leaves.
    Time,
    /// The name of the connection that sends it.
    Connection,
}

impl Variable {
    /// All of them, as the editor offers them.
    pub const ALL: [Self; 4] = [Self::Group, Self::Date, Self::Time, Self::Connection];

    /// Its name in a text.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Group => "grupo",
            Self::Date => "data",
            Self::Time => "hora",
            Self::Connection => "conexao",
        }
    }

    /// The variable of that name; capitals, blanks around it and the accent of "conexão" are let pass.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = plain(name);
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// The variable that was most likely meant.
    pub(super) fn nearest(name: &str) -> Option<Self> {
        let name = plain(name);
        let away = |known: &Self| distance(&name, known.name());
        Self::ALL
            .into_iter()
            .min_by_key(away)
            .filter(|known| away(known) <= MISSPELT_BY)
    }

    /// Most characters that it can stand for.
    pub(super) const fn longest(self) -> usize {
        match self {
            Self::Group => GROUP_SUBJECT_MAX_CHARS,
            Self::Date => "31/12/2026".len(),
            Self::Time => "23:59".len(),
            Self::Connection => CONNECTION_NAME_MAX_CHARS,
        }
    }
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace('ã', "a")
}

/// Levenshtein's distance: how many letters must be added, dropped or changed. Names beyond the longest
/// known one by more than matters are not looked at.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().take(16).collect();
    let mut row: Vec<usize> = (0..=from.len()).collect();
    for (line, wanted) in to.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, letter) in from.iter().enumerate() {
            let changed = diagonal + usize::from(*letter != wanted);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[from.len()]
}

/// What the variables stand for in one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    group: String,
    connection: String,
    date: String,
    time: String,
}

impl Values {
    /// The values of a message from `connection` to `group` that leaves at `at`, by the clocks of
    /// `zone`.
    pub fn at(group: &str, connection: &str, zone: &Zone, at: Timestamp) -> Self {
        Self::when(group, connection, zone.local(at))
    }

    /// The values of a message that leaves when clocks show `local`.
    pub fn when(group: &str, connection: &str, local: CivilDateTime) -> Self {
        Self {
            group: group.to_owned(),
            connection: connection.to_owned(),
            date: local.strftime("%d/%m/%Y").to_string(),
            time: local.strftime("%H:%M").to_string(),
        }
    }

    pub(super) fn of(&self, variable: Variable) -> &str {
        match variable {
            Variable::Group => &self.group,
            Variable::Date => &self.date,
            Variable::Time => &self.time,
            Variable::Connection => &self.connection,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_has_a_nearest_one() {
        let cases = [
            ("gruppo", Some(Variable::Group)),
            ("Grupos", Some(Variable::Group)),
            ("dta", Some(Variable::Date)),
            ("horas", Some(Variable::Time)),
            ("conecao", Some(Variable::Connection)),
            ("sobrenome", None),
        ];
        for (name, nearest) in cases {
            assert_eq!(Variable::nearest(name), nearest, "{name}");
        }
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        for name in ["conexao", " Conexão ", "CONEXAO"] {
            assert_eq!(Variable::named(name), Some(Variable::Connection), "{name}");
        }
    }
}
