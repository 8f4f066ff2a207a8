//! Compares outputs with those that the SDK reads.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;

use super::*;
use crate::splice::{Attempts, Decoder, Remainder, Splice, deserialize, deserialize_success};
use crate::wire::Reader;

fn skip(reader: &mut Reader<'_>) -> Result<(), Fault> {
    reader.skip()
}

fn check<R: SdkOperation>(bodies: &[&'static str])
where
    R::Output: PartialEq,
{
    for body in bodies {
        let response = HttpResponse::new(200.try_into().unwrap(), SdkBody::from(*body));
        let sink: Box<dyn ItemSink> = Decoder::new(skip).sink();
        let (splice, _) = Splice::new(R::CODEC, Attempts::default()).items(R::ITEMS, Some(sink)).interceptor();
        let of_sdk = deserialize(&splice, &response).unwrap().downcast::<R::Output>().unwrap();
        let Ok(Remainder::Summary(summary)) = deserialize_success(&splice, &response, false) else {
            panic!("{body} has other members");
        };
        assert_eq!(R::OUTPUT_OF_SUMMARY.unwrap()(summary), of_sdk, "{body}");
    }
}

#[test]
fn the_sdk_has_a_codec_for_each_operation() {
    for codec in CODECS {
        assert!(codec.serializer().is_some(), "{codec:?}");
        assert!(codec.deserializer().is_some(), "{codec:?}");
    }
}

#[test]
fn an_output_of_a_summary_equals_that_of_the_sdk() {
    let item = r#"{"Item":{"pk":{"S":"a"}}}"#;
    let attributes = r#"{"Attributes":{"pk":{"S":"a"}}}"#;
    let page = r#"{"Count":1,"Items":[{"pk":{"S":"a"}}],"ScannedCount":30}"#;
    let pages = [page, r#"{"Count":2,"ScannedCount":30}"#, r#"{"Count":0}"#, r#"{"Items":[]}"#];
    check::<put_item::builders::PutItemFluentBuilder>(&["{}", attributes]);
    check::<get_item::builders::GetItemFluentBuilder>(&["{}", item]);
    check::<delete_item::builders::DeleteItemFluentBuilder>(&["{}", attributes]);
    check::<update_item::builders::UpdateItemFluentBuilder>(&["{}", attributes]);
    check::<query::builders::QueryFluentBuilder>(&pages);
    check::<scan::builders::ScanFluentBuilder>(&pages);
    check::<batch_get_item::builders::BatchGetItemFluentBuilder>(&[
        r#"{"Responses":{},"UnprocessedKeys":{}}"#,
        r#"{"UnprocessedKeys":{},"Responses":{"shop":[{"pk":{"S":"a"}}]}}"#,
        r#"{"Responses":{"shop":[]}}"#,
    ]);
    check::<batch_write_item::builders::BatchWriteItemFluentBuilder>(&[r#"{"UnprocessedItems":{}}"#]);
    check::<transact_get_items::builders::TransactGetItemsFluentBuilder>(&[
        r#"{"Responses":[]}"#,
        r#"{"Responses":[{},{"Item":{"pk":{"S":"a"}}}]}"#,
    ]);
    check::<transact_write_items::builders::TransactWriteItemsFluentBuilder>(&["{}"]);
}
