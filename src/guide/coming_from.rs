//! Pages for readers who use another mapper.

#![doc = include_str!("../docs/coming_from/index.md")]

#[doc = include_str!("../docs/coming_from/serde_dynamo.md")]
pub mod serde_dynamo {}

#[doc = include_str!("../docs/coming_from/modyne.md")]
pub mod modyne {}

#[doc = include_str!("../docs/coming_from/dynamodb_facade.md")]
pub mod dynamodb_facade {}

#[doc = include_str!("../docs/coming_from/pydynox.md")]
pub mod pydynox {}

#[doc = include_str!("../docs/coming_from/pynamodb.md")]
pub mod pynamodb {}

#[doc = include_str!("../docs/coming_from/electrodb.md")]
pub mod electrodb {}

#[doc = include_str!("../docs/coming_from/dynamodb_toolbox.md")]
pub mod dynamodb_toolbox {}

#[doc = include_str!("../docs/coming_from/java_enhanced_client.md")]
pub mod java_enhanced_client {}
