//! The parts that all requests share, whether they read or write. No operation is named here.

pub(crate) mod backoff;
pub(crate) mod batch_keys;
pub(crate) mod client_resolver;
pub(crate) mod context;
pub(crate) mod direct;
pub(crate) mod exchange;
pub(crate) mod explain;
pub(crate) mod expressions;
pub(crate) mod failure;
pub(crate) mod follow_up;
pub(crate) mod future;
pub(crate) mod get_item;
pub(crate) mod meter;
pub(crate) mod not_a_future;
pub(crate) mod options;
pub(crate) mod outcome;
pub(crate) mod outgoing;
pub(crate) mod random;
pub(crate) mod rate_limit;
pub(crate) mod refused;
pub(crate) mod request_body;
pub(crate) mod sdk_key;
pub(crate) mod sdk_operation;
pub(crate) mod send;
pub(crate) mod unknown_outcome;
pub(crate) mod vtable;
