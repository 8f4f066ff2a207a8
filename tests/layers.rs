//! The rules of the house, read from its files: which layer may use which, where names are defined, how files begin.
//!
//! The layers are the list in `DESIGN.md`. A file may use its own layer and those above it in that list; a line
//! with `↔ src/op` is used by the operations too. What breaks a rule is printed with its file and line.

#[path = "layers/phrases.rs"]
mod phrases;
#[path = "layers/source.rs"]
mod source;

use std::collections::BTreeMap;

use phrases::{PHRASES, denies_a_noun};
use source::{Source, Tree, read, root};

/// The wings of `op` that a wing may use, besides itself.
const WINGS: [(&str, &[&str]); 5] = [
    ("src/op/engine", &[]),
    ("src/op/table", &["src/op/engine"]),
    ("src/op/write", &["src/op/engine"]),
    ("src/op/read", &["src/op/engine", "src/op/write"]),
    ("src/op/batch", &["src/op/engine", "src/op/write", "src/op/read"]),
];

/// Type names with two definitions, of which one build has one.
const ONE_PER_BUILD: [&str; 1] = ["StoredBySerde"];

/// The public enums that never get another variant: DynamoDB's own types, which users match without a wildcard.
const CLOSED: [&str; 3] = ["KeyType", "KeyValue", "Tag"];

/// How many lines a file may have. A longer file holds more than one thought.
const MOST_LINES: usize = 400;

/// Longer files that cannot be split: a trait is one item, and the examples of `Model` belong to its methods.
const UNSPLITTABLE: [&str; 1] = ["src/model.rs"];

/// What a compile error never shows: parts of generated types, and paths of the machine that recorded it. Besides, it shows
/// no name with two underscores in front, except the module of generated code, which is in the path of a private trait.
const INTERNAL: [&str; 4] = ["NamedIndex<", "Several<", ".cargo/", "registry/src"];

/// The file that sends requests.
const SENDER: &str = "src/op/engine/send.rs";

/// A rule of the domain, what finds a line of code that decides by it, and the file where such lines belong.
type Home = (&'static str, fn(&str) -> bool, &'static str);

/// The rules of the domain that have one home.
///
/// Such a line names the rule's function instead, so that a change of the rule is a change of one place.
const HOMES: [Home; 3] = [
    ("an item is expired from its expiry on: `has_passed`", compares_an_expiry, "src/attribute/ttl.rs"),
    ("a condition on the entity: `is_entity`", tests_an_entity, "src/op/write/guard.rs"),
    ("a condition on the version: `same_version`", tests_a_version, "src/op/write/guard.rs"),
];

fn compares(line: &str) -> bool {
    [" <= ", " < ", " >= ", " > "].iter().any(|operator| line.contains(operator))
}

fn compares_an_expiry(line: &str) -> bool {
    let is_expiry = line.contains("expires_at") || line.contains("expiry.epoch_seconds()");
    let is_now = line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "now");
    is_expiry && is_now && compares(line) && !line.contains("has_passed(")
}

fn tests_an_entity(line: &str) -> bool {
    line.contains("Tree::") && (line.contains("entity.name") || line.contains("optional"))
}

fn tests_a_version(line: &str) -> bool {
    line.contains("Comparator::") && line.contains("version")
}

/// A line of the list: folders, and whether the operations use them although they stand below.
struct Layer {
    rooms: Vec<String>,
    is_shared_with_op: bool,
}

/// The list in `DESIGN.md`: the code block that begins with ```` ```layers ````.
fn layers() -> Vec<Layer> {
    let design = std::fs::read_to_string(root().join("DESIGN.md")).expect("DESIGN.md");
    let block = design.split_once("```layers\n").and_then(|(_, rest)| rest.split_once("```"));
    let (block, _) = block.expect("DESIGN.md has a block of layers");
    let layer = |line: &str| {
        let (rooms, is_for) = line.split_once("  ").unwrap_or((line, ""));
        let rooms = rooms.split(", ").map(|room| format!("src/{}", room.trim().trim_start_matches("src/")));
        Layer { rooms: rooms.collect(), is_shared_with_op: is_for.contains("↔ src/op") }
    };
    block.lines().map(str::trim_end).filter(|line| line.starts_with("src/")).map(layer).collect()
}

/// The line of the list on which a module stands.
fn layer_of(layers: &[Layer], module: &[String]) -> Option<usize> {
    let path = format!("src/{}", module.join("/"));
    let holds =
        |room: &String| path == *room || path.strip_prefix(room.as_str()).is_some_and(|rest| rest.starts_with('/'));
    layers.iter().position(|layer| layer.rooms.iter().any(holds))
}

/// A module that only gathers names: its own `use`s bind nobody.
fn is_gathering(module: &[String]) -> bool {
    module.is_empty() || module == ["op"]
}

fn assert_kept(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}\n{}", broken.join("\n"));
}

#[test]
fn every_folder_stands_in_the_list_and_every_name_in_the_list_exists() {
    let (tree, layers) = (Tree::of("src"), layers());
    let is_missing = |source: &&Source| !is_gathering(&source.module) && layer_of(&layers, &source.module).is_none();
    let missing: Vec<_> = tree.sources.iter().filter(is_missing).map(|source| source.path.clone()).collect();
    assert_kept("not in the list of layers in DESIGN.md:", &missing);
    let rooms = layers.iter().flat_map(|layer| &layer.rooms);
    let is_missing = |room: &&String| !root().join(room).is_dir() && !root().join(format!("{room}.rs")).is_file();
    let missing: Vec<_> = rooms.filter(is_missing).cloned().collect();
    assert_kept("in the list of layers in DESIGN.md, and nowhere else:", &missing);
}

#[test]
fn a_layer_uses_only_the_layers_above_it() {
    let (tree, layers) = (Tree::of("src"), layers());
    let mut broken = Vec::new();
    for used in tree.uses() {
        if is_gathering(&used.from.module) || is_gathering(&used.to) {
            continue;
        }
        let (from, to) = (layer_of(&layers, &used.from.module), layer_of(&layers, &used.to));
        let (Some(from), Some(to)) = (from, to) else { continue };
        let is_face = layers[to].is_shared_with_op && used.from.module.first().is_some_and(|room| room == "op");
        if to > from && !is_face {
            broken.push(format!("{}:{}: `{}` is of a layer below", used.from.path, used.line, used.path));
        }
    }
    assert_kept("a layer uses only the layers above it in DESIGN.md:", &broken);
}

#[test]
fn nothing_above_the_operations_names_a_model() {
    let (tree, layers) = (Tree::of("src"), layers());
    let engine = layer_of(&layers, &["op".to_owned(), "engine".to_owned()]).expect("op/engine stands in the list");
    let mut broken = Vec::new();
    for used in tree.uses() {
        let is_above = layer_of(&layers, &used.from.module).is_some_and(|layer| layer < engine);
        if is_above && used.to.first().is_some_and(|room| room == "model") {
            broken.push(format!("{}:{}: `{}`", used.from.path, used.line, used.path));
        }
    }
    assert_kept("nothing that the operations are made of names `crate::Model`:", &broken);
}

#[test]
fn the_wings_of_op_use_one_another_one_way() {
    let tree = Tree::of("src");
    let wing = |module: &[String]| match module {
        [op, wing, ..] if op == "op" => Some(format!("src/op/{wing}")),
        _ => None,
    };
    let mut broken = Vec::new();
    for used in tree.uses() {
        let (Some(from), Some(to)) = (wing(&used.from.module), wing(&used.to)) else { continue };
        let allowed = WINGS.iter().find(|(name, _)| *name == from).map_or(&[][..], |(_, allowed)| *allowed);
        if from != to && !allowed.contains(&&*to) {
            broken.push(format!("{}:{}: `{}`", used.from.path, used.line, used.path));
        }
    }
    assert_kept("`engine` ← `table`; `engine` ← `write` ← `read` ← `batch`; never back:", &broken);
}

#[test]
fn one_file_sends_requests() {
    let senders = |source: &Source| source.lines_with(".customize()");
    let sources = read("src");
    let others = sources.iter().filter(|source| source.path != SENDER);
    let broken: Vec<_> = others.flat_map(senders).collect();
    assert_kept("only `op/engine/send.rs` sends a request:", &broken);
}

#[test]
fn what_users_await_is_one_type_of_future() {
    // These two choose between `OperationFuture` and a future that never exists, which carries a compile error.
    let chooses = |line: &str| line.contains("as Awaited<") || line.contains("std::future::Pending<");
    let is_other =
        |line: &str| line.contains("type IntoFuture =") && !line.contains("OperationFuture<") && !chooses(line);
    let sources = read("src");
    let broken: Vec<_> = sources.iter().flat_map(|source| source.lines_where(is_other)).collect();
    assert_kept("awaiting a builder gives an `OperationFuture`:", &broken);
}

#[test]
fn consistency_can_be_chosen_wherever_it_can_be_enabled() {
    let offers = |source: &Source, name: &str| source.lines_with(&format!("pub fn {name}("));
    let sources = read("src");
    let enabling: Vec<_> = sources.iter().filter(|source| !offers(source, "consistent").is_empty()).collect();
    assert!(!enabling.is_empty(), "no file has `consistent()`");
    let lacks = |source: &&&Source| offers(source, "consistent_read").len() < offers(source, "consistent").len();
    let broken: Vec<_> = enabling.iter().filter(lacks).flat_map(|source| offers(source, "consistent")).collect();
    assert_kept("`consistent_read(bool)` exists wherever `consistent()` does:", &broken);
}

#[test]
fn every_file_says_what_it_is() {
    let sources = ["src", "derive/src", "cli", "tests", "examples", "benches", "fuzz"].into_iter().flat_map(read);
    // The cases of compile errors show what a user writes.
    let bare = sources.filter(|source| !source.has_head && !source.path.starts_with("tests/ui/"));
    let broken: Vec<_> = bare.map(|source| format!("{}:1", source.path)).collect();
    assert_kept("a file begins with `//!`: what it is, who calls it, what it never does:", &broken);
}

#[test]
fn a_file_is_short_enough_to_be_read_at_once() {
    let lines = |path: &str| std::fs::read_to_string(root().join(path)).expect(path).lines().count();
    let sources = ["src", "derive/src", "cli/src"].into_iter().flat_map(read);
    let long = sources.map(|source| (lines(&source.path), source.path)).filter(|(lines, _)| *lines > MOST_LINES);
    let (known, broken): (Vec<_>, Vec<_>) = long.partition(|(_, path)| UNSPLITTABLE.contains(&&**path));
    let broken: Vec<_> = broken.into_iter().map(|(lines, path)| format!("{path}:{lines}")).collect();
    assert_kept(&format!("a file has at most {MOST_LINES} lines:"), &broken);
    assert_eq!(known.len(), UNSPLITTABLE.len(), "`UNSPLITTABLE` lists long files, and no others");
}

#[test]
fn compile_errors_name_nothing_internal() {
    let prose = source::prose();
    let recorded: Vec<_> = prose.iter().filter(|(path, _)| path.ends_with(".stderr")).collect();
    assert!(!recorded.is_empty(), "tests/ui/fail has no recorded errors");
    let mut broken = Vec::new();
    for (path, text) in recorded {
        for (line, number) in text.lines().zip(1..) {
            let found = INTERNAL.iter().copied().filter(|name| line.contains(*name));
            let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            let is_generated =
                |word: &&str| word.strip_prefix("__").is_some_and(|name| name.contains(char::is_alphanumeric));
            let generated = words.filter(is_generated).filter(|word| *word != "__private");
            broken.extend(found.chain(generated).map(|name| format!("{path}:{number}: {name}")));
        }
    }
    assert_kept("a compile error names what the user wrote:", &broken);
}

#[test]
fn the_prose_has_no_phrases_that_the_language_rules_out() {
    let mut broken = Vec::new();
    for (path, text) in source::prose() {
        for (line, number) in text.lines().zip(1..) {
            let line = line.to_lowercase();
            broken.extend(denies_a_noun(&line).then(|| format!("{path}:{number}: \"is no\"; write: is not a")));
            let line = line.replace('_', " ");
            let found = PHRASES.iter().filter(|(phrase, _)| line.contains(phrase));
            broken.extend(found.map(|(phrase, better)| format!("{path}:{number}: {phrase:?}; write: {better}")));
        }
    }
    assert_kept("write as AWS's documentation does:", &broken);
}

#[test]
fn a_type_name_is_defined_once() {
    let mut broken = Vec::new();
    for crate_ in ["src", "derive/src", "cli/src"] {
        let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for source in read(crate_) {
            for (line, name) in source.types() {
                places.entry(name).or_default().push(format!("{}:{line}", source.path));
            }
        }
        places.retain(|name, places| places.len() > 1 && !ONE_PER_BUILD.contains(&name.as_str()));
        broken.extend(places.into_iter().map(|(name, places)| format!("`{name}`: {}", places.join(", "))));
    }
    assert_kept("a type name is defined once per crate:", &broken);
}

#[test]
fn a_public_enum_can_grow() {
    let mut broken = Vec::new();
    let mut closed = Vec::new();
    for source in read("src") {
        for (line, name) in source.closed_enums() {
            if CLOSED.contains(&&*name) {
                closed.push(name);
            } else {
                broken.push(format!("{}:{line}: `{name}`", source.path));
            }
        }
    }
    assert_kept("a public enum is `#[non_exhaustive]`, unless DESIGN says why it never grows:", &broken);
    closed.sort();
    assert_eq!(closed, CLOSED, "`CLOSED` lists the enums that cannot grow, and no others");
}

#[test]
fn a_rule_of_the_domain_has_one_home() {
    let sources = read("src");
    let mut broken = Vec::new();
    for (rule, decides, home) in HOMES {
        let decisions = |source: &Source| source.lines_where(decides);
        let (at_home, elsewhere): (Vec<_>, Vec<_>) =
            sources.iter().flat_map(decisions).partition(|place| place.starts_with(home));
        assert!(!at_home.is_empty(), "`{home}` does not decide what it is said to: {rule}");
        broken.extend(elsewhere.into_iter().map(|place| format!("{place}: {rule}, in `{home}`")));
    }
    assert_kept("a rule of the domain is written once and has a name:", &broken);
}
