//! The figures of cost that the sections of the guides state.
//!
//! A figure is a number, in digits or as a word, of units, requests, operations or bytes, such as "one `PutItem`" or "0.5 read
//! units"; a multiple, such as "twice as much"; and each row of a table of costs that has a number in a cell of its own.

use std::fs;
use std::path::Path;

use super::named_tests::root;

/// A section of a page, from one heading to the next.
#[derive(Debug, Default)]
pub(crate) struct Section {
    /// The page without its extension, such as `recipes/find`.
    pub(crate) page: String,
    /// The heading, or `Introduction` for the text before the first one.
    pub(crate) heading: String,
    pub(crate) figures: Vec<String>,
    /// Whether a line of its examples asserts a cost.
    pub(crate) asserts: bool,
}

/// The sections of all guides and of the README.
pub(crate) fn sections() -> Vec<Section> {
    let docs = root().join("src/docs");
    let mut pages = vec![("README".to_owned(), root().join("README.md"))];
    for folder in ["", "recipes", "coming_from"] {
        for entry in fs::read_dir(docs.join(folder)).expect("the guides") {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let name = path.strip_prefix(&docs).unwrap().with_extension("");
                pages.push((name.to_str().unwrap().to_owned(), path));
            }
        }
    }
    pages.sort();
    pages.iter().flat_map(|(page, path)| sections_of(page, &read(path))).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn sections_of(page: &str, text: &str) -> Vec<Section> {
    let new = |heading: &str| Section { page: page.to_owned(), heading: heading.to_owned(), ..Section::default() };
    let mut sections = vec![new("Introduction")];
    let (mut prose, mut is_code, mut is_table_of_costs) = (String::new(), false, false);
    for line in text.lines() {
        let section = sections.last_mut().expect("the introduction");
        if line.starts_with("```") {
            is_code = !is_code;
        } else if is_code {
            section.asserts |= asserts_cost(line);
        } else if let Some(heading) = line.strip_prefix('#') {
            section.figures.extend(figures(&std::mem::take(&mut prose)));
            sections.push(new(&plain(heading.trim_start_matches('#').trim())));
        } else if let Some(cells) = cells(line) {
            // The first row names the columns.
            let is_header = !prose.ends_with("|\n");
            is_table_of_costs = if is_header { is_header_of_costs(&cells) } else { is_table_of_costs };
            let is_figure = |cell: &String| cell.split(' ').next().is_some_and(|word| is_number(trim(word)));
            if is_table_of_costs && !is_header && cells.iter().skip(1).any(is_figure) {
                section.figures.push(cells.join(" | "));
            } else {
                // Each cell is a sentence of its own.
                prose.push_str(&cells.join(" . "));
            }
            prose.push_str(" . |\n");
        } else {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    let last = sections.last_mut().expect("the introduction");
    last.figures.extend(figures(&prose));
    for section in &mut sections {
        let mut seen = std::collections::BTreeSet::new();
        section.figures.retain(|figure| seen.insert(figure.clone()));
    }
    sections
}

/// Whether a line of an example compares what requests have cost.
fn asserts_cost(line: &str) -> bool {
    line.contains("assert") && ["bill.take()", "cost", "units"].iter().any(|word| line.contains(word))
}

/// The cells of a row of a table, as plain text.
fn cells(line: &str) -> Option<Vec<String>> {
    let row = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(row.split('|').map(|cell| plain(cell.trim())).collect())
}

fn is_header_of_costs(cells: &[String]) -> bool {
    const COLUMNS: [&str; 7] = ["unit", "request", "cost", "consumed", "capacity", "KB", "refresh"];
    cells.iter().any(|cell| COLUMNS.iter().any(|column| cell.contains(column)))
}

/// Text without the marks of Markdown and the targets of links.
fn plain(text: &str) -> String {
    let mut parts = text.split("](");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once(')').map_or(part, |(_, rest)| rest));
    }
    plain.chars().filter(|c| !matches!(c, '`' | '*' | '[' | ']')).collect()
}

fn is_number(word: &str) -> bool {
    const WORDS: [&str; 12] =
        ["half", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twice"];
    let lower = word.to_lowercase();
    WORDS.contains(&lower.as_str())
        || word.starts_with(|first: char| first.is_ascii_digit())
            && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
}

/// The figures of prose, as they stand there, without the marks of Markdown.
pub(crate) fn figures(prose: &str) -> Vec<String> {
    let prose = plain(prose).replace('%', " %");
    let words: Vec<&str> = prose.split_whitespace().collect();
    let starts = words.iter().enumerate().filter(|(_, word)| is_number(trim(word)));
    starts.filter_map(|(at, _)| figure(&words[at..], has_cost(&words[at.saturating_sub(6)..at]))).collect()
}

/// Whether the words before a number say that something costs it.
fn has_cost(before: &[&str]) -> bool {
    before.iter().rev().take_while(|word| !word.ends_with('.')).any(|word| word.starts_with("cost"))
}

/// A word without the punctuation around it.
fn trim(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '%')
}

/// The figure that begins with a number, if what it counts follows within three words of the same clause.
fn figure(words: &[&str], is_cost: bool) -> Option<String> {
    let mut figure = trim(words[0]).to_owned();
    if words[0].ends_with(['.', ',', ';', ':', ')']) {
        return None;
    }
    for (at, word) in words.iter().enumerate().skip(1).take(4) {
        let trimmed = trim(word);
        let ends = *word != trimmed;
        figure = format!("{figure} {trimmed}");
        if is_counted(trimmed) || is_cost && is_access(trimmed) && (ends || !is_unit(words.get(at + 1))) {
            // Units per second are a limit.
            let is_rate = words[at + 1..].iter().take(2).map(|word| trim(word)).eq(["per", "second"]);
            return (!is_rate).then_some(figure);
        }
        if ends || !is_qualifier(trimmed) {
            return None;
        }
    }
    None
}

fn is_unit(word: Option<&&str>) -> bool {
    word.is_some_and(|word| trim(word).starts_with("unit"))
}

fn is_counted(noun: &str) -> bool {
    const NOUNS: [&str; 9] = ["unit", "units", "request", "requests", "trips", "bytes", "heartbeats", "%", "much"];
    const OPERATIONS: [&str; 11] = [
        "GetItem",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "BatchGetItem",
        "BatchWriteItem",
        "TransactGetItems",
        "TransactWriteItems",
        "Query",
        "Scan",
        "ExecuteStatement",
    ];
    NOUNS.contains(&noun) || OPERATIONS.contains(&noun)
}

/// Words for requests that have other meanings too, and count only if the text says that something costs them.
fn is_access(noun: &str) -> bool {
    ["read", "reads", "write", "writes", "query", "queries", "scan", "scans"].contains(&noun)
}

fn is_qualifier(word: &str) -> bool {
    const WORDS: [&str; 15] = [
        "a",
        "as",
        "the",
        "of",
        "read",
        "write",
        "request",
        "capacity",
        "more",
        "additional",
        "refused",
        "small",
        "consistent",
        "round",
        "single",
    ];
    WORDS.contains(&word)
}
