//! A shop on AWS Lambda: an API, and the statistics that the table's stream keeps up.
//!
//! | pattern | key | code |
//! |---|---|---|
//! | a customer; one per e-mail address | `CUSTOMER#<id>` / `CUSTOMER`, and an item per address | `GET`, `POST /customers` |
//! | an order, placed once per idempotency key | `CUSTOMER#<id>` / `ORDER#<idempotency key>` | `POST /customers/{id}/orders` |
//! | a customer's orders, page by page | the same partition | `GET /customers/{id}/orders` |
//! | sales of a day | `SALES#<day>` / `SALES` | [`sales::handle`] |
//! | a change that was counted | `SEEN#<event id>` / `SEEN`, which expires | [`sales::handle`] |
//!
//! What runs on Lambda is in `src/bin`; both functions are plain ones here, so that tests can call them.

pub mod api;
pub mod sales;
pub mod shop;
