//! The cases of `rename_all`.

/// How `rename_all` writes the names of fields and variants.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
}

impl Case {
    pub(crate) const NAMES: [&str; 7] =
        ["lowercase", "UPPERCASE", "PascalCase", "camelCase", "snake_case", "SCREAMING_SNAKE_CASE", "kebab-case"];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "lowercase" => Case::Lower,
            "UPPERCASE" => Case::Upper,
            "PascalCase" => Case::Pascal,
            "camelCase" => Case::Camel,
            "snake_case" => Case::Snake,
            "SCREAMING_SNAKE_CASE" => Case::ScreamingSnake,
            "kebab-case" => Case::Kebab,
            _ => return None,
        })
    }

    /// The name of a field or variant in this case.
    pub(crate) fn apply(self, name: &str) -> String {
        let words = words(name);
        match self {
            Case::Lower => words.concat(),
            Case::Upper => words.concat().to_uppercase(),
            Case::Pascal => words.iter().map(|word| capitalised(word)).collect(),
            Case::Camel => words
                .iter()
                .enumerate()
                .map(|(i, word)| if i == 0 { word.clone() } else { capitalised(word) })
                .collect(),
            Case::Snake => words.join("_"),
            Case::ScreamingSnake => words.join("_").to_uppercase(),
            Case::Kebab => words.join("-"),
        }
    }
}

/// The words of a `snake_case` field or a `PascalCase` variant, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for part in name.split('_').filter(|part| !part.is_empty()) {
        let mut upper_before = true;
        words.push(String::new());
        for c in part.chars() {
            if c.is_uppercase() && !upper_before {
                words.push(String::new());
            }
            upper_before = c.is_uppercase();
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
    }
    words
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_writes_fields_and_variants() {
        let written = |name| Case::NAMES.map(|case| Case::parse(case).map(|case| case.apply(name)).unwrap_or_default());
        let expected = ["placedat", "PLACEDAT", "PlacedAt", "placedAt", "placed_at", "PLACED_AT", "placed-at"];
        assert_eq!(written("placed_at"), expected);
        assert_eq!(written("PlacedAt"), expected);
    }
}
