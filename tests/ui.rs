//! What the derives accept and refuse, with the words of every refusal.

/// The cases that compile are modules here, not crates: building those would build every dependency again.
#[path = "ui/pass/attributes.rs"]
pub mod attributes;
#[path = "ui/pass/both_styles.rs"]
pub mod both_styles;
#[path = "ui/pass/hygiene.rs"]
pub mod hygiene;
#[path = "ui/pass/partition_words.rs"]
pub mod partition_words;
#[path = "ui/pass/reads.rs"]
pub mod reads;

#[test]
fn every_form_of_an_attribute_is_stored_and_read_back() {
    attributes::main();
}

#[test]
fn templates_and_key_fields_make_the_same_kind_of_model() {
    both_styles::main();
}

#[test]
fn generated_code_meets_the_names_of_the_user() {
    hygiene::main();
}

#[test]
fn partition_and_sort_keys_are_hash_and_range_keys() {
    partition_words::main();
}

#[test]
fn projections_and_collections_meet_the_names_of_the_user() {
    reads::main();
}

/// `TRYBUILD=overwrite cargo test --test ui` writes the expected output anew; read it then.
#[test]
fn every_mistake_is_told_once_and_where_it_is() {
    trybuild::TestCases::new().compile_fail("tests/ui/fail/**/*.rs");
}
