//! Builders of models. What does not compile is in the `ui` tests.

use singlet::Model;

use crate::shop::{Address, Customer, CustomerId, customer};

fn address() -> Address {
    customer("c-1").address
}

#[test]
fn required_fields_are_set_in_any_order() {
    let built = Customer::builder().address(address()).id("c-1").build();
    let expected = Customer { email: None, points: 0, ..customer("c-1") };
    assert_eq!(built, expected);
}

#[test]
fn setters_take_what_stands_for_the_type() {
    let id = CustomerId("c-1".into());
    let customer = customer("c-1");
    let built = Customer::builder().id(&id).email("c-1@example.com").points(7_u64).address(&customer.address).build();
    assert_eq!(built, customer);
    let built = Customer::builder().id(String::from("c-1")).maybe_email(None).address(address()).nick("ann".to_owned());
    let built = built.build();
    assert_eq!((built.email, built.nick.as_deref()), (None, Some("ann")));
}

fn seven() -> u8 {
    7
}

#[derive(Debug, PartialEq, Model)]
#[model(table = "defaults")]
struct Defaults {
    #[model(hash_key)]
    pk: String,
    #[model(default = seven())]
    seven: u8,
    #[model(default)]
    list: Vec<String>,
    #[model(skip)]
    skipped: Option<std::time::Duration>,
}

#[test]
fn a_builder_and_a_read_have_the_same_defaults() {
    let built = Defaults::builder().pk("a").build();
    let stored = crate::stand::item([("pk", crate::stand::s("a"))]);
    assert_eq!(Defaults::from_item(&stored).unwrap(), built);
    assert_eq!((built.seven, built.list.len(), built.skipped), (7, 0, None));
}

#[test]
fn a_builder_shows_no_values() {
    let shown = format!("{:?}", Customer::builder().id("S3CRET").email("S3CRET"));
    assert!(!shown.contains("S3CRET"), "{shown}");
}
