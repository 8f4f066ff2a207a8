//! The response side of the splice: checks that a response is whole, takes the items out of its body and leaves the rest
//! to the SDK.

use std::ops::Range;
use std::sync::{Arc, PoisonError};

use aws_smithy_runtime_api::client::interceptors::context::{Error, Output};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::ser_de::DeserializeResponse;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;

use crate::splice::{ItemPlace, ItemSink, Member, Remainder, ResponseSummary, Shape, Splice};
use crate::wire::{Fault, Reader};

#[derive(Debug)]
pub(super) struct Deserializer(pub(super) Arc<Splice>);

type SpliceOutcome = Result<Output, OrchestratorError<Error>>;

impl DeserializeResponse for Deserializer {
    fn deserialize_nonstreaming_with_config(&self, response: &HttpResponse, cfg: &ConfigBag) -> SpliceOutcome {
        let splice = &self.0;
        if response.status().is_success() {
            let members = splice.read(response).map_err(unreadable)?;
            return splice.output(response, members, cfg);
        }
        check_sum(response).map_err(unreadable)?;
        // Only the SDK reads error responses, so that its retry classifiers see them unchanged.
        splice.by_sdk(response, cfg)
    }
}

/// The members of the body of a successful response.
#[derive(Debug, Default, PartialEq, Eq)]
struct BodyMembers {
    /// The position of the items that the sink has read.
    items: Option<Range<usize>>,
    count: Option<i32>,
    scanned_count: Option<i32>,
    /// Whether there is an empty `UnprocessedKeys` or `UnprocessedItems`.
    has_empty_unprocessed: bool,
    has_others: bool,
}

impl BodyMembers {
    fn number(&mut self, name: &str) -> Option<&mut Option<i32>> {
        match name {
            "Count" => Some(&mut self.count),
            "ScannedCount" => Some(&mut self.scanned_count),
            _ => None,
        }
    }

    fn summary(&self) -> ResponseSummary {
        let BodyMembers { count, scanned_count, has_empty_unprocessed, .. } = *self;
        ResponseSummary { has_items: self.items.is_some(), count, scanned_count, has_empty_unprocessed }
    }
}

/// The error of a response that cannot be read. The SDK counts it as transient and sends the request again.
#[cold]
fn unreadable(fault: Fault) -> OrchestratorError<Error> {
    OrchestratorError::response(Box::new(fault))
}

impl Splice {
    /// Checks the body of a successful response, and passes the items to the sink.
    fn read(&self, response: &HttpResponse) -> Result<BodyMembers, Fault> {
        check_sum(response)?;
        let body = response.body().bytes().unwrap_or_default();
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        let target = match (self.items, sink.as_deref_mut()) {
            (Some(member), Some(sink)) => Some((member, sink)),
            _ => None,
        };
        let required = self.codec.operation().required(target.is_some());
        let Some((member, sink)) = target else { return read_body(body, required, None) };
        sink.clear();
        read_body(body, required, Some((member, &mut *sink))).inspect_err(|_| sink.reset())
    }

    /// Deserializes the members of a successful response other than the items.
    fn output(&self, response: &HttpResponse, members: BodyMembers, cfg: &ConfigBag) -> SpliceOutcome {
        let rest = members.items.and_then(|items| without(response, &items));
        let output = self.by_sdk(rest.as_ref().unwrap_or(response), cfg);
        // The service did not report an error, so what the SDK cannot read is not an error of the service.
        output.map_err(|_| unreadable(Fault::invalid("the response does not have the members of the operation")))
    }

    fn by_sdk(&self, response: &HttpResponse, cfg: &ConfigBag) -> SpliceOutcome {
        let Some(sdk) = self.codec.deserializer() else {
            return Err(OrchestratorError::other("the SDK has no deserializer for the operation"));
        };
        sdk.deserialize_nonstreaming_with_config(response, cfg)
    }
}

/// Replaces the items of a response with an empty value.
fn without(response: &HttpResponse, items: &Range<usize>) -> Option<HttpResponse> {
    let body = response.body().bytes().unwrap_or_default();
    let mut rest = Vec::with_capacity(body.len() - items.len() + 2);
    rest.extend_from_slice(&body[..items.start]);
    // The SDK still requires a value of the right type: `[]` for a list, `{}` for an item or a map of lists.
    rest.extend_from_slice(if body.get(items.start) == Some(&b'[') { b"[]" } else { b"{}" });
    rest.extend_from_slice(&body[items.end..]);
    let mut small = HttpResponse::new(response.status(), SdkBody::from(rest));
    // The SDK takes the output's request id from this header.
    if let Some(id) = response.headers().get("x-amzn-requestid") {
        small.headers_mut().try_insert("x-amzn-requestid", id.to_owned()).ok()?;
    }
    Some(small)
}

/// Passes the items of `response` to the splice's sink, and the rest to the SDK. Returns the SDK's output.
pub(crate) fn deserialize(splice: &Arc<Splice>, response: &HttpResponse) -> SpliceOutcome {
    Deserializer(Arc::clone(splice)).deserialize_nonstreaming_with_config(response, &ConfigBag::base())
}

/// Does the same for a successful response. The SDK's deserializer is used only if the response has members that a
/// [`ResponseSummary`] does not contain, or if `only_sdk` is set.
pub(crate) fn deserialize_success(
    splice: &Splice,
    response: &HttpResponse,
    only_sdk: bool,
) -> Result<Remainder, OrchestratorError<Error>> {
    let members = splice.read(response).map_err(unreadable)?;
    if !only_sdk && !members.has_others {
        return Ok(Remainder::Summary(members.summary()));
    }
    splice.output(response, members, &ConfigBag::base()).map(Remainder::Output)
}

/// Reads the whole body, and the items of a member into its sink.
///
/// A body without any of the `required` members is damaged: no answer of the operation lacks them all.
fn read_body(
    body: &[u8],
    required: &[&str],
    mut items: Option<(Member, &mut dyn ItemSink)>,
) -> Result<BodyMembers, Fault> {
    let mut reader = Reader::new(body)?;
    let mut members = BodyMembers::default();
    let mut is_complete = required.is_empty();
    let mut more = reader.open_map()?;
    while more {
        let key = reader.key()?;
        let is_null = reader.at_null();
        is_complete |= !is_null && required.contains(&&*key);
        match (&mut items, members.number(&key)) {
            (Some((member, sink)), _) if key == member.name && !is_null => {
                members.items = Some(reader.span(|reader| match member.shape {
                    Shape::Items => read_list_or_item(reader, *sink),
                    Shape::ByTable => read_tables(reader, *sink),
                    Shape::Wrapped => read_wrapped(reader, *sink),
                })?);
            }
            (items, Some(count)) => {
                *count = std::str::from_utf8(reader.raw_value()?).ok().and_then(|number| number.parse().ok());
                let number = *count;
                // The SDK reads, or refuses, what is not an `i32`.
                members.has_others |= number.is_none();
                // DynamoDB sends `Count` before `Items`, so the space can be reserved.
                if let (Some((_, sink)), "Count") = (items, &*key) {
                    let count = number.and_then(|number| usize::try_from(number).ok());
                    // Limits the allocation if the count is wrong: an item takes at least six bytes of the body.
                    sink.reserve(count.unwrap_or(0).min(body.len() / 6));
                }
            }
            _ => match (&*key, reader.raw_value()?) {
                ("UnprocessedKeys" | "UnprocessedItems", b"{}") => members.has_empty_unprocessed = true,
                _ => members.has_others = true,
            },
        }
        more = reader.more_entries()?;
    }
    reader.finish()?;
    if is_complete { Ok(members) } else { Err(Fault::invalid("the response lacks the members of the operation")) }
}

fn read_list_or_item(reader: &mut Reader<'_>, sink: &mut dyn ItemSink) -> Result<(), Fault> {
    if reader.at_list() { read_list(reader, sink) } else { sink.item(reader) }
}

fn read_list(reader: &mut Reader<'_>, sink: &mut dyn ItemSink) -> Result<(), Fault> {
    let mut more = reader.open_list()?;
    while more {
        sink.item(reader)?;
        more = reader.more_elements()?;
    }
    Ok(())
}

fn read_tables(reader: &mut Reader<'_>, sink: &mut dyn ItemSink) -> Result<(), Fault> {
    let mut more = reader.open_map()?;
    while more {
        sink.at(ItemPlace::Table(&reader.key()?));
        read_list(reader, sink)?;
        more = reader.more_entries()?;
    }
    Ok(())
}

fn read_wrapped(reader: &mut Reader<'_>, sink: &mut dyn ItemSink) -> Result<(), Fault> {
    let mut more = reader.open_list()?;
    for number in 0.. {
        if !more {
            break;
        }
        sink.at(ItemPlace::Entry(number));
        let mut members = reader.open_map()?;
        while members {
            if reader.key()? == "Item" {
                sink.item(reader)?;
            } else {
                reader.skip()?;
            }
            members = reader.more_entries()?;
        }
        more = reader.more_elements()?;
    }
    Ok(())
}

/// Compares the body with the header `x-amz-crc32`, if there is one. DynamoDB sends it with every response; other servers
/// may not.
fn check_sum(response: &HttpResponse) -> Result<(), Fault> {
    let headers = response.headers();
    // The checksum is that of the compressed body, which a proxy or the HTTP client may have decompressed.
    if headers.get("content-encoding").is_some() {
        return Ok(());
    }
    let Some(expected) = headers.get("x-amz-crc32").and_then(|sum| sum.parse::<u32>().ok()) else { return Ok(()) };
    let body = response.body().bytes().unwrap_or_default();
    if crc32fast::hash(body) == expected {
        Ok(())
    } else {
        Err(Fault::invalid("the body of the response does not match its checksum"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::splice::{Owner, ReadSink};
    use crate::{Error, SkipReason};

    /// Records the place of each item.
    #[derive(Default)]
    struct Places {
        place: String,
        items: Vec<String>,
    }

    impl ItemSink for Places {
        fn clear(&mut self) {}
        fn commit(&mut self) {}
        fn reset(&mut self) {}
        fn reserve(&mut self, _: usize) {}
        fn at(&mut self, place: ItemPlace<'_>) {
            self.place = format!("{place:?}");
        }
        fn item(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
            let item = String::from_utf8_lossy(reader.raw_value()?);
            self.items.push(format!("{} {item}", self.place));
            Ok(())
        }
        fn is_filled(&self) -> bool {
            true
        }
        fn take_error(&mut self, _: &dyn Fn(Fault) -> Error) -> Option<Error> {
            None
        }
        fn count(&self) -> usize {
            self.items.len()
        }
        fn skipped(&self, _: &mut dyn FnMut(SkipReason, Option<Owner<'_>>)) {}
        fn into_read(self: Box<Self>) -> Option<Box<dyn ReadSink>> {
            None
        }
        fn into_any(self: Box<Self>) -> Box<dyn std::any::Any> {
            self
        }
    }

    fn read(body: &str, shape: Shape) -> Result<(Vec<String>, Option<Range<usize>>), Fault> {
        let mut sink = Places::default();
        let member = Member { name: "Responses", shape };
        let members = read_body(body.as_bytes(), &[], Some((member, &mut sink)))?;
        Ok((sink.items, members.items))
    }

    #[test]
    fn members_outside_the_summary_are_noticed() {
        let has_others = |body: &str| {
            let member = Member { name: "Item", shape: Shape::Items };
            read_body(body.as_bytes(), &[], Some((member, &mut Places::default()))).unwrap().has_others
        };
        for body in [
            "{}",
            r#"{"Item":{}}"#,
            r#"{"Count":1,"Item":{},"ScannedCount":1}"#,
            r#" { "\u0049tem" : {} } "#,
            r#"{"UnprocessedKeys": {} }"#,
        ] {
            assert!(!has_others(body), "{body}");
        }
        for body in [
            r#"{"Item":null}"#,
            r#"{"Count":1.5}"#,
            r#"{"Count":null}"#,
            r#"{"Item":{},"ConsumedCapacity":{}}"#,
            r#"{"UnprocessedItems":{"t":[]}}"#,
            r#"{"UnprocessedItems":[]}"#,
        ] {
            assert!(has_others(body), "{body}");
        }
        // Without a sink, items are for the SDK.
        assert!(read_body(br#"{"Item":{}}"#, &[], None).unwrap().has_others);
        let read = read_body(br#"{"Count":1,"ScannedCount":20}"#, &[], None).unwrap();
        let expected = ResponseSummary { count: Some(1), scanned_count: Some(20), ..ResponseSummary::default() };
        assert_eq!(read.summary(), expected);
    }

    #[test]
    fn items_by_table_come_with_their_table() {
        let body = r#"{"U":{},"Responses":{"a":[{"x":1},{}],"b":[],"\u0063":[{}]},"V":1}"#;
        let (items, range) = read(body, Shape::ByTable).unwrap();
        assert_eq!(items, [r#"Table("a") {"x":1}"#, r#"Table("a") {}"#, r#"Table("c") {}"#]);
        assert_eq!(&body[range.unwrap()], r#"{"a":[{"x":1},{}],"b":[],"\u0063":[{}]}"#);
        assert_eq!(read(r#"{"Responses":{}}"#, Shape::ByTable).unwrap().0, [""; 0]);
        assert_eq!(read("{}", Shape::ByTable).unwrap(), (vec![], None));
    }

    #[test]
    fn wrapped_items_come_with_their_number() {
        let body = r#"{"Responses":[{"Item":{"x":1}},{},{"New":[],"Item":{}}]}"#;
        let (items, range) = read(body, Shape::Wrapped).unwrap();
        assert_eq!(items, [r#"Entry(0) {"x":1}"#, "Entry(2) {}"]);
        assert_eq!(range, Some(13..body.len() - 1));
        assert_eq!(read(r#"{"Responses":[]}"#, Shape::Wrapped).unwrap().0, [""; 0]);
    }

    #[test]
    fn another_shape_is_damage() {
        for (body, shape) in [
            (r#"{"Responses":[{}]}"#, Shape::ByTable),
            (r#"{"Responses":{"a":{}}}"#, Shape::ByTable),
            (r#"{"Responses":{"a":[{}]}}"#, Shape::Wrapped),
            (r#"{"Responses":[[]]}"#, Shape::Wrapped),
            (r#"{"Responses":7}"#, Shape::ByTable),
        ] {
            assert!(read(body, shape).is_err(), "{body}");
        }
    }

    #[test]
    fn null_is_no_member() {
        assert_eq!(read(r#"{"Responses":null}"#, Shape::ByTable).unwrap(), (vec![], None));
        assert!(read_body(br#"{"Count":null}"#, &["Count"], None).is_err());
    }

    #[test]
    fn a_body_without_its_members_is_damaged() {
        let required = ["Items", "Count"];
        for body in [r#"{"Count":0}"#, r#"{"Items":[]}"#, r#" { "x" : [ ] , "Count" : 1 } "#] {
            assert_eq!(read_body(body.as_bytes(), &required, None).unwrap().items, None, "{body}");
        }
        for body in ["", " ", "{}", "null", "[]", r#"{"x":1}"#, r#"{"Count":1"#, r#"{"Count":1}}"#, r#"{"Count":1,}"#] {
            assert!(read_body(body.as_bytes(), &required, None).is_err(), "{body}");
        }
        assert_eq!(read_body(b"{}", &[], None).unwrap().items, None);
        assert!(read_body(b"", &[], None).is_err());
    }

    fn with_headers(body: &'static str, headers: &[(&'static str, &'static str)]) -> HttpResponse {
        let mut response = HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body));
        for (name, value) in headers {
            response.headers_mut().insert(*name, *value);
        }
        response
    }

    #[test]
    fn only_a_wrong_sum_is_refused() {
        // The sum of `{}`, as DynamoDB sends it.
        check_sum(&with_headers("{}", &[("x-amz-crc32", "2745614147")])).unwrap();
        check_sum(&with_headers("{}", &[])).unwrap();
        check_sum(&with_headers("{}", &[("x-amz-crc32", "no number")])).unwrap();
        check_sum(&with_headers("{}", &[("x-amz-crc32", "1"), ("content-encoding", "gzip")])).unwrap();
        assert!(check_sum(&with_headers("{}", &[("x-amz-crc32", "1")])).is_err());
        assert!(check_sum(&with_headers("", &[("x-amz-crc32", "2745614147")])).is_err());
    }
}
