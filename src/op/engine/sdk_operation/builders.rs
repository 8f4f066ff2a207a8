//! The SDK's fluent builders as [`SdkOperation`]s.

use std::sync::OnceLock;

use aws_sdk_dynamodb::operation::{
    batch_get_item, batch_write_item, create_table, delete_item, delete_table, describe_table, describe_time_to_live,
    execute_statement, get_item, put_item, query, scan, transact_get_items, transact_write_items, update_item,
    update_time_to_live,
};
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_smithy_types::config_bag::FrozenLayer;
use aws_smithy_types::error::operation::BuildError;

use crate::client::cost::UnitKind;
use crate::op::engine::batch_keys::BatchKeys;
use crate::op::engine::read_expressions::ReadExpressions;
use crate::op::engine::request_body::RequestBody;
use crate::op::engine::sdk_operation::{OfSummary, SdkOperation, fill};
use crate::op::engine::write_expressions::WriteExpressions;
use crate::splice::{ApiOperation, ItemPlace, ItemSink, Member, ResponseSummary, SdkCodec, Shape};
use crate::wire::Fault;
use crate::{Cost, Item};

macro_rules! sdk_operations {
    ($($operation:ident: $module:ident::{$builder:ident, $output:ident, $error:ident} { $($member:tt)* })*) => {$(
        impl SdkOperation for $module::builders::$builder {
            const CODEC: SdkCodec = {
                fn layer() -> Option<&'static FrozenLayer> {
                    // Each operation needs its own static: its layer is built once, and lent to every request.
                    static LAYER: OnceLock<Option<FrozenLayer>> = OnceLock::new();
                    LAYER.get_or_init(|| $module::$operation::new().config()).as_ref()
                }
                SdkCodec::new(ApiOperation::$operation, layer)
            };
            type Output = $module::$output;
            type Error = $module::$error;

            fn empty(sdk: &aws_sdk_dynamodb::Client) -> Self {
                sdk.$module()
            }

            fn input(&self) -> Result<Input, BuildError> {
                self.as_input().clone().build().map(Input::erase)
            }

            $($member)*
        }
    )*

        #[cfg(test)]
        const CODECS: &[SdkCodec] = &[$($module::builders::$builder::CODEC,)*];
    };
}

/// A request whose response contains the consumed capacity.
macro_rules! metered {
    ($kind:ident) => {
        const UNITS: Option<UnitKind> = Some(UnitKind::$kind);

        fn metered(self, capacity: ReturnConsumedCapacity) -> Self {
            self.return_consumed_capacity(capacity)
        }

        fn consumed(output: &Self::Output) -> Option<Cost> {
            Cost::of_response(UnitKind::$kind, output.consumed_capacity())
        }
    };
}

/// The members of a body that follow the head, in the order of the SDK.
macro_rules! members {
    ($($write:ident $member:literal $get:ident,)*) => {
        fn write_body(builder: Option<&Self>, body: &mut RequestBody<'_>) -> bool {
            $(body.$write($member, builder.and_then(|builder| builder.$get().as_ref()));)*
            true
        }
    };
}

/// A request for the item under one key.
macro_rules! by_key {
    () => {
        fn set_own_key(self, key: Item) -> Self {
            self.set_key(Some(key))
        }
    };
}

/// A request for items of one table.
macro_rules! of_one_table {
    () => {
        const SET_TABLE: Option<fn(Self, &str) -> Self> = Some(|builder, table| builder.table_name(table));
    };
}

/// A read with expressions.
macro_rules! read_expressions {
    ($($set_key_condition:ident)?) => {
        fn set_read_expressions(self, expressions: &ReadExpressions) -> Self {
            self$(.$set_key_condition(expressions.key_condition.clone()))?
                .set_filter_expression(expressions.filter.clone())
                .set_projection_expression(expressions.projection.clone())
                .set_expression_attribute_names(expressions.placeholders.sdk_names())
                .set_expression_attribute_values(expressions.placeholders.sdk_values())
        }
    };
}

/// A write of one item. Its response may contain the item, or its error the one that made the condition fail.
macro_rules! of_one_write {
    ($output:ty, $error:path, $write:ident $item:literal $get_item:ident $(, $update:literal $get_update:ident $set_update:ident)?) => {
        const OUTPUT_OF_SUMMARY: Option<OfSummary<Self::Output>> =
            Some(|summary| <$output>::builder().set_attributes(summary.item()).build());

        of_one_table!();

        fn set_write_expressions(self, expressions: &WriteExpressions) -> Self {
            let (condition, placeholders) = (expressions.condition(), expressions.placeholders());
            self.set_condition_expression(condition.map(str::to_owned))
                $(.$set_update(expressions.update().map(str::to_owned)))?
                .set_return_values_on_condition_check_failure(expressions.returned_item())
                .set_expression_attribute_names(placeholders.sdk_names())
                .set_expression_attribute_values(placeholders.sdk_values())
        }

        members! {
            table "TableName" get_table_name,
            $write $item $get_item,
            text "ReturnValues" get_return_values,
            text "ReturnConsumedCapacity" get_return_consumed_capacity,
            $(update_expression $update $get_update,)?
            condition_expression "ConditionExpression" get_condition_expression,
            expression_names "ExpressionAttributeNames" get_expression_attribute_names,
            expression_values "ExpressionAttributeValues" get_expression_attribute_values,
            returned_item "ReturnValuesOnConditionCheckFailure" get_return_values_on_condition_check_failure,
        }

        const ITEMS: Member = Member { name: "Attributes", shape: Shape::Items };

        metered!(Write);

        fn item(output: &Self::Output) -> Option<&Item> {
            output.attributes()
        }

        fn stored(error: &Self::Error) -> Option<&Item> {
            match error {
                $error(failed) => failed.item(),
                _ => None,
            }
        }
    };
}

/// A request for many items of one table.
macro_rules! of_many_items {
    () => {
        metered!(Read);

        fn fill(output: &Self::Output, sink: &mut dyn ItemSink) -> Result<(), Fault> {
            fill(output.items(), sink)
        }
    };
}

/// A request whose response counts its items.
macro_rules! of_counted_items {
    ($output:ty) => {
        const OUTPUT_OF_SUMMARY: Option<OfSummary<Self::Output>> = Some(|summary| {
            let ResponseSummary { count, scanned_count, .. } = summary;
            <$output>::builder().set_items(summary.list()).set_count(count).set_scanned_count(scanned_count).build()
        });

        of_many_items!();

        fn count(output: &Self::Output) -> usize {
            usize::try_from(output.count()).unwrap_or_default()
        }
    };
}

sdk_operations! {
    PutItem: put_item::{PutItemFluentBuilder, PutItemOutput, PutItemError} {
        of_one_write!(
            put_item::PutItemOutput,
            put_item::PutItemError::ConditionalCheckFailedException,
            values "Item" get_item
        );
    }
    UpdateItem: update_item::{UpdateItemFluentBuilder, UpdateItemOutput, UpdateItemError} {
        of_one_write!(
            update_item::UpdateItemOutput,
            update_item::UpdateItemError::ConditionalCheckFailedException,
            key "Key" get_key,
            "UpdateExpression" get_update_expression set_update_expression
        );

        by_key!();
    }
    DeleteItem: delete_item::{DeleteItemFluentBuilder, DeleteItemOutput, DeleteItemError} {
        of_one_write!(
            delete_item::DeleteItemOutput,
            delete_item::DeleteItemError::ConditionalCheckFailedException,
            key "Key" get_key
        );

        by_key!();
    }
    GetItem: get_item::{GetItemFluentBuilder, GetItemOutput, GetItemError} {
        of_one_table!();

        members! {
            table "TableName" get_table_name,
            key "Key" get_key,
            flag "ConsistentRead" get_consistent_read,
            text "ReturnConsumedCapacity" get_return_consumed_capacity,
            projection "ProjectionExpression" get_projection_expression,
            expression_names "ExpressionAttributeNames" get_expression_attribute_names,
        }

        // A projection contains only names.
        fn set_read_expressions(self, expressions: &ReadExpressions) -> Self {
            self.set_projection_expression(expressions.projection.clone())
                .set_expression_attribute_names(expressions.placeholders.sdk_names())
        }

        const ITEMS: Member = Member { name: "Item", shape: Shape::Items };

        const OUTPUT_OF_SUMMARY: Option<OfSummary<Self::Output>> =
            Some(|summary| get_item::GetItemOutput::builder().set_item(summary.item()).build());

        by_key!();

        metered!(Read);

        fn item(output: &Self::Output) -> Option<&Item> {
            output.item()
        }
    }
    Query: query::{QueryFluentBuilder, QueryOutput, QueryError} {
        of_one_table!();

        members! {
            table "TableName" get_table_name,
            text "IndexName" get_index_name,
            text "Select" get_select,
            number "Limit" get_limit,
            flag "ConsistentRead" get_consistent_read,
            flag "ScanIndexForward" get_scan_index_forward,
            values "ExclusiveStartKey" get_exclusive_start_key,
            text "ReturnConsumedCapacity" get_return_consumed_capacity,
            projection "ProjectionExpression" get_projection_expression,
            filter "FilterExpression" get_filter_expression,
            key_condition "KeyConditionExpression" get_key_condition_expression,
            expression_names "ExpressionAttributeNames" get_expression_attribute_names,
            expression_values "ExpressionAttributeValues" get_expression_attribute_values,
        }

        of_counted_items!(query::QueryOutput);

        read_expressions!(set_key_condition_expression);
    }
    Scan: scan::{ScanFluentBuilder, ScanOutput, ScanError} {
        of_one_table!();

        members! {
            table "TableName" get_table_name,
            text "IndexName" get_index_name,
            number "Limit" get_limit,
            text "Select" get_select,
            values "ExclusiveStartKey" get_exclusive_start_key,
            text "ReturnConsumedCapacity" get_return_consumed_capacity,
            number "TotalSegments" get_total_segments,
            number "Segment" get_segment,
            projection "ProjectionExpression" get_projection_expression,
            filter "FilterExpression" get_filter_expression,
            expression_names "ExpressionAttributeNames" get_expression_attribute_names,
            expression_values "ExpressionAttributeValues" get_expression_attribute_values,
            flag "ConsistentRead" get_consistent_read,
        }

        of_counted_items!(scan::ScanOutput);

        read_expressions!();
    }
    ExecuteStatement: execute_statement::{
        ExecuteStatementFluentBuilder, ExecuteStatementOutput, ExecuteStatementError
    } {
        of_many_items!();
    }
    BatchGetItem: batch_get_item::{BatchGetItemFluentBuilder, BatchGetItemOutput, BatchGetItemError} {
        fn set_batch_keys(self, keys: &[BatchKeys<'_>]) -> Self {
            keys.iter().fold(self, |builder, keys| builder.request_items(keys.table, keys.to_sdk()))
        }

        fn write_body(builder: Option<&Self>, body: &mut RequestBody<'_>) -> bool {
            body.batch_keys("RequestItems");
            body.text("ReturnConsumedCapacity", builder.and_then(|builder| builder.get_return_consumed_capacity().as_ref()));
            // Only the SDK writes keys that are in the builder.
            builder.is_none_or(|builder| builder.get_request_items().is_none())
        }

        const ITEMS: Member = Member { name: "Responses", shape: Shape::ByTable };

        const OUTPUT_OF_SUMMARY: Option<OfSummary<Self::Output>> = Some(|summary| {
            let output = batch_get_item::BatchGetItemOutput::builder().set_responses(summary.tables());
            output.set_unprocessed_keys(summary.unprocessed()).build()
        });

        metered!(Read);

        fn fill(output: &Self::Output, sink: &mut dyn ItemSink) -> Result<(), Fault> {
            for (table, items) in output.responses().into_iter().flatten() {
                sink.at(ItemPlace::Table(table));
                fill(items, sink)?;
            }
            Ok(())
        }
    }
    BatchWriteItem: batch_write_item::{BatchWriteItemFluentBuilder, BatchWriteItemOutput, BatchWriteItemError} {
        fn is_all_in_head(builder: Option<&Self>) -> bool {
            builder.is_none_or(|builder| {
                builder.get_request_items().is_none() && builder.get_return_consumed_capacity().is_none()
            })
        }

        fn write_body(builder: Option<&Self>, body: &mut RequestBody<'_>) -> bool {
            body.text("ReturnConsumedCapacity", builder.and_then(|builder| builder.get_return_consumed_capacity().as_ref()));
            // The items are in the head.
            builder.is_none_or(|builder| builder.get_request_items().is_none())
        }

        const OUTPUT_OF_SUMMARY: Option<OfSummary<Self::Output>> = Some(|summary| {
            batch_write_item::BatchWriteItemOutput::builder().set_unprocessed_items(summary.unprocessed()).build()
        });

        metered!(Write);
    }
    TransactGetItems: transact_get_items::{
        TransactGetItemsFluentBuilder, TransactGetItemsOutput, TransactGetItemsError
    } {
        const ITEMS: Member = Member { name: "Responses", shape: Shape::Wrapped };

        const OUTPUT_OF_SUMMARY: Option<OfSummary<Self::Output>> =
            Some(|summary| transact_get_items::TransactGetItemsOutput::builder().set_responses(summary.list()).build());

        metered!(Read);

        fn fill(output: &Self::Output, sink: &mut dyn ItemSink) -> Result<(), Fault> {
            for (entry, response) in output.responses().iter().enumerate() {
                sink.at(ItemPlace::Entry(entry));
                fill(response.item(), sink)?;
            }
            Ok(())
        }
    }
    TransactWriteItems: transact_write_items::{
        TransactWriteItemsFluentBuilder, TransactWriteItemsOutput, TransactWriteItemsError
    } {
        fn write_body(builder: Option<&Self>, body: &mut RequestBody<'_>) -> bool {
            // The items are in the head. The SDK adds a token to a request without one.
            let Some(builder) = builder.filter(|builder| builder.get_transact_items().is_none()) else { return false };
            body.text("ReturnConsumedCapacity", builder.get_return_consumed_capacity().as_ref());
            body.text("ClientRequestToken", builder.get_client_request_token().as_ref());
            builder.get_client_request_token().is_some()
        }

        const OUTPUT_OF_SUMMARY: Option<OfSummary<Self::Output>> =
            Some(|_| transact_write_items::TransactWriteItemsOutput::builder().build());

        metered!(Write);

        fn is_refusal(error: &Self::Error) -> bool {
            let transact_write_items::TransactWriteItemsError::TransactionCanceledException(canceled) = error else { return false };
            canceled.cancellation_reasons().iter().any(|reason| reason.code() == Some("ConditionalCheckFailed"))
        }
    }
    CreateTable: create_table::{CreateTableFluentBuilder, CreateTableOutput, CreateTableError} {}
    DescribeTable: describe_table::{DescribeTableFluentBuilder, DescribeTableOutput, DescribeTableError} {}
    DeleteTable: delete_table::{DeleteTableFluentBuilder, DeleteTableOutput, DeleteTableError} {}
    DescribeTimeToLive: describe_time_to_live::{
        DescribeTimeToLiveFluentBuilder, DescribeTimeToLiveOutput, DescribeTimeToLiveError
    } {}
    UpdateTimeToLive: update_time_to_live::{
        UpdateTimeToLiveFluentBuilder, UpdateTimeToLiveOutput, UpdateTimeToLiveError
    } {}
}

#[cfg(test)]
mod tests;
