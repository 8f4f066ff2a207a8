use std::time::Duration;

use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType as SdkKeyType,
    LocalSecondaryIndex, Projection as SdkProjection, ProjectionType, ScalarAttributeType, TableStatus,
};
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_types::error::operation::BuildError;

use super::call::{Call, CallOptions, call_options};
use super::enable_ttl;
use super::failure::ask;
use super::future::BoxFuture;
use super::request::Request;
use crate::key::KeyType;
use crate::schema::{IndexSchema, KeySchema, Projection, TableSchema};
use crate::splice::SdkCodec;
use crate::{ErrorKind, ModelConfig, Operation, Result};

/// Creates a table, on demand, with its indexes and TTL, and waits until it can be used. Await it.
///
/// An error of kind `TableInUse` when it exists, unless [`if_absent`](Self::if_absent).
///
/// ```
/// # use singlet::{Client, Model, Table};
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at")]
/// #[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
/// struct Shop;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// Shop::create_table().client(&client).await?;
/// Shop::create_table().if_absent().client(&client).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "an operation does nothing until it is awaited"]
pub struct CreateTable {
    config: ModelConfig,
    schema: &'static TableSchema,
    ttl: Option<&'static str>,
    call: CallOptions,
    if_absent: bool,
}

impl CreateTable {
    /// `ttl` is the TTL attribute of a model, where the table itself names none.
    pub(crate) fn new(config: ModelConfig, schema: &'static TableSchema, ttl: Option<&'static str>) -> Self {
        CreateTable { config, schema, ttl: schema.ttl.or(ttl), call: CallOptions::default(), if_absent: false }
    }

    call_options!();

    /// Leaves a table of this name as it is.
    pub fn if_absent(mut self) -> Self {
        self.if_absent = true;
        self
    }

    /// The request that awaiting this would send first. Nothing is sent.
    pub fn explain(self) -> Result<Request> {
        let call = Call::explained(Operation::CreateTable, None, self.call, self.config);
        let input = builder(&call, self.schema).and_then(|builder| builder.as_input().clone().build());
        let input = input.map_err(|error| call.unbuildable(error))?;
        Request::new(SdkCodec::CreateTable, Input::erase(input), None, &[])
    }
}

impl IntoFuture for CreateTable {
    type Output = Result<()>;
    type IntoFuture = BoxFuture<'static, Result<()>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let call = Call::new(Operation::CreateTable, None, self.call, self.config)?;
            let builder = builder(&call, self.schema).map_err(|error| call.unbuildable(error))?;
            match ask!(&call, builder) {
                Err(error) if self.if_absent && error.kind() == ErrorKind::TableInUse => {}
                outcome => _ = outcome?,
            }
            wait_until_active(&call).await?;
            if let Some(ttl) = self.ttl {
                enable_ttl::enable(&call, ttl, Duration::ZERO).await?;
            }
            Ok(())
        })
    }
}

fn builder(call: &Call, schema: &TableSchema) -> Result<CreateTableFluentBuilder, BuildError> {
    let mut builder = call
        .client
        .sdk()
        .create_table()
        .table_name(&*call.table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(key_schema(&schema.hash_key, schema.range_key.as_ref())?));
    for key in key_attributes(schema) {
        builder = builder.attribute_definitions(definition(&key)?);
    }
    for index in schema.indexes {
        builder = if index.local {
            builder.local_secondary_indexes(local_index(index)?)
        } else {
            builder.global_secondary_indexes(global_index(index)?)
        };
    }
    Ok(builder)
}

/// The key attributes of the table and its indexes, each once.
fn key_attributes(schema: &TableSchema) -> Vec<KeySchema> {
    let indexes = schema.indexes.iter().flat_map(|index| [Some(index.hash_key), index.range_key]);
    let all = [Some(schema.hash_key), schema.range_key].into_iter().chain(indexes).flatten();
    let mut keys: Vec<KeySchema> = Vec::new();
    for key in all {
        if keys.iter().all(|known| known.attribute.name != key.attribute.name) {
            keys.push(key);
        }
    }
    keys
}

fn definition(key: &KeySchema) -> Result<AttributeDefinition, BuildError> {
    let key_type = match key.key_type {
        KeyType::S => ScalarAttributeType::S,
        KeyType::N => ScalarAttributeType::N,
        KeyType::B => ScalarAttributeType::B,
    };
    AttributeDefinition::builder().attribute_name(key.attribute.name).attribute_type(key_type).build()
}

fn key_schema(hash: &KeySchema, range: Option<&KeySchema>) -> Result<Vec<KeySchemaElement>, BuildError> {
    let element =
        |key: &KeySchema, role| KeySchemaElement::builder().attribute_name(key.attribute.name).key_type(role).build();
    let mut elements = vec![element(hash, SdkKeyType::Hash)?];
    if let Some(range) = range {
        elements.push(element(range, SdkKeyType::Range)?);
    }
    Ok(elements)
}

fn global_index(index: &IndexSchema) -> Result<GlobalSecondaryIndex, BuildError> {
    GlobalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(key_schema(&index.hash_key, index.range_key.as_ref())?))
        .projection(projection(index.projection))
        .build()
}

fn local_index(index: &IndexSchema) -> Result<LocalSecondaryIndex, BuildError> {
    LocalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(key_schema(&index.hash_key, index.range_key.as_ref())?))
        .projection(projection(index.projection))
        .build()
}

fn projection(projection: Projection) -> SdkProjection {
    let builder = SdkProjection::builder();
    match projection {
        Projection::All => builder.projection_type(ProjectionType::All),
        Projection::KeysOnly => builder.projection_type(ProjectionType::KeysOnly),
        Projection::Include(attributes) => builder
            .projection_type(ProjectionType::Include)
            .set_non_key_attributes(Some(attributes.iter().map(|&name| name.to_owned()).collect())),
    }
    .build()
}

/// Asks until the table is active, for at most five minutes.
async fn wait_until_active(call: &Call) -> Result<()> {
    let mut pause = Duration::from_millis(50);
    let mut waited = Duration::ZERO;
    loop {
        let output = ask!(call, call.client.sdk().describe_table().table_name(&*call.table))?;
        if output.table().and_then(|table| table.table_status()) == Some(&TableStatus::Active) {
            return Ok(());
        }
        if waited >= Duration::from_mins(5) {
            return Err(call.error(ErrorKind::Timeout, "the table was not active within five minutes"));
        }
        tokio::time::sleep(pause).await;
        waited += pause;
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}
