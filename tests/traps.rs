//! Every trap in `tests/data/traps.md` has a test, and every test that is named there exists.

#[path = "lists/named_tests.rs"]
mod named_tests;

const LIST: &str = include_str!("data/traps.md");

#[test]
fn every_trap_has_a_test() {
    let traps: Vec<&str> = named_tests::entries(LIST).collect();
    assert!(traps.len() > 50, "the list has {} traps", traps.len());
    let bare: Vec<_> = traps.into_iter().filter(|trap| named_tests::named(trap).is_empty()).collect();
    assert!(bare.is_empty(), "without a test: {bare:#?}");
}

#[test]
fn every_test_in_the_list_exists() {
    named_tests::assert_tests_exist(LIST);
}
