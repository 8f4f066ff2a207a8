//! The names of version 1 of the generated code. The derives use nothing outside of this module.

mod builder;
mod entity;
mod extra;
mod fallback;
mod field;
pub mod for_fields;
mod index_number;
mod keys;
mod managed;
mod newtype;
#[cfg_attr(not(feature = "serde"), path = "v1/no_serde.rs")]
mod serde;
mod table;
mod variant;

pub use core::any::Any;
pub use core::clone::Clone;
pub use core::convert::From;
pub use core::default::Default;
pub use core::fmt::{self, Debug, Formatter};
pub use core::marker::{Copy, PhantomData, Send};
pub use core::ops::Deref;
pub use core::option::Option::{self, None, Some};
pub use core::primitive::{bool, usize};
pub use core::result::Result::{self, Err, Ok};
pub use std::borrow::Cow;
pub use std::string::String;
pub use std::sync::Arc;
pub use std::time::Duration;
pub use std::vec::Vec;

pub use crate::attribute::field_number::{D0, D1, D2, D3, D4, D5, D6, D7, D8, D9};
pub use crate::attribute::field_values::FieldValues;
pub use crate::attribute::has_field::{
    FieldPlace, FlattenedField, HasField, KeySources, NestedField, OptionalField, StoredField, key_source,
};
pub use crate::attribute::names::{FieldNames, Former, Names};
pub use crate::attribute::record::{NamesRead, read_map, write_map};
pub use crate::attribute::{
    Attribute, CompressedText, Form, GeneratedId, IdKind, MapKey, Record, SetElement, TTLAttribute, Timestamp,
    ValueFor, Version,
};
pub use crate::collection::{
    Collectable, CollectableIn, Collection, CollectionIn, CollectionPage, CollectionSchema, HasModel, HoldsAll,
    HoldsOther, InTable, Loading, OTHER, Paged, Rows, SameParts, SharedBeginning, SharedBound, Unknown,
    are_both_optional, are_distinct, foreign, gathered, is_recognized, is_same_entity, is_same_source, is_same_table,
    model_of, nothing_to_load, read_other, same_parts, sensitive, sensitive_count,
};
pub use crate::compression::{CompressionAlgorithm, CompressionOptions};
pub use crate::config::ModelConfig;
pub use crate::error::Error;
pub use crate::expr::node::{At, Flattened, PathAnchor, Segment};
pub use crate::expr::path::{AtAnchor, PathTo};
pub use crate::expr::role::{Constant, Flat, RunTime, Single};
pub use crate::expr::run_time::{PathSegments, StructAt, Under};
pub use crate::expr::variant::{FieldsOfVariant, InVariant, OfVariant, UnitVariant, ValueOfVariant, Variants, variant};
pub use crate::expr::{
    Document, IndexAttribute, IndexOnly, Locked, Map, Opaque, Path, Plain, Reserved, Role, Symbol, Templated,
};
pub use crate::golden::check_golden_items;
pub use crate::hooks::{HookContext, Hooks};
pub use crate::key::field_path::FieldPath;
pub use crate::key::parser::KeyParser;
pub use crate::key::range::RangeBound;
pub use crate::key::template::{KeyParts, KeySource, KeyTemplate, Piece, TemplatePart};
pub use crate::key::text::{key_text_of, write_key};
pub use crate::key::value::{KeyRole, RawKey};
pub use crate::key::{
    Attributes, Field, KeyAttribute, KeyFormat, KeyFormats, KeyPart, KeyType, KeyValue, KeyWriter, OptionalPart,
    PartText, Placeholder, RangeBeginning, RangePrefix,
};
pub use crate::model::{HasTtl, ManagedValues, Model, TtlField, Unmanaged, Validator, validated};
pub use crate::op::ModelVTable;
pub use crate::op::{
    CanRead, DefaultQuery, HoldsEveryAttribute, NeedsSelectKeysOrHydrate, SelectKeysOrHydrateFirst, Source, SourceOf,
};
pub use crate::page::Page;
pub use crate::projection::{
    FieldReader, Modelled, Projected, Projection as ProjectionOf, Wraps, attribute_of, entity_aliases,
    entity_attribute, entity_name, field_reader, former_name, former_number, former_of, has_default,
    is_entity_optional, read_projection,
};
pub use crate::schema::generated::{
    FieldSchema, IndexKeys, ManagedAttributes, ManagedTime as KeptTime, Membership, UniqueSchema,
};
pub use crate::schema::index_only::IndexOnlyField;
pub use crate::schema::numbered::{SchemaNumber, Upgrade, UpgradeOutcome};
pub use crate::schema::{IndexProjection as Projection, IndexSchema, KeySchema, ModelSchema, Name, TableSchema};
pub use crate::table::{All, ConsistentRead, HasKeysIn, Index, IndexOf, NumberedIndex, Partial, Table};
pub use crate::ttl::ExpiredItems;
pub use crate::wire::reader::{Mark, StoredKeyMarks, UNKNOWN};
pub use crate::wire::{Fault, Reader, Tag, Writer};

pub use builder::{Building, HasState, NewRow, NextRow, Set, built, some_value};
pub use entity::{check_entity, fill_entity, write_entity, write_schema_number};
pub use extra::{Extra, refuse_unknown};
pub use fallback::UnknownParts;
pub use field::{
    Child, PathsOf, Stored, TtlFieldType, count, field_of_item, is_name, prefixed, read_missing, read_with, required,
    set, skip_field,
};
pub use index_number::index_number;
pub use keys::{
    KeyField, check_same_key, check_same_part, check_stored_key, fill_index_key, fill_key, key_place, other_index_key,
    parse_index_key, range_of, required_key, take_key, text_of, unlike_template,
};
pub use managed::{UniqueField, stored_value};
pub use newtype::{GeneratedIdIn, KeyAttributeIn, KeyPartIn, MapKeyIn, SetElementIn};
pub use serde::StoredBySerde;
pub use table::{
    NO_MODEL, check, check_attribute, entity_is_readable, further_key, has_type, is_entity, is_named, is_readable_from,
    is_same, is_same_template, is_text, is_ttl, is_written, name_of, range_attribute, ttl_of, writes_any,
};
pub use variant::{
    attempt, check_untagged, end_variant, inside, key_variant, no_variant, open_variant, read_unit, read_variant,
    tag_of, unknown_variant, value_start,
};
