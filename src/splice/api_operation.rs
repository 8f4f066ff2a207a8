//! The operations of DynamoDB's API that singlet sends. They are data: naming one does not link the SDK's code for it.

use crate::direct::TARGET_PREFIX;

/// An operation of DynamoDB's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ApiOperation {
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

impl ApiOperation {
    /// The operation's name in DynamoDB's API.
    pub(crate) fn name(self) -> &'static str {
        &self.target()[TARGET_PREFIX.len()..]
    }

    /// The value of the header `x-amz-target`.
    pub(crate) fn target(self) -> &'static str {
        match self {
            ApiOperation::PutItem => "DynamoDB_20120810.PutItem",
            ApiOperation::GetItem => "DynamoDB_20120810.GetItem",
            ApiOperation::DeleteItem => "DynamoDB_20120810.DeleteItem",
            ApiOperation::UpdateItem => "DynamoDB_20120810.UpdateItem",
            ApiOperation::Query => "DynamoDB_20120810.Query",
            ApiOperation::Scan => "DynamoDB_20120810.Scan",
            ApiOperation::ExecuteStatement => "DynamoDB_20120810.ExecuteStatement",
            ApiOperation::BatchGetItem => "DynamoDB_20120810.BatchGetItem",
            ApiOperation::BatchWriteItem => "DynamoDB_20120810.BatchWriteItem",
            ApiOperation::TransactGetItems => "DynamoDB_20120810.TransactGetItems",
            ApiOperation::TransactWriteItems => "DynamoDB_20120810.TransactWriteItems",
            ApiOperation::CreateTable => "DynamoDB_20120810.CreateTable",
            ApiOperation::DescribeTable => "DynamoDB_20120810.DescribeTable",
            ApiOperation::DeleteTable => "DynamoDB_20120810.DeleteTable",
            ApiOperation::DescribeTimeToLive => "DynamoDB_20120810.DescribeTimeToLive",
            ApiOperation::UpdateTimeToLive => "DynamoDB_20120810.UpdateTimeToLive",
        }
    }

    /// The members of a successful response, of which DynamoDB always sends one at least. An operation whose response may
    /// have none has an empty list.
    pub(super) fn required(self, has_items: bool) -> &'static [&'static str] {
        match self {
            ApiOperation::Query | ApiOperation::Scan if has_items => &["Items", "Count"],
            ApiOperation::Query | ApiOperation::Scan => &["Count"],
            ApiOperation::BatchGetItem => &["Responses", "UnprocessedKeys"],
            ApiOperation::BatchWriteItem => &["UnprocessedItems"],
            ApiOperation::TransactGetItems => &["Responses"],
            // An empty list also after a statement that writes.
            ApiOperation::ExecuteStatement => &["Items"],
            ApiOperation::CreateTable | ApiOperation::DeleteTable => &["TableDescription"],
            ApiOperation::DescribeTable => &["Table"],
            ApiOperation::DescribeTimeToLive => &["TimeToLiveDescription"],
            ApiOperation::UpdateTimeToLive => &["TimeToLiveSpecification"],
            ApiOperation::PutItem
            | ApiOperation::GetItem
            | ApiOperation::DeleteItem
            | ApiOperation::UpdateItem
            | ApiOperation::TransactWriteItems => &[],
        }
    }
}
