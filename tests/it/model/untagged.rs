//! Enums without tags: the first variant that reads a value is the value's.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, ErrorKind, Model, Number};

use crate::stand::{self, item, n, s};

/// What a program without types has stored in one attribute over the years.
#[derive(Debug, Clone, PartialEq, Attribute)]
#[attribute(untagged)]
enum Contact {
    Phone { country: u16, number: String },
    Address(Address),
    Several(Vec<Contact>),
    Id(u64),
    Number(Number),
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Address {
    city: String,
    street: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "people", hash_key = "PERSON#{id}")]
struct Person {
    id: u32,
    contact: Contact,
    former: Option<Contact>,
}

fn address(city: &str) -> Contact {
    Contact::Address(Address { city: city.into(), street: None })
}

#[tokio::test]
async fn a_value_is_that_of_the_first_variant_that_reads_it() {
    stand::run(async |stand| {
        Person::create_table().await.unwrap();
        let map = |entries: &[(&str, AttributeValue)]| {
            let entries = entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
            AttributeValue::M(entries.collect::<HashMap<_, _>>())
        };
        let cases = [
            (s("ann@example.com"), Contact::Text("ann@example.com".into())),
            (n(49), Contact::Id(49)),
            (n("-1.5"), Contact::Number("-1.5".parse().unwrap())),
            (map(&[("city", s("Rome"))]), address("Rome")),
            (
                map(&[("country", n(49)), ("number", s("1")), ("city", s("Rome"))]),
                Contact::Phone { country: 49, number: "1".into() },
            ),
            (
                AttributeValue::L(vec![s("a"), map(&[("city", s("Rome"))])]),
                Contact::Several(vec![Contact::Text("a".into()), address("Rome")]),
            ),
        ];
        for (stored, contact) in cases {
            stand.put_raw("people", item([("pk", s("PERSON#0000000001")), ("id", n(1)), ("contact", stored)])).await;
            let mut person = Person::get(1).consistent().await.unwrap().unwrap();
            assert_eq!(person, Person { id: 1, contact, former: None });
            person.former = Some(person.contact.clone());
            person.save().await.unwrap();
            assert_eq!(Person::get(1).consistent().await.unwrap(), Some(person));
        }
        let odd = item([("pk", s("PERSON#0000000001")), ("id", n(1)), ("contact", AttributeValue::Bool(true))]);
        stand.put_raw("people", odd).await;
        let error = Person::get(1).consistent().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("contact")));
        assert!(error.to_string().contains("no variant of `Contact`"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_value_that_another_variant_would_read_is_not_stored() {
    stand::run(async |stand| {
        Person::create_table().await.unwrap();
        for contact in
            [Contact::Number(7.into()), Contact::Several(vec![Contact::Text("a".into()), Contact::Number(7.into())])]
        {
            let mut person = Person { id: 1, contact: contact.clone(), former: None };
            for error in [
                person.create().await.unwrap_err(),
                Person::update(1).set(|person| person.contact, contact.clone()).await.unwrap_err(),
                person.to_item().unwrap_err(),
            ] {
                assert_eq!(error.kind(), ErrorKind::Encode, "{error}");
                assert!(error.to_string().contains("declared earlier"), "{error}");
            }
        }
        assert_eq!(stand.stored("people").await, []);
    })
    .await;
}
