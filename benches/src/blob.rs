//! A model with binaries and a string set.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::primitives::Blob as Bytes;
use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Binary, Model};

use crate::order::{self, Shop};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{number:08}")]
pub(crate) struct Blob {
    pub(crate) customer: String,
    pub(crate) number: u32,
    pub(crate) data: Binary,
    pub(crate) labels: BTreeSet<String>,
}

impl Blob {
    /// 4 KB of bytes and a set with one label.
    pub(crate) fn binary(number: u32) -> Self {
        let data: Vec<u8> = (0..4096_u32).map(|at| (at * 7 + number).to_le_bytes()[0]).collect();
        Blob { customer: "c-20931".into(), number, data: data.into(), labels: ["one".to_owned()].into() }
    }

    /// Sixteen bytes and a set of sixty labels.
    pub(crate) fn labelled(number: u32) -> Self {
        let labels = (0..60).map(|label| format!("label-{:03}", label * 13 % 101)).collect();
        Blob { data: vec![7; 16].into(), labels, ..Blob::binary(number) }
    }

    /// The fastest conversion by hand, which moves the values.
    pub(crate) fn read(mut item: HashMap<String, AttributeValue>) -> Option<Self> {
        Some(Blob {
            customer: match item.remove("customer")? {
                AttributeValue::S(text) => text,
                _ => return None,
            },
            number: item.get("number")?.as_n().ok()?.parse().ok()?,
            data: match item.remove("data")? {
                AttributeValue::B(bytes) => bytes.into_inner().into(),
                _ => return None,
            },
            labels: match item.remove("labels")? {
                AttributeValue::Ss(labels) => labels.into_iter().collect(),
                _ => return None,
            },
        })
    }

    pub(crate) fn write(&self) -> HashMap<String, AttributeValue> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(order::hash(&self.customer))),
            ("sk".to_owned(), AttributeValue::S(order::range(self.number))),
            (order::ENTITY.0.to_owned(), text("Blob")),
            ("customer".to_owned(), text(&self.customer)),
            ("number".to_owned(), AttributeValue::N(self.number.to_string())),
            ("data".to_owned(), AttributeValue::B(Bytes::new(self.data.to_vec()))),
            ("labels".to_owned(), AttributeValue::Ss(self.labels.iter().cloned().collect())),
        ])
    }
}
