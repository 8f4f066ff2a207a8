//! Instances that end, each in a process of its own; on DynamoDB Local, since an embedded DynamoDB has one process.
