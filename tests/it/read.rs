//! Queries, scans, pages, projections, collections and statements.

mod collection_projections;
mod collection_ranges;
mod collections;
mod cursors;
mod endless;
mod entity_indexes;
mod index_types;
mod indexes;
mod key_entities;
mod longest_keys;
mod multi_attribute_indexes;
mod pages;
mod prefetch;
mod projected_keys;
mod projection;
mod query;
mod ranges;
mod scan;
mod skipped;
mod statements;
mod undecodable;
