//! The worked designs of `examples/`: the same models and functions, on every server.

mod code_hosting;
mod deals;
mod ecommerce;
mod sessions;
