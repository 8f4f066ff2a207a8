//! The worked designs of `examples/`: the same models and functions, on both stands.

mod code_hosting;
mod deals;
mod ecommerce;
mod sessions;
