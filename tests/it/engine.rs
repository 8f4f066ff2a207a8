//! What every operation shares: clients, errors, hooks, observers, retries.

mod client;
mod credentials;
mod direct;
mod errors;
mod every_operation;
mod hooks;
mod mocks;
mod observer;
mod operations;
mod rate_limits;
mod retries;
mod splice;
mod telemetry;
mod unreadable;
mod white_space;
