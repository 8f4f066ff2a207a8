//! Finds the SDK's own serializer and deserializer of each operation, which the splice delegates to.

use std::sync::OnceLock;

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItem;
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItem;
use aws_sdk_dynamodb::operation::create_table::CreateTable;
use aws_sdk_dynamodb::operation::delete_item::DeleteItem;
use aws_sdk_dynamodb::operation::delete_table::DeleteTable;
use aws_sdk_dynamodb::operation::describe_table::DescribeTable;
use aws_sdk_dynamodb::operation::describe_time_to_live::DescribeTimeToLive;
use aws_sdk_dynamodb::operation::execute_statement::ExecuteStatement;
use aws_sdk_dynamodb::operation::get_item::GetItem;
use aws_sdk_dynamodb::operation::put_item::PutItem;
use aws_sdk_dynamodb::operation::query::Query;
use aws_sdk_dynamodb::operation::scan::Scan;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItems;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItems;
use aws_sdk_dynamodb::operation::update_item::UpdateItem;
use aws_sdk_dynamodb::operation::update_time_to_live::UpdateTimeToLive;
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_smithy_runtime_api::client::ser_de::{SharedRequestSerializer, SharedResponseDeserializer};
use aws_smithy_types::config_bag::FrozenLayer;

/// An operation, by which to find the SDK's serializer and deserializer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SdkCodec {
    PutItem,
    GetItem,
    DeleteItem,
    UpdateItem,
    Query,
    Scan,
    ExecuteStatement,
    BatchGetItem,
    BatchWriteItem,
    TransactGetItems,
    TransactWriteItems,
    CreateTable,
    DescribeTable,
    DeleteTable,
    DescribeTimeToLive,
    UpdateTimeToLive,
}

// Each operation needs its own static: its layer is built once, and lent to every request.
macro_rules! layers {
    ($codec:ident: $($operation:ident),*) => {
        match $codec {
            $(SdkCodec::$operation => {
                static LAYER: OnceLock<Option<FrozenLayer>> = OnceLock::new();
                LAYER.get_or_init(|| $operation::new().config()).as_ref()
            })*
        }
    };
}

impl SdkCodec {
    /// The operation's name in DynamoDB's API.
    pub(crate) fn name(self) -> &'static str {
        match self {
            SdkCodec::PutItem => "PutItem",
            SdkCodec::GetItem => "GetItem",
            SdkCodec::DeleteItem => "DeleteItem",
            SdkCodec::UpdateItem => "UpdateItem",
            SdkCodec::Query => "Query",
            SdkCodec::Scan => "Scan",
            SdkCodec::ExecuteStatement => "ExecuteStatement",
            SdkCodec::BatchGetItem => "BatchGetItem",
            SdkCodec::BatchWriteItem => "BatchWriteItem",
            SdkCodec::TransactGetItems => "TransactGetItems",
            SdkCodec::TransactWriteItems => "TransactWriteItems",
            SdkCodec::CreateTable => "CreateTable",
            SdkCodec::DescribeTable => "DescribeTable",
            SdkCodec::DeleteTable => "DeleteTable",
            SdkCodec::DescribeTimeToLive => "DescribeTimeToLive",
            SdkCodec::UpdateTimeToLive => "UpdateTimeToLive",
        }
    }

    /// The members of a successful response, of which DynamoDB always sends one at least. An operation whose response may
    /// have none has an empty list.
    pub(super) fn required(self, has_items: bool) -> &'static [&'static str] {
        match self {
            SdkCodec::Query | SdkCodec::Scan if has_items => &["Items", "Count"],
            SdkCodec::Query | SdkCodec::Scan => &["Count"],
            SdkCodec::BatchGetItem => &["Responses", "UnprocessedKeys"],
            SdkCodec::BatchWriteItem => &["UnprocessedItems"],
            SdkCodec::TransactGetItems => &["Responses"],
            // An empty list also after a statement that writes.
            SdkCodec::ExecuteStatement => &["Items"],
            SdkCodec::CreateTable | SdkCodec::DeleteTable => &["TableDescription"],
            SdkCodec::DescribeTable => &["Table"],
            SdkCodec::DescribeTimeToLive => &["TimeToLiveDescription"],
            SdkCodec::UpdateTimeToLive => &["TimeToLiveSpecification"],
            SdkCodec::PutItem
            | SdkCodec::GetItem
            | SdkCodec::DeleteItem
            | SdkCodec::UpdateItem
            | SdkCodec::TransactWriteItems => &[],
        }
    }

    fn layer(self) -> Option<&'static FrozenLayer> {
        layers!(self: PutItem, GetItem, DeleteItem, UpdateItem, Query, Scan, ExecuteStatement, BatchGetItem, BatchWriteItem, TransactGetItems, TransactWriteItems, CreateTable, DescribeTable, DeleteTable, DescribeTimeToLive, UpdateTimeToLive)
    }

    pub(super) fn serializer(self) -> Option<&'static SharedRequestSerializer> {
        self.layer()?.load::<SharedRequestSerializer>()
    }

    pub(super) fn deserializer(self) -> Option<&'static SharedResponseDeserializer> {
        self.layer()?.load::<SharedResponseDeserializer>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_still_has_its_codecs_where_we_take_them() {
        for codec in [
            SdkCodec::PutItem,
            SdkCodec::GetItem,
            SdkCodec::DeleteItem,
            SdkCodec::UpdateItem,
            SdkCodec::Query,
            SdkCodec::Scan,
            SdkCodec::ExecuteStatement,
            SdkCodec::BatchGetItem,
            SdkCodec::BatchWriteItem,
            SdkCodec::TransactGetItems,
            SdkCodec::TransactWriteItems,
            SdkCodec::CreateTable,
            SdkCodec::DescribeTable,
            SdkCodec::DeleteTable,
            SdkCodec::DescribeTimeToLive,
            SdkCodec::UpdateTimeToLive,
        ] {
            assert!(codec.serializer().is_some(), "{codec:?}");
            assert!(codec.deserializer().is_some(), "{codec:?}");
        }
    }
}
