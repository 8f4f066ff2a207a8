//! Records of DynamoDB Streams.

mod events;
mod live;
