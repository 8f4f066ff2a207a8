//! The `Model` trait: the operations of a model, and what its derive generates.
//!
//! Every method builds an operation from the parts in `op`. None sends anything until it is awaited.

mod managed_values;
mod ttl;
mod typed;
mod unmanaged;
mod validate;

pub use managed_values::ManagedValues;
pub use ttl::{HasTtl, TtlField};
pub(crate) use typed::{fault_of, raw_key, read_at, with_model};
pub use unmanaged::Unmanaged;
pub use validate::{Validator, validated};

use crate::attribute::Record;
use crate::expr::{AtAnchor, Root};
use crate::key::{IntoKey, Key, KeyInput, KeyValue, RawKey};
use crate::op::engine::options::order_example;
use crate::op::{
    Backfill, BatchGet, Check, CreateTable, Delete, DeleteTable, DescribeTable, EnableTtl, Exists, Get, Indexed, Query,
    Save, Scan, Update, UpdateTtl, VerifyTable, look_up,
};
use crate::schema::ModelSchema;
use crate::size::ItemSize;
use crate::wire::{Fault, Writer};
use crate::{Hooks, Index, Item, ModelConfig, Result, TTLAttribute, item};

#[doc = include_str!("docs/model.md")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "add `#[derive(Model)]` and `#[model(table = ..)]` to `{Self}`"
)]
pub trait Model: Hooks + Record + Send + Sync + 'static {
    /// The values of the placeholders in the key templates, in order, as a tuple.
    type KeyParts: Send + 'static;
    /// The values of the placeholders in the hash key's template, as a tuple.
    type HashParts: Send + 'static;
    /// The values of the placeholders in the range key's template, as a tuple.
    type RangeParts: Send + 'static;
    /// The paths of the model's attributes: a struct with one field for each field of the model.
    type Fields: AtAnchor<Root> + 'static;
    /// The paths of the model's attributes, for [conditions](crate::expr) and updates.
    const FIELDS: Self::Fields = Self::Fields::HERE;
    /// The names of the model and of its table.
    const SCHEMA: &'static ModelSchema;
    /// The table, client and limits of this model: from the options of the derive, or from the function that
    /// `#[model(config = ..)]` names.
    fn config() -> ModelConfig {
        ModelConfig::of_table(Self::SCHEMA.table)
    }

    #[doc(hidden)]
    fn __key(&self) -> Result<RawKey, Fault>;
    #[doc(hidden)]
    fn __key_of(parts: Self::KeyParts) -> Result<RawKey, Fault>;
    #[doc(hidden)]
    fn __hash_of(parts: Self::HashParts) -> Result<KeyValue, Fault>;
    #[doc(hidden)]
    fn __parts(key: &RawKey) -> Result<Self::KeyParts, Fault>;
    /// Writes the fields that the primary key is built from, as attributes, into an open map.
    #[doc(hidden)]
    fn __key_fields(key: &RawKey, writer: &mut Writer) -> Result<(), Fault>;
    /// The new values of the managed fields: version and timestamps, as a tuple.
    #[doc(hidden)]
    fn __stamps(&self, epoch_millis: i64) -> ManagedValues {
        let _ = epoch_millis;
        ManagedValues::new(())
    }
    #[doc(hidden)]
    fn __set_stamps(&mut self, stamps: ManagedValues) {
        let _ = stamps;
    }
    /// Writes the fields into an open map, with these values for those that operations maintain: the stamps, an id for
    /// each generated field that is not set, and the expiry if the value carries one.
    #[doc(hidden)]
    fn __write_stamped(
        &self,
        writer: &mut Writer,
        epoch_millis: i64,
        stamps: &ManagedValues,
        expires_at: Option<TTLAttribute>,
    ) {
        let _ = (epoch_millis, stamps, expires_at);
        self.write_fields(writer);
    }
    /// The version, if the model has one: 0 for a value that was never stored.
    #[doc(hidden)]
    fn __version(&self) -> Option<u64> {
        None
    }
    /// Fills in the generated fields that are not set yet.
    #[doc(hidden)]
    fn __generate(&mut self, epoch_millis: i64) {
        let _ = epoch_millis;
    }
    /// The expiry in the value's own field, if it has one.
    #[doc(hidden)]
    fn __ttl(&self) -> Option<TTLAttribute> {
        None
    }
    #[doc(hidden)]
    fn __set_ttl(&mut self, expires_at: TTLAttribute) {
        let _ = expires_at;
    }

    /// Runs the validators of the model.
    #[doc(hidden)]
    fn __validate(&self) -> Result<()> {
        Ok(())
    }
    /// The validator of an attribute.
    #[doc(hidden)]
    fn __validator(attribute: &str) -> Option<Validator> {
        let _ = attribute;
        None
    }
    /// Runs the validators of the fields that the primary key is built from.
    #[doc(hidden)]
    fn __validate_key(key: &RawKey) -> Result<Result<()>, Fault> {
        let _ = key;
        Ok(Ok(()))
    }

    /// Changes all stored items to what a save of them would store. See [`Backfill`].
    ///
    #[doc = order_example!(
        "let report = Order::backfill().await?;"
        "assert_eq!(report.progress.changed, 0);"
    )]
    fn backfill<'a>() -> Backfill<'a, Self> {
        Backfill::of_model()
    }

    /// Writes the whole item, replacing the one that is stored under its key. See [`Save`] for the options.
    ///
    /// An item of another model under the key is an error of kind [`WrongEntity`](crate::ErrorKind::WrongEntity), if the
    /// table has an entity attribute, unless the call says [`any_entity`](Save::any_entity).
    ///
    /// Attributes that the model does not declare are lost; [`update`](Self::update) keeps them. Only hooks and managed
    /// fields change the local value.
    ///
    #[doc = order_example!(
        r#"let mut order = Order::builder().customer("ann").id(7).total(40).build();"#
        "order.save().await?;"
    )]
    #[doc(alias = "PutItem")]
    fn save(&mut self) -> Save<'_, Self> {
        Save::new(self)
    }

    /// Writes the item if no item is stored under its key. An expired item counts as none. See [`Save`] for the options.
    ///
    /// It fails with [`ErrorKind::ConditionFailed`](crate::ErrorKind::ConditionFailed) if there is an item. If a response
    /// was lost before, the item may be the one that this call has written: the error is then of kind
    /// [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown), unless the model has a
    /// [`write_mark`](derive@crate::Model#lost-responses).
    ///
    #[doc = order_example!(
        r#"let mut order = Order::builder().customer("ann").id(7).total(40).build();"#
        "order.create().await?;"
        "assert!(order.create().await.unwrap_err().is_condition_failed());"
    )]
    #[doc(alias = "PutItem")]
    fn create(&mut self) -> Save<'_, Self> {
        Save::new(self).if_absent()
    }

    /// Writes the whole item from a shared reference, as [`save`](Self::save) does.
    ///
    /// It is for [`Unmanaged`] models, whose values a save does not change. The other options of a [`Save`] apply, and a
    /// [transaction](crate::transact_write) accepts it.
    ///
    /// ```
    /// # use singlet::{Client, Model};
    /// # #[derive(Debug, Clone, PartialEq, Model)]
    /// # #[model(table = "tags", hash_key = "TAG#{name}")]
    /// # struct Tag { name: String }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # singlet::with_client(Client::embedded(), async {
    /// # Tag::create_table().await?;
    /// let tags = [Tag { name: "new".into() }, Tag { name: "sale".into() }];
    /// singlet::transact_write().write_all(tags.iter().map(Tag::put)).await?;
    /// assert_eq!(Tag::get("new").await?.as_ref(), Some(&tags[0]));
    /// # Ok(())
    /// # }).await
    /// # }
    /// ```
    #[doc(alias = "PutItem")]
    fn put(&self) -> Save<'_, Self>
    where
        Self: Unmanaged,
    {
        Save::shared(self)
    }

    /// Deletes the item under this value's key. Deleting an item that does not exist is not an error; deleting one of
    /// another model is, of kind [`WrongEntity`](crate::ErrorKind::WrongEntity). See [`Delete`].
    #[doc(alias = "DeleteItem")]
    fn delete(&self) -> Delete<'_, Self> {
        Delete::new(self)
    }

    /// Deletes the item under `key`. Deleting an item that does not exist is not an error. See [`Delete`] for an
    /// example.
    ///
    #[doc = order_example!(r#"Order::delete_by_key(("ann", 7)).await?;"#)]
    #[doc(alias = "DeleteItem")]
    fn delete_by_key<K>(key: impl IntoKey<Self, Self::KeyParts, K>) -> Delete<'static, Self> {
        Delete::by_key(raw_key::<Self>(key.into_key()))
    }

    /// Changes attributes of the item under `key`, which must exist. See [`Update`] for the actions.
    ///
    #[doc = order_example!(
        r#"let mut order = Order::builder().customer("ann").id(7).total(40).build();"#
        "order.create().await?;"
        r#"Order::update(("ann", 7)).add(|o| o.total, 5).set(|o| o.note, "gift").await?;"#
    )]
    #[doc(alias = "UpdateItem")]
    fn update<K>(
        // The compiler shows this line for `user.update()`: to change a value that you have, call `user.modify()`.
        key: impl IntoKey<Self, Self::KeyParts, K>,
    ) -> Update<'static, Self> {
        Update::by_key(raw_key::<Self>(key.into_key()))
    }

    /// Changes attributes of the item under `key`, or creates the item with them. See [`Update`] for the actions.
    ///
    /// The item may not exist, so every attribute that the model requires must be set. An error of kind
    /// [`Validation`](crate::ErrorKind::Validation) names those that are not.
    ///
    /// If a template of an index contains the model's `created_at`, the upsert first reads the time that is stored; see
    /// [managed fields](derive@crate::Model#managed-fields).
    ///
    #[doc = order_example!(r#"let order = Order::upsert(("ann", 7)).set(|o| o.total, 40).await?;"#)]
    #[doc(alias = "UpdateItem")]
    fn upsert<K>(key: impl IntoKey<Self, Self::KeyParts, K>) -> Update<'static, Self> {
        Self::update(key).or_create()
    }

    /// Changes attributes of this item, first in DynamoDB and then here: the local value becomes the stored one.
    ///
    /// If the model has a version and the stored item has another one, it fails with
    /// [`ErrorKind::VersionConflict`](crate::ErrorKind::VersionConflict).
    ///
    #[doc = order_example!(
        r#"let mut order = Order::builder().customer("ann").id(7).total(40).build();"#
        "order.create().await?;"
        "order.modify().add(|o| o.total, 5).await?;"
        "assert_eq!(order.total, 45);"
    )]
    #[doc(alias = "UpdateItem")]
    fn modify(&mut self) -> Update<'_, Self, ()> {
        Update::of(self)
    }

    /// Writes the differences between this value and `old`, which was read before, and takes the stored item over into
    /// this value.
    ///
    /// Structs and maps, also nested ones, are compared from the inside, and only the paths that differ are sent. So
    /// attributes that the model does not declare are kept at every depth, and so are changes of other writers to other
    /// paths. A list, a set, an enum, a serde field or compressed text is one value and is replaced as a whole. A map that
    /// `old` has and the stored item lacks is set as a whole; this takes a read and a second request. If the differences
    /// exceed the 4 KB of an expression, the smallest maps with the most differences are set as a whole.
    ///
    /// If a field of an index key differs, the other fields of that key must be stored as they are in `old`. Otherwise it
    /// fails with [`ErrorKind::ConditionFailed`](crate::ErrorKind::ConditionFailed), and
    /// [`Error::attribute`](crate::Error::attribute) names the field: read the item again.
    ///
    /// If nothing differs, nothing is sent. The item must exist. If the model has a version, the stored one must still
    /// be that of `old`.
    ///
    #[doc = order_example!(
        r#"let mut order = Order::builder().customer("ann").id(7).total(40).build();"#
        "order.create().await?;"
        "let old = order.clone();"
        r#"order.note = Some("gift".into());"#
        "order.update_from(&old).await?;"
    )]
    #[doc(alias = "UpdateItem")]
    fn update_from<'a>(&'a mut self, old: &Self) -> Update<'a, Self, ()> {
        Update::from_difference(self, old)
    }

    /// A condition on the item under `key`, for a [transaction](crate::transact_write) that does not write that item.
    /// See [`Check`] for the options and an example.
    #[doc(alias = "ConditionCheck")]
    fn check<K>(key: impl IntoKey<Self, Self::KeyParts, K>) -> Check<Self> {
        Check::new(raw_key::<Self>(key.into_key()))
    }

    /// Reads the item under `key`; `None` if there is none. See [`Get`] for the options.
    ///
    #[doc = order_example!(r#"assert_eq!(Order::get(("ann", 7)).await?, None);"#)]
    #[doc(alias = "GetItem")]
    fn get<K>(key: impl IntoKey<Self, Self::KeyParts, K>) -> Get<Self> {
        Get::new(raw_key::<Self>(key.into_key()))
    }

    /// Reads the items under `keys` in as few requests as DynamoDB allows, and returns them in the order of the keys:
    /// `None` for an item that does not exist. See [`BatchGet`] for an example.
    ///
    #[doc = order_example!(r#"let orders = Order::batch_get([("ann", 7), ("ann", 8)]).await?;"#)]
    #[doc(alias = "BatchGetItem")]
    fn batch_get<'a, K>(
        keys: impl IntoIterator<Item = impl IntoKey<Self, Self::KeyParts, K>>,
    ) -> BatchGet<'a, Vec<Get<Self>>> {
        crate::op::batch_get(keys.into_iter().map(Self::get).collect())
    }

    /// Whether an item of this model is stored under `key`. See [`Exists`] for an example.
    ///
    #[doc = order_example!(r#"assert!(!Order::exists(("ann", 7)).await?);"#)]
    #[doc(alias = "GetItem")]
    fn exists<K>(key: impl IntoKey<Self, Self::KeyParts, K>) -> Exists<Self> {
        Exists::new(raw_key::<Self>(key.into_key()))
    }

    /// Reads the model's items in one partition, in the order of their range keys. See [`Query`] for the options.
    ///
    #[doc = order_example!(r#"let latest = Order::query("ann").descending().limit(10).await?;"#)]
    fn query<K>(hash_key: impl IntoKey<Self, Self::HashParts, K>) -> Query<Self> {
        let hash = match hash_key.into_key() {
            KeyInput::Parts(parts) => Self::__hash_of(parts),
            KeyInput::Whole(key) => Ok(key.hash),
        };
        Query::new(with_model(hash.map(of_one_attribute), Self::SCHEMA))
    }

    /// Reads the model's items in all partitions. This reads, and bills, the whole table. See [`Scan`].
    ///
    #[doc = order_example!("assert!(Order::scan().await?.is_empty());")]
    fn scan() -> Scan<Self> {
        Scan::new()
    }

    /// The model in a secondary index: `Customer::index(Shop::GSI1).query(..)`. See [`Indexed`] for an example.
    #[doc(alias = "IndexName")]
    fn index<I: Index>(index: I) -> Indexed<Self, I> {
        let _ = index;
        Indexed::new(look_up)
    }

    /// Creates the model's table with its indexes and TTL, and waits until it is active. See [`CreateTable`].
    ///
    #[doc = order_example!(r#"Order::create_table().table("shop-acme").await?;"#)]
    fn create_table() -> CreateTable {
        CreateTable::new(Self::config(), Self::SCHEMA.table, Self::SCHEMA.ttl)
    }

    /// Describes the model's live table: keys, indexes, size, billing, TTL and stream. See [`DescribeTable`].
    ///
    #[doc = order_example!("assert_eq!(Order::describe_table().await?.items, 0);")]
    fn describe_table() -> DescribeTable {
        DescribeTable::new(Self::config(), Some(Self::SCHEMA.model))
    }

    /// Compares the model's live table with what the model needs: keys, indexes and TTL. See [`VerifyTable`].
    fn verify_table() -> VerifyTable {
        VerifyTable::of_model(Self::config(), Self::SCHEMA)
    }

    /// Deletes the model's table with all items, once confirmed, and waits until it is deleted. See [`DeleteTable`].
    fn delete_table() -> DeleteTable {
        DeleteTable::new(Self::config(), Some(Self::SCHEMA.model))
    }

    /// Checks whether DynamoDB deletes expired items of the model's table, and enables it if not. See [`EnableTtl`].
    ///
    /// It fails with [`ErrorKind::TtlConflict`](crate::ErrorKind::TtlConflict) if TTL is enabled on another attribute.
    #[doc(alias = "UpdateTimeToLive")]
    fn enable_ttl() -> EnableTtl
    where
        Self: HasTtl,
    {
        EnableTtl::of_model(Self::config(), Self::SCHEMA.model, Self::SCHEMA.ttl)
    }

    /// Whether the item is expired: `now >= expires_at`. An item without an expiry never is.
    ///
    /// DynamoDB deletes expired items late, typically within a few days. Until then, reads still return them, unless the model
    /// [hides](crate::ExpiredItems::Hide) them.
    fn is_expired(&self) -> bool
    where
        Self: TtlField,
    {
        self.ttl().is_some_and(TTLAttribute::is_expired)
    }

    /// The time until the item expires; `None` if it is expired or has no expiry.
    ///
    #[doc = order_example!(
        r#"let order = Order::builder().customer("ann").id(7).total(40).expires_at(ExpiresIn::hours(1)).build();"#
        "assert!(!order.is_expired());"
        "assert!(order.expires_in().unwrap().as_secs() > 3_590);"
    )]
    fn expires_in(&self) -> Option<std::time::Duration>
    where
        Self: TtlField,
    {
        self.ttl()?.expires_in()
    }

    /// Sets the expiry to `expires_at`, first in DynamoDB and then here, if the item is not expired. See [`UpdateTtl`].
    ///
    /// It fails with `ErrorKind::NotFound` or `Expired`, and changes nothing, if the item is not stored or is expired.
    fn extend_ttl(&mut self, expires_at: TTLAttribute) -> UpdateTtl<'_, Self>
    where
        Self: HasTtl,
    {
        UpdateTtl::new(self, expires_at).if_live()
    }

    /// Sets the expiry to `expires_at`, first in DynamoDB and then here, even if the item is expired but still stored.
    /// See [`UpdateTtl`].
    ///
    /// It fails with `ErrorKind::NotFound`, and changes nothing, if the item is not stored.
    fn set_ttl(&mut self, expires_at: TTLAttribute) -> UpdateTtl<'_, Self>
    where
        Self: HasTtl,
    {
        UpdateTtl::new(self, expires_at)
    }

    /// The primary key of this value. See [`Key`] for an example.
    ///
    /// It fails with [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey) if the fields cannot form a key.
    fn key(&self) -> Result<Key<Self>> {
        Ok(Key::from_raw(with_model(self.__key(), Self::SCHEMA)?))
    }

    /// The primary key with these parts. See [`Key`] for an example.
    ///
    /// It fails with [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey) if the parts cannot form a key.
    fn key_of<K>(parts: impl IntoKey<Self, Self::KeyParts, K>) -> Result<Key<Self>> {
        Ok(Key::from_raw(raw_key::<Self>(parts.into_key())?))
    }

    /// The item as it is stored, in the SDK's representation: with keys, index keys and the entity attribute.
    ///
    #[doc = order_example!(
        r#"let order = Order::builder().customer("ann").id(7).total(40).build();"#
        "let item = order.to_item()?;"
        r#"assert_eq!(item["sk"].as_s().unwrap(), "ORDER#0000000007");"#
        "assert_eq!(Order::from_item(&item)?, order);"
    )]
    fn to_item(&self) -> Result<Item> {
        with_model(item::from_bytes(&self.__bytes()?), Self::SCHEMA)
    }

    /// Reads an item in the SDK's representation. Attributes that the model does not declare are ignored.
    fn from_item(item: &Item) -> Result<Self> {
        item::to_bytes(item).and_then(|bytes| item::read(&bytes, Self::SCHEMA)).map_err(fault_of::<Self>)
    }

    /// The item as a plain JSON map: strings, numbers, booleans, lists and maps without type tags.
    ///
    /// Binaries are base64 strings, sets are arrays, and a number that JSON would round is a string. Compressed text is
    /// the text itself. [`from_dict`](Self::from_dict) reads the map back.
    ///
    #[doc = order_example!(
        r#"let order = Order::builder().customer("ann").id(7).total(40).build();"#
        "let dict = order.to_dict()?;"
        r#"assert_eq!(dict["total"], 40);"#
        "assert_eq!(Order::from_dict(&dict)?, order);"
    )]
    #[cfg(feature = "serde_json")]
    fn to_dict(&self) -> Result<serde_json::Map<String, serde_json::Value>> {
        crate::dict::of(self).map_err(fault_of::<Self>)
    }

    /// Reads a plain JSON map, such as one of [`to_dict`](Self::to_dict).
    ///
    /// Keys and index keys that are built from templates may be missing, and so may the entity attribute.
    #[cfg(feature = "serde_json")]
    fn from_dict(dict: &serde_json::Map<String, serde_json::Value>) -> Result<Self> {
        crate::dict::read::<Self>(dict, Self::SCHEMA).map_err(fault_of::<Self>)
    }

    /// The size of the item by DynamoDB's rule: in total, by attribute and in each index. See [`ItemSize`] for an example.
    ///
    #[doc = order_example!(r#"assert!(Order::builder().customer("ann").id(7).total(40).build().size()?.bytes() < 400);"#)]
    fn size(&self) -> Result<ItemSize> {
        with_model(ItemSize::of_model(&self.__bytes()?, Self::SCHEMA), Self::SCHEMA)
    }

    #[doc(hidden)]
    fn __bytes(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::new();
        item::write(self, &mut writer);
        with_model(writer.into_bytes(), Self::SCHEMA)
    }
}

/// A key of one attribute. It is not a closure, which rustc would compile for each model.
fn of_one_attribute(key: KeyValue) -> Vec<KeyValue> {
    vec![key]
}
