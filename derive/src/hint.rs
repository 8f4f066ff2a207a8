//! "Did you mean": the name nearest to a misspelt one.

use std::fmt;

/// `; did you mean …?`, or nothing when no name is near.
pub(crate) struct Hint<'a>(Option<&'a str>);

/// The name among `known` that is within two edits (one for short names) of `assume`.
pub(crate) fn similar<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Hint<'a> {
    let most = if given.len() < 4 { 1 } else { 2 };
    Hint(
        known
            .into_iter()
            .map(|name| (distance(given, name), name))
            .filter(|(d, _)| *d <= most)
            .min()
            .map(|(_, name)| name),
    )
}

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(f, "; did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}

/// Levenshtein's distance, one row at a time.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn the_nearest_name_is_offered() {
        let known = ["hash_key", "range_key", "ttl"];
        assert_eq!(similar("hash_ky", known).to_string(), "; did you mean `hash_key`?");
        assert_eq!(similar("tl", known).to_string(), "; did you mean `ttl`?");
        assert_eq!(similar("version", known).to_string(), "");
    }
}
