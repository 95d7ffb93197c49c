//! The emojis, as `public/emojis.txt` lists them.

use crate::api::ApiError;

/// How many a search finds at most: who sees more looks for something else.
const FOUND_AT_MOST: usize = 120;

/// One emoji.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Emoji {
    /// Itself.
    pub(super) text: String,
    /// What it is called.
    pub(super) name: String,
    /// Its name and the words that it is looked for by, as a search reads them.
    searched: String,
}

/// The emojis by category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table(Vec<(Category, Vec<Emoji>)>);

/// A category, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Category {
    Faces,
    People,
    Nature,
    Food,
    Travel,
    Activities,
    Objects,
    Symbols,
    Flags,
}

impl Category {
    pub(super) const EVERY: [Self; 9] = [
        Self::Faces,
        Self::People,
        Self::Nature,
        Self::Food,
        Self::Travel,
        Self::Activities,
        Self::Objects,
        Self::Symbols,
        Self::Flags,
    ];

    /// The word for it in the table.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Faces => "carinhas",
            Self::People => "pessoas",
            Self::Nature => "natureza",
            Self::Food => "comidas",
            Self::Travel => "viagens",
            Self::Activities => "atividades",
            Self::Objects => "objetos",
            Self::Symbols => "simbolos",
            Self::Flags => "bandeiras",
        }
    }

    /// The emoji that stands for it.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Faces => "😀",
            Self::People => "👋",
            Self::Nature => "🌿",
            Self::Food => "🍞",
            Self::Travel => "🚗",
            Self::Activities => "⚽",
            Self::Objects => "💡",
            Self::Symbols => "✅",
            Self::Flags => "🏁",
        }
    }

    /// The words for it.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Faces => say!(emoji.faces),
            Self::People => say!(emoji.people),
            Self::Nature => say!(emoji.nature),
            Self::Food => say!(emoji.food),
            Self::Travel => say!(emoji.travel),
            Self::Activities => say!(emoji.activities),
            Self::Objects => say!(emoji.objects),
            Self::Symbols => say!(emoji.symbols),
            Self::Flags => say!(emoji.flags),
        }
    }
}

impl Table {
    /// Reads the file: a line `# category` begins one, every other line is an emoji, its name and its
    /// words with tabulators between them, and `!` begins a remark.
    pub(super) fn parse(file: &str) -> Self {
        let mut table: Vec<(Category, Vec<Emoji>)> = Vec::new();
        for line in file.lines().filter(|line| !line.starts_with('!')) {
            if let Some(word) = line.strip_prefix("# ") {
                let mut every = Category::EVERY.into_iter();
                let category = every.find(|category| category.as_str() == word);
                table.extend(category.map(|category| (category, Vec::new())));
            } else if let Some((_, emojis)) = table.last_mut() {
                emojis.extend(emoji(line));
            }
        }
        Self(table)
    }

    /// Those of a category.
    pub(super) fn of(&self, category: Category) -> &[Emoji] {
        let mut categories = self.0.iter();
        let found = categories.find(|(one, _)| *one == category);
        found.map_or(&[], |(_, emojis)| emojis)
    }

    /// Those that every word of a text is said of, the ones called so first.
    pub(super) fn find(&self, text: &str) -> Vec<Emoji> {
        let wanted = plain(text);
        let words: Vec<&str> = wanted.split_whitespace().collect();
        let is_found = |emoji: &&Emoji| {
            words.iter().all(|word| {
                let mut said = emoji.searched.split_whitespace();
                said.any(|said| said.starts_with(word))
            })
        };
        let all = self.0.iter().flat_map(|(_, emojis)| emojis);
        let mut found: Vec<Emoji> = all.filter(is_found).cloned().collect();
        found.sort_by_key(|emoji| !emoji.searched.starts_with(&wanted));
        found.truncate(FOUND_AT_MOST);
        found
    }

    /// The one that is this text.
    pub(super) fn named(&self, text: &str) -> Option<&Emoji> {
        let mut all = self.0.iter().flat_map(|(_, emojis)| emojis);
        all.find(|emoji| emoji.text == text)
    }
}

fn emoji(line: &str) -> Option<Emoji> {
    let (text, rest) = line.split_once('\t')?;
    let (name, words) = rest.split_once('\t').unwrap_or((rest, ""));
    Some(Emoji {
        text: text.to_owned(),
        name: name.to_owned(),
        searched: plain(&format!("{name} {words}")),
    })
}

/// A text without case and without the accents of Portuguese.
fn plain(text: &str) -> String {
    let plain = |letter: char| match letter {
        'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    };
    text.trim().to_lowercase().chars().map(plain).collect()
}

/// Reads the table from the server.
pub(super) async fn load() -> Result<Table, ApiError> {
    #[cfg(feature = "hydrate")]
    {
        let answer = gloo_net::http::Request::get("/emojis.txt").send().await;
        let answer = answer.map_err(|_| ApiError::ServerUnreachable)?;
        if !answer.ok() {
            return Err(ApiError::ServerUnreachable);
        }
        let file = answer.text().await;
        Ok(Table::parse(
            &file.map_err(|_| ApiError::ServerUnreachable)?,
        ))
    }
    #[cfg(not(feature = "hydrate"))]
    Ok(Table::parse(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../../../../public/emojis.txt");

    fn found(text: &str) -> Vec<String> {
        let found = Table::parse(FILE).find(text);
        found.into_iter().map(|emoji| emoji.text).collect()
    }

    #[test]
    fn the_file_has_every_category() {
        let table = Table::parse(FILE);
        for category in Category::EVERY {
            let emojis = table.of(category);
            assert!(emojis.len() > 80, "{category:?}");
            let last = emojis.last().unwrap();
            assert_eq!(table.named(&last.text), Some(last));
        }
    }

    #[test]
    fn what_people_type_finds_what_they_mean() {
        for (text, expected) in [
            ("pão", "🍞"),
            ("PAO", "🍞"),
            ("coracao vermelho", "❤️"),
            ("foguete", "🚀"),
            ("brasil", "🇧🇷"),
        ] {
            assert!(
                found(text).contains(&expected.to_owned()),
                "{text}: {:?}",
                found(text)
            );
        }
        assert_eq!(found("foguete")[0], "🚀");
        assert!(found("nada assim").is_empty());
        assert!(found("a").len() <= FOUND_AT_MOST);
    }
}
