//! The phrases that the prose avoids, each with what to write instead.

/// Phrases in lower case, and their replacements. An underscore in a name counts as a space.
pub(crate) const PHRASES: [(&str, &str); 40] = [
    ("behind the last", "after the last"),
    ("what is behind", "what follows"),
    ("makes a struct with named", "derives `Model` for a struct with named"),
    ("is no `option", "cannot be `Option`"),
    ("is no error", "is not an error"),
    ("no error when", "not an error if"),
    ("hears of", "is called for"),
    ("hear of", "is called for"),
    ("heard of", "was called for"),
    ("heard out", "awaited"),
    ("observer hears", "observer is called for"),
    ("the life of", "the TTL of"),
    ("item's life", "item's TTL"),
    ("lives of", "expiry of"),
    ("lengthen", "extend"),
    ("which to choose", "choosing"),
    ("that is the way to", "use this to"),
    ("does not say it is left alone", "is unaffected"),
    ("left alone", "unchanged"),
    ("greatest range key first", "in descending range-key order"),
    ("what went wrong", "the kind of error"),
    ("without the words", "rather than the message"),
    ("runs no hooks", "does not run hooks"),
    ("gives the facts", "returns request metadata"),
    ("has no word for", "does not expose"),
    ("does not know", "does not expose, does not declare"),
    ("so that who", "so that users who"),
    ("who maps", "users of the library"),
    ("of the user's", "the user's"),
    ("code of the user", "the user's code"),
    ("of serde's", "serde's"),
    ("types of serde", "serde types"),
    ("is gone", "is expired, is hidden, is deleted"),
    ("are gone", "are expired, are hidden, are deleted"),
    ("as gone", "as absent"),
    ("kept up", "maintained"),
    ("keep up", "maintain"),
    ("keeps up", "maintains"),
    ("keeps it up", "maintains it"),
    ("in place of", "instead of"),
];

/// Whether the line says that something "is no" thing, which AWS's documentation calls "is not a" thing.
pub(crate) fn denies_a_noun(line: &str) -> bool {
    const VERBS: [&str; 6] = ["is no ", "are no ", "was no ", "were no ", "be no ", "being no "];
    VERBS.iter().any(|verb| {
        line.match_indices(verb).any(|(at, _)| {
            let (before, after) = (line[..at].trim_end(), &line[at + verb.len()..]);
            let is_word = line[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
            let subject = before.trim_end_matches(" will").trim_end_matches(['/', '!', '*', '#', '-']).trim_end();
            // "There is no item", also over two lines, and "is no longer".
            let exists = subject.ends_with("there") || subject.is_empty();
            let is_noun = after.starts_with(|c: char| c.is_alphabetic() || c == '`');
            is_word && is_noun && !exists && !["longer", "more", "less"].iter().any(|word| after.starts_with(word))
        })
    })
}
