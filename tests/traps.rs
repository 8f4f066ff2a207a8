//! Every trap in `tests/data/traps.md` has a test, and every test that is named there exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const LIST: &str = include_str!("data/traps.md");

/// The traps of the list: what is said of each, and the tests in backticks after the final colon.
fn traps() -> Vec<(&'static str, Vec<&'static str>)> {
    let lines = LIST.lines().filter_map(|line| line.strip_prefix("- "));
    let named = |line: &'static str| line.split('`').skip(1).step_by(2).filter(|name| is_test(name)).collect();
    lines.map(|line| (line, named(line))).collect()
}

fn is_test(name: &str) -> bool {
    let is_path = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || b"_0123456789:/".contains(&byte));
    is_path(name) && (name.contains("::") || name.starts_with("ui:"))
}

/// The functions of `tests/it/{module}.rs`, or of `a/b.rs` for `a::b`, that are marked as tests.
fn tests_of(module: &str) -> BTreeSet<String> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(module.replace("::", "/")).with_extension("rs");
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
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/fail").join(case);
        return path.with_extension("rs").exists() && path.with_extension("stderr").exists();
    }
    test.rsplit_once("::").is_some_and(|(module, name)| tests_of(module).contains(name))
}

#[test]
fn every_trap_has_a_test() {
    let traps = traps();
    assert!(traps.len() > 50, "the list has {} traps", traps.len());
    let bare: Vec<_> = traps.iter().filter(|(_, tests)| tests.is_empty()).map(|(trap, _)| trap).collect();
    assert!(bare.is_empty(), "without a test: {bare:#?}");
}

#[test]
fn every_test_in_the_list_exists() {
    let tests: BTreeSet<&str> = traps().into_iter().flat_map(|(_, tests)| tests).collect();
    let missing: Vec<_> = tests.into_iter().filter(|test| !exists(test)).collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}
