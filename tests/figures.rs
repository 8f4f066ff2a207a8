//! Every figure of cost in the guides is asserted: by the example of its section, or by the tests that
//! `tests/data/figures.md` names.

#[path = "lists/guide_figures.rs"]
mod guide_figures;
#[path = "lists/named_tests.rs"]
mod named_tests;

use std::collections::{BTreeMap, BTreeSet};

use guide_figures::{Section, figures, sections, sections_of};
use named_tests::{assert_tests_exist, named};

const LIST: &str = include_str!("data/figures.md");

/// What asserts the figures of an entry: `doc`, tests, or both.
#[derive(Debug)]
struct Entry {
    is_doc: bool,
    has_tests: bool,
}

/// The entries of the list, by page, heading and figure.
fn entries() -> BTreeMap<(&'static str, &'static str, &'static str), Entry> {
    let (mut entries, mut page) = (BTreeMap::new(), "");
    for line in LIST.lines() {
        page = line.strip_prefix("## ").unwrap_or(page);
        let Some(entry) = line.strip_prefix("- ") else { continue };
        let parts = entry.split_once(" › ").and_then(|(heading, rest)| Some((heading, rest.split_once(": `")?)));
        let (heading, (figures, _)) =
            parts.unwrap_or_else(|| panic!("not of the form `heading › figures: tests`: {entry}"));
        for figure in figures.split(" · ") {
            let is_doc = entry.split('`').skip(1).step_by(2).any(|name| name == "doc");
            let new = Entry { is_doc, has_tests: !named(entry).is_empty() };
            let old = entries.insert((page, heading, figure), new);
            assert!(old.is_none(), "twice in the list: {page} › {heading} › {figure}");
        }
    }
    entries
}

fn assert_none(what: &str, wrong: &[String]) {
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
}

#[test]
fn every_figure_of_the_guides_is_in_the_list() {
    let (entries, sections) = (entries(), sections());
    let mut missing = Vec::new();
    for Section { page, heading, figures, .. } in &sections {
        let is_listed = |figure: &String| entries.contains_key(&(page.as_str(), heading.as_str(), figure.as_str()));
        let new: Vec<_> = figures.iter().filter(|figure| !is_listed(figure)).map(String::as_str).collect();
        if !new.is_empty() {
            missing.push(format!("## {page}\n- {heading} › {}: `..`", new.join(" · ")));
        }
    }
    let count: usize = sections.iter().map(|section| section.figures.len()).sum();
    assert!(count > 150, "only {count} figures were found");
    assert_none("assert these figures, and add them to tests/data/figures.md", &missing);
}

#[test]
fn every_figure_of_the_list_is_in_the_guides() {
    let stated: BTreeSet<_> = sections()
        .into_iter()
        .flat_map(|Section { page, heading, figures, .. }| {
            figures.into_iter().map(move |figure| (page.clone(), heading.clone(), figure))
        })
        .collect();
    let is_stated = |(page, heading, figure): &(&str, &str, &str)| {
        stated.contains(&((*page).to_owned(), (*heading).to_owned(), (*figure).to_owned()))
    };
    let old: Vec<_> =
        entries().into_keys().filter(|figure| !is_stated(figure)).map(|figure| format!("{figure:?}")).collect();
    assert_none("figures of tests/data/figures.md that no guide states any more", &old);
}

#[test]
fn every_figure_of_the_list_is_asserted() {
    let asserting: BTreeSet<_> = sections()
        .into_iter()
        .filter(|section| section.asserts)
        .map(|section| (section.page, section.heading))
        .collect();
    let mut bare = Vec::new();
    for ((page, heading, figure), entry) in entries() {
        let is_asserting = asserting.contains(&(page.to_owned(), heading.to_owned()));
        if entry.is_doc && !is_asserting {
            bare.push(format!("{page} › {heading} › {figure}: no line of the section's examples asserts a cost"));
        } else if !entry.is_doc && !entry.has_tests {
            bare.push(format!("{page} › {heading} › {figure}: the entry names no test"));
        }
    }
    assert_none("figures that nothing asserts", &bare);
}

#[test]
fn every_test_in_the_list_exists() {
    assert_tests_exist(LIST);
}

#[test]
fn figures_are_found_in_prose_and_in_tables() {
    for (prose, expected) in [
        ("This sends one `PutItem`, which consumes 2 write units per KB.", &["one PutItem", "2 write units"][..]),
        ("It costs half a read unit, and twice as much in a transaction.", &["half a read unit", "twice as much"]),
        ("An instance sends about 9,100 heartbeats a day.", &["9,100 heartbeats"]),
        ("Each page costs one query per shard.", &["one query"]),
        ("A partition accepts 1,000 write units per second.", &[]),
        ("There is one. Units are billed, and one query reads both.", &[]),
    ] {
        assert_eq!(figures(prose), expected, "{prose}");
    }
    let page = "Two requests.\n\n# A `get`\n\n| read | units |\n|---|---|\n| `get` | 0.5 |\n| `exists` | the same |\n\n\
                ```\nlet _ = \"9 units\";\n# assert_eq!(bill.take(), (1, 0.5));\n```\n\n# More\n\nThree write units.\n";
    let found: Vec<_> = sections_of("page", page)
        .into_iter()
        .map(|section| (section.heading, section.figures.join(" · "), section.asserts))
        .collect();
    let expected =
        [("Introduction", "Two requests", false), ("A get", "get | 0.5", true), ("More", "Three write units", false)];
    let expected = expected.map(|(heading, figures, asserts)| (heading.to_owned(), figures.to_owned(), asserts));
    assert_eq!(found, expected);
}
