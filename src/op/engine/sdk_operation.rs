//! What the [sender](crate::op::engine::send) needs to know about each SDK operation: types and accessors, but no
//! decisions. The SDK's fluent builders, outputs and errors share no trait.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::sync::OnceLock;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::RequestId;
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
use crate::op::engine::request_body::RequestBody;
use crate::splice::{ApiOperation, ItemPlace, ItemSink, Member, SdkCodec, Shape};
use crate::wire::{Fault, Reader};
use crate::{Cost, Item};

/// One of the SDK's fluent builders.
pub(crate) trait SdkOperation: Send + Sized {
    const CODEC: SdkCodec;
    /// The position of the items in a response that contains items.
    const ITEMS: Member = Member { name: "Items", shape: Shape::Items };
    /// What its units are, if it consumes any.
    const UNITS: Option<UnitKind> = None;
    type Output: RequestId + Debug + Send + Sync + 'static;
    type Error: ProvideErrorMetadata + StdError + Send + Sync + 'static;

    fn input(&self) -> Result<Input, BuildError>;

    /// Writes the members of the body that follow the head, as the SDK would. Returns false if only the SDK can write
    /// them. singlet's own requests have no other members, and those that a user customizes are sent by the SDK.
    fn write_body(&self, _: &mut RequestBody) -> bool {
        false
    }

    /// Requests the consumed capacity, if the service can return it.
    fn metered(self, _: ReturnConsumedCapacity) -> Self {
        self
    }

    fn consumed(_: &Self::Output) -> Option<Cost> {
        None
    }

    /// Returns the item of a response that contains at most one, if the SDK has deserialized it.
    fn item(_: &Self::Output) -> Option<&Item> {
        None
    }

    /// Returns the number of items that the response contains or counts.
    fn count(output: &Self::Output) -> usize {
        usize::from(Self::item(output).is_some())
    }

    /// Decodes the items that the SDK has deserialized.
    fn fill(output: &Self::Output, sink: &mut dyn ItemSink) -> Result<(), Fault> {
        fill(Self::item(output), sink)
    }

    /// Whether a condition refused the write, which is billed then.
    fn is_refusal(error: &Self::Error) -> bool {
        error.code() == Some("ConditionalCheckFailedException")
    }

    /// Returns the item that made the condition fail.
    fn stored(_: &Self::Error) -> Option<&Item> {
        None
    }
}

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
        fn write_body(&self, body: &mut RequestBody) -> bool {
            $(body.$write($member, self.$get().as_ref());)*
            true
        }
    };
}

/// A write of one item. Its response may contain the item, or its error the one that made the condition fail.
macro_rules! of_one_write {
    ($error:path, $item:literal $get_item:ident $(, $update:literal $get_update:ident)?) => {
        members! {
            text "TableName" get_table_name,
            values $item $get_item,
            text "ReturnValues" get_return_values,
            text "ReturnConsumedCapacity" get_return_consumed_capacity,
            $(text $update $get_update,)?
            text "ConditionExpression" get_condition_expression,
            names "ExpressionAttributeNames" get_expression_attribute_names,
            values "ExpressionAttributeValues" get_expression_attribute_values,
            text "ReturnValuesOnConditionCheckFailure" get_return_values_on_condition_check_failure,
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
    () => {
        of_many_items!();

        fn count(output: &Self::Output) -> usize {
            usize::try_from(output.count()).unwrap_or_default()
        }
    };
}

sdk_operations! {
    PutItem: put_item::{PutItemFluentBuilder, PutItemOutput, PutItemError} {
        of_one_write!(put_item::PutItemError::ConditionalCheckFailedException, "Item" get_item);
    }
    UpdateItem: update_item::{UpdateItemFluentBuilder, UpdateItemOutput, UpdateItemError} {
        of_one_write!(
            update_item::UpdateItemError::ConditionalCheckFailedException,
            "Key" get_key,
            "UpdateExpression" get_update_expression
        );
    }
    DeleteItem: delete_item::{DeleteItemFluentBuilder, DeleteItemOutput, DeleteItemError} {
        of_one_write!(delete_item::DeleteItemError::ConditionalCheckFailedException, "Key" get_key);
    }
    GetItem: get_item::{GetItemFluentBuilder, GetItemOutput, GetItemError} {
        members! {
            text "TableName" get_table_name,
            values "Key" get_key,
            flag "ConsistentRead" get_consistent_read,
            text "ReturnConsumedCapacity" get_return_consumed_capacity,
            text "ProjectionExpression" get_projection_expression,
            names "ExpressionAttributeNames" get_expression_attribute_names,
        }

        const ITEMS: Member = Member { name: "Item", shape: Shape::Items };

        metered!(Read);

        fn item(output: &Self::Output) -> Option<&Item> {
            output.item()
        }
    }
    Query: query::{QueryFluentBuilder, QueryOutput, QueryError} {
        members! {
            text "TableName" get_table_name,
            text "IndexName" get_index_name,
            text "Select" get_select,
            number "Limit" get_limit,
            flag "ConsistentRead" get_consistent_read,
            flag "ScanIndexForward" get_scan_index_forward,
            values "ExclusiveStartKey" get_exclusive_start_key,
            text "ReturnConsumedCapacity" get_return_consumed_capacity,
            text "ProjectionExpression" get_projection_expression,
            text "FilterExpression" get_filter_expression,
            text "KeyConditionExpression" get_key_condition_expression,
            names "ExpressionAttributeNames" get_expression_attribute_names,
            values "ExpressionAttributeValues" get_expression_attribute_values,
        }

        of_counted_items!();
    }
    Scan: scan::{ScanFluentBuilder, ScanOutput, ScanError} {
        members! {
            text "TableName" get_table_name,
            text "IndexName" get_index_name,
            number "Limit" get_limit,
            text "Select" get_select,
            values "ExclusiveStartKey" get_exclusive_start_key,
            text "ReturnConsumedCapacity" get_return_consumed_capacity,
            number "TotalSegments" get_total_segments,
            number "Segment" get_segment,
            text "ProjectionExpression" get_projection_expression,
            text "FilterExpression" get_filter_expression,
            names "ExpressionAttributeNames" get_expression_attribute_names,
            values "ExpressionAttributeValues" get_expression_attribute_values,
            flag "ConsistentRead" get_consistent_read,
        }

        of_counted_items!();
    }
    ExecuteStatement: execute_statement::{
        ExecuteStatementFluentBuilder, ExecuteStatementOutput, ExecuteStatementError
    } {
        of_many_items!();
    }
    BatchGetItem: batch_get_item::{BatchGetItemFluentBuilder, BatchGetItemOutput, BatchGetItemError} {
        members! {
            keys "RequestItems" get_request_items,
            text "ReturnConsumedCapacity" get_return_consumed_capacity,
        }

        const ITEMS: Member = Member { name: "Responses", shape: Shape::ByTable };

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
        fn write_body(&self, body: &mut RequestBody) -> bool {
            body.text("ReturnConsumedCapacity", self.get_return_consumed_capacity().as_ref());
            // The items are in the head.
            self.get_request_items().is_none()
        }

        metered!(Write);
    }
    TransactGetItems: transact_get_items::{
        TransactGetItemsFluentBuilder, TransactGetItemsOutput, TransactGetItemsError
    } {
        const ITEMS: Member = Member { name: "Responses", shape: Shape::Wrapped };

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
        fn write_body(&self, body: &mut RequestBody) -> bool {
            body.text("ReturnConsumedCapacity", self.get_return_consumed_capacity().as_ref());
            body.text("ClientRequestToken", self.get_client_request_token().as_ref());
            // The items are in the head. The SDK adds a token to a request without one.
            self.get_transact_items().is_none() && self.get_client_request_token().is_some()
        }

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

/// Decodes items that the SDK has deserialized.
pub(super) fn fill<'a>(items: impl IntoIterator<Item = &'a Item>, sink: &mut dyn ItemSink) -> Result<(), Fault> {
    for item in items {
        sink.item(&mut Reader::new(&crate::item::to_bytes(item)?)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_still_has_its_codecs_where_we_take_them() {
        for codec in CODECS {
            assert!(codec.serializer().is_some(), "{codec:?}");
            assert!(codec.deserializer().is_some(), "{codec:?}");
        }
    }
}
