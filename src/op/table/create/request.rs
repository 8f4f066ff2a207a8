//! Builds the `CreateTable` request from a definition and the options of the call.

use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_sdk_dynamodb::types::{BillingMode, ProvisionedThroughput, StreamSpecification, StreamViewType, Tag};
use aws_smithy_types::error::operation::BuildError;

use crate::op::engine::context::Context;
use crate::op::engine::outgoing::{Customize, Outgoing};
use crate::op::table::create::sdk_types;
use crate::op::table::definition::TableDefinition;
use crate::op::table::stream_view::StreamView;
use crate::{Error, ErrorKind, Result};

/// The options of creating a table, in addition to its definition.
#[derive(Default)]
pub(super) struct CreateOptions {
    /// The read and write units of the table and of indexes without their own.
    pub(super) provisioned: Option<(u64, u64)>,
    pub(super) indexes: Vec<(String, (u64, u64))>,
    pub(super) streams: Option<StreamView>,
    pub(super) deletion_protection: bool,
    pub(super) tags: Vec<(String, String)>,
    pub(super) customize: Option<Customize<'static, CreateTableFluentBuilder>>,
}

impl CreateOptions {
    /// Builds the request. If the definition contradicts itself or the capacities do not match the table, the error is of
    /// kind `Configuration`.
    pub(super) fn request(
        self,
        call: &Context,
        definition: &TableDefinition,
    ) -> Result<Outgoing<'static, CreateTableFluentBuilder>> {
        check_definition(call, definition)?;
        check_throughput(call, definition, &self)?;
        let builder = defined(call, definition, &self).map_err(|error| call.unbuildable(error))?;
        Ok(Outgoing::new(builder).customize(self.customize))
    }
}

/// Checks a definition that was built at run time. The derive of `Table` makes sure that its own are valid.
fn check_definition(call: &Context, definition: &TableDefinition) -> Result<()> {
    let refuse = |message: String| Err(call.contextualize(Error::new(ErrorKind::Configuration, message)));
    for (number, index) in definition.indexes.iter().enumerate() {
        let name = &index.name;
        if definition.indexes[..number].iter().any(|other| other.name == *name) {
            return refuse(format!("the definition has two indexes `{name}`"));
        }
        if !index.is_local && index.hash_key.is_empty() {
            return refuse(format!("the global index `{name}` has no hash key"));
        }
        if index.is_local && (index.range_key.len() != 1 || definition.range_key.is_empty()) {
            return refuse(format!("the local index `{name}` needs one range key, and a table with a range key"));
        }
    }
    for key in definition.keys() {
        if definition.keys().any(|other| other.attribute == key.attribute && other.key_type != key.key_type) {
            return refuse(format!("the key attribute `{}` has two types", key.attribute));
        }
    }
    Ok(())
}

/// Checks that capacities of indexes belong to global indexes of a provisioned table, and that all units are at least
/// 1.
fn check_throughput(call: &Context, definition: &TableDefinition, options: &CreateOptions) -> Result<()> {
    if options.provisioned.is_none() && !options.indexes.is_empty() {
        return Err(call.error(ErrorKind::Configuration, "capacity of an index requires a provisioned table"));
    }
    for (name, _) in &options.indexes {
        if !definition.indexes.iter().any(|index| index.name == *name && !index.is_local) {
            return Err(
                call.error(ErrorKind::Configuration, "capacity is set for a global index that the table does not have")
            );
        }
    }
    let units = options.indexes.iter().map(|(_, units)| units).chain(&options.provisioned);
    for &(read, write) in units {
        if !(1..=i64::MAX.cast_unsigned()).contains(&read) || !(1..=i64::MAX.cast_unsigned()).contains(&write) {
            return Err(call.error(ErrorKind::Configuration, "provisioned capacity must be at least one unit"));
        }
    }
    Ok(())
}

fn defined(
    call: &Context,
    definition: &TableDefinition,
    options: &CreateOptions,
) -> Result<CreateTableFluentBuilder, BuildError> {
    let mode = if options.provisioned.is_some() { BillingMode::Provisioned } else { BillingMode::PayPerRequest };
    let mut builder = call
        .client
        .sdk()
        .create_table()
        .table_name(&*call.table)
        .billing_mode(mode)
        .set_provisioned_throughput(options.provisioned.map(throughput).transpose()?)
        .set_attribute_definitions(Some(sdk_types::attributes(definition)?))
        .set_key_schema(Some(sdk_types::keys(&definition.hash_key, &definition.range_key)?));
    for index in &definition.indexes {
        builder = if index.is_local {
            builder.local_secondary_indexes(sdk_types::local_index(definition, index)?)
        } else {
            // If the capacity of an index is set twice, the last one counts.
            let own = options.indexes.iter().rev().find(|(name, _)| *name == index.name).map(|(_, units)| *units);
            let throughput = own.or(options.provisioned).map(throughput).transpose()?;
            builder.global_secondary_indexes(sdk_types::global_index(index, throughput)?)
        };
    }
    if let Some(view) = options.streams {
        let view = StreamViewType::from(view.as_str());
        builder = builder
            .stream_specification(StreamSpecification::builder().stream_enabled(true).stream_view_type(view).build()?);
    }
    if options.deletion_protection {
        builder = builder.deletion_protection_enabled(true);
    }
    for (key, value) in &options.tags {
        builder = builder.tags(Tag::builder().key(key).value(value).build()?);
    }
    Ok(builder)
}

fn throughput((read, write): (u64, u64)) -> Result<ProvisionedThroughput, BuildError> {
    ProvisionedThroughput::builder()
        .read_capacity_units(read.cast_signed())
        .write_capacity_units(write.cast_signed())
        .build()
}
