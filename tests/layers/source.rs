//! Reads source files as far as the rules need it: their modules, the paths that they name, the types they define.
//!
//! This is not a parser. It relies on the house's style: `rustfmt`, unit tests at the end of a file, no glob imports.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// One file.
pub(crate) struct Source {
    /// Relative to the repository.
    pub(crate) path: String,
    /// `["op", "read", "get"]` for `src/op/read/get.rs`; empty for `lib.rs` and `main.rs`.
    pub(crate) module: Vec<String>,
    /// Whether it begins with a comment on the whole.
    pub(crate) has_head: bool,
    /// The code: without comments and unit tests, with its line breaks.
    code: String,
}

/// A path that a file names.
struct Named {
    line: usize,
    path: Vec<String>,
    /// The name that it goes by here, if a `use` gives it one.
    alias: Option<String>,
}

/// A module that a file uses.
pub(crate) struct Used<'t> {
    pub(crate) from: &'t Source,
    pub(crate) line: usize,
    pub(crate) path: String,
    pub(crate) to: Vec<String>,
}

/// The texts that people read: sources and documents, without the changelog, which tells what was.
pub(crate) fn prose() -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> =
        ["README.md", "DESIGN.md", "COMPARE.md", "CONTRIBUTING.md"].iter().map(|name| root().join(name)).collect();
    for folder in ["src", "derive", "cli", "docs", "examples", "tests", "benches", "fuzz", "localstack", ".ci"] {
        collect(&root().join(folder), &["rs", "md", "html", "sh", "stderr"], &mut paths);
    }
    paths.sort();
    let text = |path: &PathBuf| {
        let name = path.strip_prefix(root()).expect("it is in the repository").display().to_string();
        (name, fs::read_to_string(path).expect("a text"))
    };
    paths.iter().map(text).filter(|(name, _)| name != "tests/layers/phrases.rs").collect()
}

/// All files below a folder, in the order of their paths.
pub(crate) fn read(folder: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    collect(&root().join(folder), &["rs"], &mut paths);
    paths.sort();
    paths.iter().map(|path| Source::new(&root().join(folder), path)).collect()
}

fn collect(folder: &Path, extensions: &[&str], paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if !path.ends_with("target") {
                collect(&path, extensions, paths);
            }
        } else if path.extension().is_some_and(|extension| extensions.iter().any(|known| extension == *known)) {
            paths.push(path);
        }
    }
}

impl Source {
    fn new(folder: &Path, path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a source file");
        let inside = path.strip_prefix(folder).expect("it is in the folder").with_extension("");
        let mut module: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if matches!(&module[..], [root] if root == "lib" || root == "main") {
            module.clear();
        }
        let path = path.strip_prefix(root()).expect("it is in the repository");
        Source { path: path.display().to_string(), module, has_head: text.starts_with("//!"), code: code_of(&text) }
    }

    /// Where the code has this text.
    pub(crate) fn lines_with(&self, text: &str) -> Vec<String> {
        self.lines_where(|line| line.contains(text))
    }

    /// Where the code has a line like this.
    pub(crate) fn lines_where(&self, is_it: impl Fn(&str) -> bool) -> Vec<String> {
        let lines = self.code.lines().zip(1..).filter(|(line, _)| is_it(line));
        lines.map(|(_, number)| format!("{}:{number}", self.path)).collect()
    }

    /// The types that are defined outside of functions and traits, with their lines.
    pub(crate) fn types(&self) -> impl Iterator<Item = (usize, String)> {
        self.code.lines().zip(1..).filter_map(|(line, number)| {
            let item = match line.strip_prefix("pub(").and_then(|rest| rest.split_once(") ")) {
                Some((_, item)) => item,
                None => line.strip_prefix("pub ").unwrap_or(line),
            };
            let (keyword, rest) = item.split_once(' ')?;
            let is_type = matches!(keyword, "struct" | "enum" | "trait" | "type" | "union");
            is_type.then(|| (number, rest.chars().take_while(|c| c.is_alphanumeric()).collect()))
        })
    }

    /// The public enums with variants that the documentation shows and that promise to never have another variant.
    pub(crate) fn closed_enums(&self) -> impl Iterator<Item = (usize, String)> {
        let lines: Vec<&str> = self.code.lines().collect();
        let of = |number: usize| {
            let name = lines[number].strip_prefix("pub enum ")?.strip_suffix(" {")?;
            let is_of_item = |line: &&&str| !line.is_empty() && !line.starts_with('}');
            let mut attributes = lines[..number].iter().rev().take_while(is_of_item);
            let is_open = attributes.any(|line| matches!(*line, "#[non_exhaustive]" | "#[doc(hidden)]"));
            (!is_open).then(|| (number + 1, name.to_owned()))
        };
        (0..lines.len()).filter_map(of).collect::<Vec<_>>().into_iter()
    }

    /// The `use` declarations, and what is named by a path that begins with `crate` or `super`.
    fn named(&self) -> Vec<Named> {
        let mut named = Vec::new();
        let mut rest = String::new();
        let mut lines = self.code.lines().zip(1..);
        while let Some((text, line)) = lines.next() {
            let Some(declaration) = declaration_of(text) else {
                rest.push_str(text);
                rest.push('\n');
                continue;
            };
            let mut whole = declaration.to_owned();
            rest.push('\n');
            while !whole.contains(';') {
                let Some((more, _)) = lines.next() else { break };
                whole.push_str(more.trim());
                rest.push('\n');
            }
            expand("", whole.trim_end_matches(';'), line, &mut named);
        }
        for (text, line) in rest.lines().zip(1..) {
            for start in ["crate::", "super::"].iter().flat_map(|start| text.match_indices(start)).map(|(at, _)| at) {
                let is_whole = !text[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
                let is_visibility = text[..start].ends_with("in ");
                if is_whole && !is_visibility {
                    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
                    let path: String = text[start..].chars().take_while(|&c| is_path(c)).collect();
                    named.push(Named { line, path: segments(&path), alias: None });
                }
            }
        }
        named
    }
}

/// The text after `use` in a line that begins a declaration.
fn declaration_of(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ")?.1,
        Some(rest) => rest.trim_start(),
        None => line,
    };
    line.strip_prefix("use ")
}

/// The code without comments, up to the unit tests.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    for line in text.lines() {
        if line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(all(test") {
            break;
        }
        let line = if line.trim_start().starts_with("//") { "" } else { line };
        code.push_str(line.split_once(" // ").map_or(line, |(code, _)| code));
        code.push('\n');
    }
    code
}

fn segments(path: &str) -> Vec<String> {
    path.split("::").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Takes `a::{b, c::{d, e as f}}` apart.
fn expand(before: &str, tree: &str, line: usize, named: &mut Vec<Named>) {
    let tree = tree.trim();
    if let Some((prefix, inside)) = tree.split_once('{') {
        let inside = inside.strip_suffix('}').unwrap_or(inside);
        let (mut depth, mut start) = (0, 0);
        for (at, c) in inside.char_indices().chain([(inside.len(), ',')]) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    expand(&format!("{before}{prefix}"), &inside[start..at], line, named);
                    start = at + 1;
                }
                _ => {}
            }
        }
    } else if !tree.is_empty() {
        let (path, alias) = match tree.split_once(" as ") {
            Some((path, alias)) => (path, Some(alias.trim().to_owned())),
            None => (tree, None),
        };
        let mut path = segments(&format!("{before}{path}"));
        path.retain(|part| part != "self");
        named.push(Named { line, path, alias });
    }
}

/// The files of a crate, and what each of them uses.
pub(crate) struct Tree {
    pub(crate) sources: Vec<Source>,
    named: Vec<Vec<Named>>,
    modules: BTreeMap<Vec<String>, usize>,
}

impl Tree {
    pub(crate) fn of(folder: &str) -> Self {
        let sources = read(folder);
        let modules = sources.iter().enumerate().map(|(at, source)| (source.module.clone(), at)).collect();
        Tree { named: sources.iter().map(Source::named).collect(), modules, sources }
    }

    /// What files use of other files; a name that is handed on counts as that of the file that defines it.
    pub(crate) fn uses(&self) -> impl Iterator<Item = Used<'_>> {
        self.sources.iter().zip(&self.named).flat_map(move |(from, named)| {
            named.iter().filter_map(move |Named { line, path, .. }| {
                let to = self.resolve(&from.module, path, 0).filter(|to| *to != from.module)?;
                Some(Used { from, line: *line, path: path.join("::"), to })
            })
        })
    }

    /// The module in which what a path names is defined; `None` for other crates.
    fn resolve(&self, module: &[String], path: &[String], depth: usize) -> Option<Vec<String>> {
        let ups = path.iter().take_while(|part| *part == "super").count();
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "super" => (module[..module.len().checked_sub(ups)?].to_vec(), &path[ups..]),
            // The editions since 2018 look at a file's own modules too.
            first if self.modules.contains_key(&[module, &[first.to_owned()]].concat()) => (module.to_vec(), path),
            _ => return None,
        };
        while let [first, more @ ..] = rest {
            let inside = [&at[..], std::slice::from_ref(first)].concat();
            if !self.modules.contains_key(&inside) {
                break;
            }
            (at, rest) = (inside, more);
        }
        let Some(name) = rest.first().filter(|_| depth < 8) else { return Some(at) };
        let imports = self.modules.get(&at).map_or(&[][..], |&number| &self.named[number]);
        let is_it = |named: &&Named| named.alias.as_ref().or(named.path.last()) == Some(name) && named.path != path;
        let handed_on = imports.iter().find(is_it).and_then(|named| self.resolve(&at, &named.path, depth + 1));
        Some(handed_on.unwrap_or(at))
    }
}
