//! A shop on AWS Lambda: an API, and statistics that a consumer of the table's stream maintains.
//!
//! | access pattern | keys | code |
//! |---|---|---|
//! | a customer with a unique e-mail address | `CUSTOMER#<id>` / `CUSTOMER`, and an item per address | `GET`, `POST /customers` |
//! | an order that is placed once per idempotency key | `CUSTOMER#<id>` / `ORDER#<idempotency key>` | `POST /customers/{id}/orders` |
//! | a customer's orders, page by page | the same partition | `GET /customers/{id}/orders` |
//! | sales of a day | `SALES#<day>` / `SALES` | [`sales::handle`] |
//! | a change that has been counted | `SEEN#<event id>` / `SEEN`, an item that expires | [`sales::handle`] |
//!
//! The binaries for Lambda are in `src/bin`. The functions are in this library so that tests can call them.

pub mod api;
pub mod sales;
pub mod shop;
