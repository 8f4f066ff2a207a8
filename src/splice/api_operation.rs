//! The operations of DynamoDB's API that singlet sends. They are data: naming one does not link the SDK's code for it.

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
        match self {
            ApiOperation::PutItem => "PutItem",
            ApiOperation::GetItem => "GetItem",
            ApiOperation::DeleteItem => "DeleteItem",
            ApiOperation::UpdateItem => "UpdateItem",
            ApiOperation::Query => "Query",
            ApiOperation::Scan => "Scan",
            ApiOperation::ExecuteStatement => "ExecuteStatement",
            ApiOperation::BatchGetItem => "BatchGetItem",
            ApiOperation::BatchWriteItem => "BatchWriteItem",
            ApiOperation::TransactGetItems => "TransactGetItems",
            ApiOperation::TransactWriteItems => "TransactWriteItems",
            ApiOperation::CreateTable => "CreateTable",
            ApiOperation::DescribeTable => "DescribeTable",
            ApiOperation::DeleteTable => "DeleteTable",
            ApiOperation::DescribeTimeToLive => "DescribeTimeToLive",
            ApiOperation::UpdateTimeToLive => "UpdateTimeToLive",
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
