/// Which record of a batch failed, if any: the answer of a Lambda function with `ReportBatchItemFailures`.
///
/// Of a stream only the first failure counts, since Lambda sends all records from there again. With the cargo feature
/// `serde` it is `Serialize`, in the form of [`to_json`](Self::to_json).
///
/// ```
/// use singlet::stream::BatchFailures;
///
/// let failures = BatchFailures::at("111", "no disk");
/// assert_eq!(failures.to_json(), r#"{"batchItemFailures":[{"itemIdentifier":"111"}]}"#);
/// assert_eq!(BatchFailures::<()>::none().to_json(), r#"{"batchItemFailures":[]}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "without this answer Lambda takes every record for handled"]
pub struct BatchFailures<E> {
    first: Option<(String, E)>,
}

impl<E> BatchFailures<E> {
    /// Every record was handled.
    pub fn none() -> Self {
        BatchFailures { first: None }
    }

    /// All records before the one of this sequence number were handled.
    pub fn at(sequence_number: impl Into<String>, error: E) -> Self {
        BatchFailures { first: Some((sequence_number.into(), error)) }
    }

    /// The sequence number of the first record that failed.
    pub fn sequence_number(&self) -> Option<&str> {
        self.first.as_ref().map(|(number, _)| number.as_str())
    }

    /// Why it failed; for the log, since Lambda is not told.
    pub fn error(&self) -> Option<&E> {
        self.first.as_ref().map(|(_, error)| error)
    }

    /// The answer for Lambda: `{"batchItemFailures":[{"itemIdentifier":"111"}]}`, or an empty list.
    pub fn to_json(&self) -> String {
        let mut writer = crate::wire::Writer::new();
        writer.open_item();
        writer.key("batchItemFailures");
        writer.raw(b"[");
        if let Some(number) = self.sequence_number() {
            writer.open_item();
            writer.key("itemIdentifier");
            writer.raw_text(number);
            writer.close_item();
        }
        writer.raw(b"]");
        writer.close_item();
        // A sequence number is text, and nothing else was written that could fail.
        writer.into_bytes().ok().and_then(|json| String::from_utf8(json).ok()).unwrap_or_default()
    }

    /// `Ok`, or the error of the record that failed: for sources that are not told of single records.
    pub fn into_result(self) -> Result<(), E> {
        self.first.map_or(Ok(()), |(_, error)| Err(error))
    }
}

#[cfg(feature = "serde")]
impl<E> serde::Serialize for BatchFailures<E> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;

        struct Item<'a>(&'a str);

        impl serde::Serialize for Item<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map([("itemIdentifier", self.0)])
            }
        }

        let mut map = serializer.serialize_map(Some(1))?;
        let failures: Vec<_> = self.sequence_number().map(Item).into_iter().collect();
        map.serialize_entry("batchItemFailures", &failures)?;
        map.end()
    }
}
