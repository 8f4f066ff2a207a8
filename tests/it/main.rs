//! The integration tests: on the embedded DynamoDB, and by the same bodies on DynamoDB Local.
