//! A single-table data mapper for Amazon DynamoDB.
//!
//! Structs become items, several entity types share one table, and templates build the keys. The official
//! `aws-sdk-dynamodb` sends every request.
//!
//! ```
//! use singlet::{Attribute, Client, ExpiresIn, Model, TTLAttribute, Table};
//!
//! #[derive(Table)]
//! #[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
//! struct Shop;
//!
//! #[derive(Debug, Clone, PartialEq, Model)]
//! #[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
//! struct Customer {
//!     id: String,
//!     email: String,
//!     #[model(default)]
//!     points: u64,
//!     nick: Option<String>,
//!     address: Address,
//! }
//!
//! #[derive(Debug, Clone, PartialEq, Attribute)]
//! struct Address {
//!     street: String,
//!     city: String,
//! }
//!
//! #[derive(Debug, Clone, PartialEq, Model)]
//! #[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "CART#{number:04}")]
//! struct Cart {
//!     customer: String,
//!     number: u32,
//!     expires_at: TTLAttribute,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> singlet::Result<()> {
//! // On AWS, use `Client::from_env().await`. This is a DynamoDB in the process.
//! # singlet::with_client(Client::embedded(), async {
//! # #[cfg(any())]
//! singlet::set_default_client(Client::embedded());
//! Shop::create_table().await?;
//!
//! let address = Address { street: "Rue 1".into(), city: "Paris".into() };
//! let mut ann = Customer::builder().id("c-1").email("ann@example.com").address(address).build();
//! ann.create().await?;
//! assert_eq!(Customer::get("c-1").await?, Some(ann));
//!
//! let mut cart = Cart { customer: "c-1".into(), number: 7, expires_at: ExpiresIn::hours(1) };
//! cart.save().await?;
//! cart.extend_ttl(ExpiresIn::days(1)).await?;
//! assert_eq!(Cart::query("c-1").await?, [cart]);
//! # Ok(())
//! # }).await
//! # }
//! ```
//!
//! # Finding things
//!
//! | to … | see |
//! |---|---|
//! | learn, step by step | the guides, from [`guide::first_hour`] on |
//! | find a short answer, or what replaces the library that you know | [`guide::recipes`], [`guide::coming_from`] |
//! | define models, tables and attributes | [`derive@Model`], [`derive@Table`], [`derive@Attribute`] |
//! | run an operation | the methods of [`Model`]; each returns a value with options, and awaiting it sends the request |
//! | write conditions, filters and updates | [`expr`], [`Update`] |
//! | read many items | [`Query`], [`Scan`], [`Indexed`], [`Page`], [`Cursor`], [`statement`] |
//! | read some attributes of a model, or several models at once | [`derive@Projection`], [`derive@Collection`] |
//! | write or read items in a transaction | [`transact_write`], [`transact_get`] |
//! | write or read many items in batches | [`batch_write`], [`Model::batch_get`], [`batch_get`], [`import`] |
//! | know which Rust types can be stored | [`Attribute`] |
//! | know the stored form of keys | [`key`] |
//! | choose the client | [`Client`], [`set_default_client`], [`with_client`], [`ModelConfig`] |
//! | expire items | the guide [`guide::expiring_data`]; [`TTLAttribute`], [`ExpiresIn`], [`Model::extend_ttl`] |
//! | compress text | [`CompressedAttribute`], [`compression`] |
//! | handle errors | [`Error`], [`ErrorKind`] |
//! | run code around operations | [`Hooks`], [`Observer`] |
//! | create, describe and verify tables | [`tables`], [`Table::verify_table`] |
//! | process the changes of a table | [`stream`] |
//! | cache records whose TTL is extended while they are used | the module `cache` (cargo feature `cache`) |
//! | register services and discover them | the module `registry` (cargo feature `registry`) |
//! | store values under keys, with an expiry | the module `kv` (cargo feature `kv`) |
//!
//! # Choosing the client
//!
//! An operation uses the first of these clients that is set:
//!
//! 1. the client of the call: `.client(&client)`
//! 2. the client of the task: [`with_client`]
//! 3. the client of the model: [`ModelConfig::client`]
//! 4. the default client: [`set_default_client`]
//!
//! Without any of them, the operation fails with an error of kind [`NoClient`](ErrorKind::NoClient) that names the model.
//!
//! # Cargo features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `tls` | yes | the SDK's HTTPS client; without it, only `http://` endpoints and `embedded` work |
//! | `sso` | | AWS profiles that sign in through IAM Identity Center |
//! | `credentials-process` | | AWS profiles with a `credential_process` |
//! | `zstd`, `lz4`, `gzip` | yes | the algorithms of [`CompressedAttribute`] |
//! | `time` | yes | dates and times of the `time` crate as attributes and key parts |
//! | `embedded` | | `Client::embedded`: a DynamoDB in the process; not beside another SQLite, see the [guide to testing](guide::testing) |
//! | `streams` | | `Client::streams_sdk` and `StreamRecord::from_sdk`: the SDK's streams client |
//! | `serde_json` | | `serde_json::Value` as an attribute, `to_dict`, `from_dict` |
//! | `serde` | | `#[model(serde)]` for any serde type |
//! | `cache` | | the module `cache`: records of any serde type with an active TTL |
//! | `registry` | | the module `registry`: service instances with heartbeats, discovery and cleanup |
//! | `kv` | | the module `kv`: values of any serde type that expire |
//! | `opentelemetry` | | [`OpenTelemetryMetrics`](https://docs.rs/singlet/latest/singlet/struct.OpenTelemetryMetrics.html): an observer that records metrics |
//! | `ids` | | `#[model(generated)]`: UUIDs, ULIDs and KSUIDs |
//! | `uuid`, `chrono`, `rust_decimal`, `bytes` | | the types of these crates as attributes and key parts |

// docs.rs sets this cfg and shows the feature that each item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod __private;
mod attribute;
#[cfg(feature = "cache")]
pub mod cache;
mod client;
mod clock;
mod codec;
mod collection;
mod config;
mod cursor;
#[cfg(feature = "serde_json")]
mod dict;
mod direct;
mod document;
mod error;
pub mod expr;
mod golden;
pub mod guide;
mod hooks;
mod item;
pub mod key;
#[cfg(feature = "kv")]
pub mod kv;
mod model;
#[doc(hidden)]
pub mod offline;
mod op;
mod operation;
mod page;
mod projection;
#[cfg(feature = "registry")]
pub mod registry;
pub mod schema;
mod scope;
mod size;
mod splice;
pub mod stream;
mod table;
mod ttl;
pub mod wire;

/// Compresses text outside of models, in the form that a [`CompressedAttribute`] stores.
pub mod compression {
    pub use crate::codec::{
        CompressionAlgorithm, CompressionError, CompressionOptions, compress, compress_binary, decompress,
        decompress_binary,
    };
}

/// Tables whose names are known only at run time, and tables as documents.
///
/// These are the results of [`describe_table`](Table::describe_table) and [`verify_table`](Table::verify_table), and functions
/// that do the same for tables whose names are known only at run time. [`TableDocument`](tables::TableDocument) needs no live
/// table: it shows what the derives know.
pub mod tables {
    pub use crate::document::{AccessPattern, CostRow, DocumentFormat, TableCosts, TableDocument};
    pub use crate::op::{
        Billing, Difference, IndexDefinition, IndexDescription, KeyDescription, Pending, ProjectionDescription,
        StreamDescription, TableDefinition, TableDescription, TtlDescription, Verification, create,
        describe_named as describe, enable_ttl, verify,
    };
}

pub use attribute::{
    Attribute, Binary, CompressedAttribute, CompressedText, ExpiresIn, GeneratedId, IdKind, MapKey, Number,
    ParseNumberError, SetElement, TTLAttribute, Timestamp, ValueFor, Version,
};
pub use client::cost::{Cost, PlaceCost};
pub use client::ledger::{Ledger, LedgerEntry, Prices};
pub use client::observer::{Observer, RequestEvent, SkipReason, SkippedItem};
#[cfg(feature = "opentelemetry")]
pub use client::open_telemetry::OpenTelemetryMetrics;
pub use client::rate_limit::{RateLimiter, RatePermit};
pub use client::{Client, ClientBuilder};
pub use clock::{Clock, ManualClock};
pub use collection::{
    Collection, CollectionBeginning, CollectionBound, CollectionIndex, CollectionPage, CollectionQuery, CollectionScan,
    KeyText,
};
pub use config::ModelConfig;
pub use cursor::{Cursor, IntoCursor};
pub use error::{Error, ErrorKind, Result};
pub use expr::raw::{IntoAttribute, RawExpression};
pub use golden::assert_round_trip;
pub use hooks::{HookContext, Hooks, Target};
pub use item::Item;
pub use key::{Key, KeyAttribute, KeyPart};
pub use model::{HasTtl, Model, TtlField, Unmanaged};
pub use op::{
    AttributeDifference, Backfill, BackfillControl, BackfillFailure, BackfillProgress, BackfillReport, BackfillSample,
    BatchGet, BatchItem, BatchKey, BatchProgress, BatchWrite, CancelReason, CancelledOperation, Check, Count,
    CreateTable, Delete, DeleteReturningOld, DeleteTable, DescribeTable, EnableTtl, Exists, FollowUp, Get, Hydrated,
    Import, ImportProgress, ImportSummary, Indexed, ItemStream, OperationFuture, PageStream, Query, ReadItems, Reads,
    RequestPlan, RequestUnits, Response, Save, SaveReturningOld, Scan, SkipIfEmpty, Statement, TransactGet,
    Transaction, TtlStatus, Unprocessed, Unread, Update, UpdateTtl, VerifyTable, WriteOperation, batch_get,
    batch_write, import, measure_cost, read_items, statement, transact_get, transact_write,
};
pub use operation::Operation;
pub use page::Page;
pub use projection::{Projection, SelectFields};
pub use scope::{current_client, default_client, set_default_client, with_client};
pub use size::{CostHint, ItemSize, MAX_ITEM_SIZE};
pub use table::{Index, IndexOf, Primary, Table};
pub use ttl::ExpiredItems;

#[doc(inline)]
#[doc = include_str!("docs/derive_attribute.md")]
pub use singlet_derive::Attribute;
#[doc(inline)]
#[doc = include_str!("docs/derive_collection.md")]
pub use singlet_derive::Collection;
#[doc(inline)]
#[doc = include_str!("docs/derive_model.md")]
pub use singlet_derive::Model;
#[doc(inline)]
#[doc = include_str!("docs/derive_projection.md")]
pub use singlet_derive::Projection;
#[doc(inline)]
#[doc = include_str!("docs/derive_table.md")]
pub use singlet_derive::Table;

/// Runs the examples of the README as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
