//! Which public methods of the library have an example that runs, read from its source.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Types that are public only for generated code, sealed traits or the command-line tool.
const INTERNAL: [&str; 12] = [
    "Collectable",
    "FieldSchema",
    "HoldsOther",
    "IndexKeys",
    "KeyParser",
    "KeyRequests",
    "ManagedAttributes",
    "ManagedTime",
    "NeedsSelectKeysOrHydrate",
    "RawKey",
    "Responses",
    "SameParts",
];

/// A public method or function.
pub(crate) struct Method {
    /// The folder below `src`, or the file without one; `op` counts by its wings.
    pub(crate) module: String,
    /// File, line and name.
    pub(crate) place: String,
    pub(crate) has_example: bool,
    /// Whether it is an option of an operation: a method that takes the builder and returns it.
    pub(crate) is_option: bool,
}

/// The public methods in `src`, in the order of their files.
pub(crate) fn methods(src: &Path) -> Vec<Method> {
    let mut paths = Vec::new();
    collect(src, &mut paths);
    paths.sort();
    let texts: Vec<(String, String)> = paths
        .iter()
        .map(|path| {
            let name = path.strip_prefix(src).expect("below src").to_str().expect("UTF-8").replace('\\', "/");
            (name, fs::read_to_string(path).expect("a source"))
        })
        .filter(|(name, _)| !name.starts_with("__private") && !name.starts_with("offline"))
        .collect();
    let public: BTreeSet<&str> = texts.iter().flat_map(|(_, text)| public_types(text)).collect();
    let exports = texts.iter().find(|(name, _)| name == "lib.rs").map_or("", |(_, text)| text);
    let exports: BTreeSet<&str> = exports.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    texts.iter().flat_map(|(name, text)| methods_of(name, text, &public, &exports)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// The lines before the unit tests.
fn code(text: &str) -> Vec<&str> {
    text.lines().take_while(|line| *line != "#[cfg(test)]").collect()
}

fn public_types(text: &str) -> impl Iterator<Item = &str> {
    let lines = code(text);
    (0..lines.len()).filter_map(move |at| {
        let kinds = ["pub struct ", "pub enum ", "pub trait "];
        let rest = kinds.iter().find_map(|kind| lines[at].strip_prefix(kind))?;
        let name = identifier(rest);
        let is_hidden = attributes(&lines, at).iter().any(|line| line.contains("doc(hidden)"));
        (!is_hidden && !INTERNAL.contains(&name)).then_some(name)
    })
}

fn identifier(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// The documentation and the attributes directly above a line.
fn attributes<'t>(lines: &[&'t str], at: usize) -> Vec<&'t str> {
    let mut found = Vec::new();
    let mut is_inside = false;
    for line in lines[..at].iter().rev() {
        let text = line.trim_start();
        is_inside |= text == ")]";
        if !is_inside && !text.starts_with("//") && !text.starts_with("#[") {
            break;
        }
        is_inside &= !text.starts_with("#[");
        found.push(*line);
    }
    found.reverse();
    found
}

/// The type of an `impl` block without a trait, or the trait, or a macro that defines options.
fn owner(line: &str) -> Option<&str> {
    if let Some(name) = line.strip_prefix("pub trait ") {
        return Some(identifier(name));
    }
    if line.starts_with("macro_rules! ") {
        return Some("macro");
    }
    let rest = line.strip_prefix("impl")?;
    let mut depth = 0;
    let mut last = ' ';
    let end = rest.find(|c: char| {
        depth += i32::from(c == '<') - i32::from(c == '>' && last != '-');
        last = c;
        c == ' ' && depth == 0
    })?;
    let rest = &rest[end + 1..];
    (!rest.contains(" for ")).then(|| identifier(rest))
}

fn methods_of(name: &str, text: &str, public: &BTreeSet<&str>, exports: &BTreeSet<&str>) -> Vec<Method> {
    let module = match name.split('/').collect::<Vec<_>>()[..] {
        ["op", wing, ..] => format!("op/{}", wing.trim_end_matches(".rs")),
        [first, ..] => first.trim_end_matches(".rs").to_owned(),
        [] => String::new(),
    };
    let lines = code(text);
    let (mut owned_by, mut is_trait) = (None, false);
    let mut methods = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if *line == "}" {
            (owned_by, is_trait) = (None, false);
        } else if let Some(owner) = owner(line) {
            (owned_by, is_trait) = (Some(owner), line.starts_with("pub trait "));
        }
        let declared = line.trim_start();
        let visible = declared.strip_prefix("pub ").or(if is_trait { Some(declared) } else { None });
        let function = visible.map(|rest| rest.trim_start_matches("const ").trim_start_matches("async "));
        let Some(function) = function.and_then(|rest| rest.strip_prefix("fn ")).map(identifier) else { continue };
        let is_free = !line.starts_with(' ');
        let is_counted = is_free && exports.contains(function)
            || owned_by.is_some_and(|owner| owner == "macro" || public.contains(owner));
        let docs = attributes(&lines, at);
        if !is_counted || function.starts_with("__") || docs.iter().any(|line| line.contains("doc(hidden)")) {
            continue;
        }
        let end = lines[at..].iter().position(|line| line.ends_with('{') || line.ends_with(';')).unwrap_or_default();
        let signature = lines[at..=at + end].concat();
        let takes_builder = ["(self", "(mut self", " mut self,", " self,"].iter().any(|this| signature.contains(this));
        let is_builder = ["op/", "cache", "kv", "registry"].iter().any(|room| module.starts_with(room));
        methods.push(Method {
            module: module.clone(),
            place: format!("src/{name}:{}: {function}", at + 1),
            has_example: has_example(&docs),
            is_option: is_builder && takes_builder && signature.contains("-> Self"),
        });
    }
    methods
}

/// Whether the documentation has an example that runs, or a macro that makes one.
fn has_example(docs: &[&str]) -> bool {
    let fences = docs.iter().filter_map(|line| line.trim_start().strip_prefix("/// ```"));
    let mut openings = fences.step_by(2);
    openings.any(|info| matches!(info, "" | "should_panic")) || docs.iter().any(|line| line.contains("example!("))
}
