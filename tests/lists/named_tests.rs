//! The tests that the entries of a list in `tests/data` name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The entries of a list.
pub(crate) fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.lines().filter_map(|line| line.strip_prefix("- "))
}

/// The tests that an entry names in backticks: `module::test`, or `ui:case`.
pub(crate) fn named(entry: &str) -> Vec<&str> {
    entry.split('`').skip(1).step_by(2).filter(|name| is_test(name)).collect()
}

fn is_test(name: &str) -> bool {
    let is_path = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || b"_0123456789:/".contains(&byte));
    is_path(name) && (name.contains("::") || name.starts_with("ui:"))
}

/// The functions of `tests/it/{module}.rs`, or of `a/b.rs` for `a::b`, that are marked as tests.
fn tests_of(module: &str) -> BTreeSet<String> {
    let path: PathBuf = root().join("tests/it").join(module.replace("::", "/")).with_extension("rs");
    let source = fs::read_to_string(&path).unwrap_or_else(|_| panic!("there is no module `{module}`"));
    let mut is_marked = false;
    let mut tests = BTreeSet::new();
    for line in source.lines().map(str::trim) {
        if matches!(line, "#[test]" | "#[tokio::test]") || line.starts_with("#[tokio::test(") {
            is_marked = true;
        } else if let Some((_, rest)) = line.split_once("fn ") {
            if is_marked {
                tests.extend(rest.split('(').next().map(str::to_owned));
            }
            is_marked = false;
        }
    }
    tests
}

fn exists(test: &str) -> bool {
    if let Some(case) = test.strip_prefix("ui:") {
        let path = root().join("tests/ui/fail").join(case);
        return path.with_extension("rs").exists() && path.with_extension("stderr").exists();
    }
    test.rsplit_once("::").is_some_and(|(module, name)| tests_of(module).contains(name))
}

/// Fails if the list names a test that does not exist.
pub(crate) fn assert_tests_exist(list: &str) {
    let tests: BTreeSet<&str> = entries(list).flat_map(named).collect();
    let missing: Vec<_> = tests.into_iter().filter(|test| !exists(test)).collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}
