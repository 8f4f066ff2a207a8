//! The trait that every model has, and what an item of one is made from and into.

use crate::attribute::Record;
use crate::error::fault_error;
use crate::key::{IntoKey, Key, KeyInput, KeyParts, KeyValue, RawKey};
use crate::op::{
    BatchGet, Check, CreateTable, Delete, DeleteTable, DescribeTable, EnableTtl, Exists, Get, Indexed, Query, Save,
    Scan, Update, UpdateTtl, VerifyTable, look_up,
};
use crate::schema::ModelSchema;
use crate::size::ItemSize;
use crate::wire::{Fault, Reader, Writer};
use crate::{Error, Hooks, Index, Item, ModelConfig, Result, TTLAttribute, item};

/// A struct that is one kind of item. Derive it; see [`derive@crate::Model`] for the attributes.
///
/// Operations are values: building one sends nothing, `.await` sends it.
///
/// ```
/// use singlet::{Client, Model};
///
/// #[derive(Debug, Clone, PartialEq, Model)]
/// #[model(table = "users")]
/// struct User {
///     #[model(hash_key)]
///     pk: String,
///     #[model(range_key)]
///     sk: String,
///     name: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// User::create_table().await?;
///
/// let mut user = User { pk: "USER#1".into(), sk: "PROFILE".into(), name: "Ann".into() };
/// user.save().await?;
/// assert_eq!(User::get(("USER#1", "PROFILE")).await?, Some(user));
/// # Ok(())
/// # }).await
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "add `#[derive(Model)]` and `#[model(table = ..)]` to `{Self}`"
)]
pub trait Model: Hooks + Record + Send + Sync + 'static {
    /// The values of the placeholders of the key templates, in their order: a tuple.
    type KeyParts: Send + 'static;

    /// The values of the placeholders of the hash key's template: a tuple.
    type HashParts: Send + 'static;

    /// The values of the placeholders of the range key's template: a tuple.
    type RangeParts: KeyParts + Send + 'static;

    /// The paths of the model's attributes: a struct with a field for each of its fields.
    type Fields: 'static;

    /// The paths of the model's attributes, for [conditions](crate::expr) and updates.
    const FIELDS: Self::Fields;

    /// The names of the model and the table it lives in.
    const SCHEMA: &'static ModelSchema;

    /// The table, client and limits of this model: from the derive's attributes, or from the
    /// function that `#[model(config = ..)]` names.
    fn config() -> ModelConfig;

    #[doc(hidden)]
    fn __key(&self) -> Result<RawKey, Fault>;
    #[doc(hidden)]
    fn __key_of(parts: Self::KeyParts) -> Result<RawKey, Fault>;
    #[doc(hidden)]
    fn __hash_of(parts: Self::HashParts) -> Result<KeyValue, Fault>;
    #[doc(hidden)]
    fn __parts(key: &RawKey) -> Result<Self::KeyParts, Fault>;
    /// Writes the fields that the primary key is made from, as attributes, into an open map.
    #[doc(hidden)]
    fn __key_fields(key: &RawKey, writer: &mut Writer) -> Result<(), Fault>;
    /// The new values of the fields that operations keep up themselves.
    #[doc(hidden)]
    type __Stamps: Send;
    #[doc(hidden)]
    fn __stamps(&self, epoch_millis: i64) -> Self::__Stamps;
    #[doc(hidden)]
    fn __swap_stamps(&mut self, stamps: &mut Self::__Stamps);
    /// The version, where the model has one: 0 for a value that was never stored.
    #[doc(hidden)]
    fn __version(&self) -> Option<u64>;
    /// Gives the fields that are generated and not yet set a value.
    #[doc(hidden)]
    fn __generate(&mut self, epoch_millis: i64);
    /// The literal text that every range key of the model begins with; empty when there is none.
    #[doc(hidden)]
    const __RANGE_PREFIX: &'static str;
    /// The expiry that the value carries in its field, where it has one.
    #[doc(hidden)]
    fn __ttl(&self) -> Option<TTLAttribute> {
        None
    }
    #[doc(hidden)]
    fn __set_ttl(&mut self, expires_at: TTLAttribute) {
        let _ = expires_at;
    }

    /// Writes the whole item, replacing what is stored under its key.
    ///
    /// It is a full replacement: attributes that the model does not know are lost. The local value
    /// is only changed by hooks. See [`Save`] for the options and an example.
    fn save(&mut self) -> Save<'_, Self> {
        Save::new(self)
    }

    /// Writes the item if there is none under its key; an expired one counts as none.
    ///
    /// An error of kind `ConditionFailed` when there is one. See [`Save`] for the options and an example.
    fn create(&mut self) -> Save<'_, Self> {
        Save::new(self).if_absent()
    }

    /// Deletes the item under this value's key. It is no error when there is none. See [`Delete`].
    fn delete(&self) -> Delete<'_, Self> {
        Delete::new(self)
    }

    /// Deletes the item under `key`. It is no error when there is none. See [`Delete`] for an example.
    fn delete_by_key<K>(key: impl IntoKey<Self, Self::KeyParts, K>) -> Delete<'static, Self> {
        Delete::by_key(raw_key::<Self>(key.into_key()))
    }

    /// Changes attributes of the item under `key`, which must exist. See [`Update`] for the actions and an example.
    fn update<K>(key: impl IntoKey<Self, Self::KeyParts, K>) -> Update<'static, Self> {
        Update::by_key(raw_key::<Self>(key.into_key()))
    }

    /// Changes attributes of the item under `key`, or creates it with them.
    ///
    /// Everything that the model requires must be set, since the item may not exist: an error of kind
    /// `Validation` names what is not. See [`Update`] for the actions.
    fn upsert<K>(key: impl IntoKey<Self, Self::KeyParts, K>) -> Update<'static, Self> {
        Self::update(key).or_create()
    }

    /// Changes attributes of this item, in DynamoDB and then here: the local value becomes what is stored.
    ///
    /// With a version it is an error of kind `VersionConflict` when somebody else has changed the item.
    fn modify(&mut self) -> Update<'_, Self, ()> {
        Update::of(self)
    }

    /// Writes what differs between this value and `old`, which was read before; unknown attributes stay.
    ///
    /// Nothing is sent where nothing differs. The item must exist, and with a version it must still
    /// have the version of `old`.
    ///
    /// ```
    /// # use singlet::{Client, Model};
    /// # #[derive(Debug, Clone, PartialEq, Model)]
    /// # #[model(table = "users")]
    /// # struct User { #[model(hash_key)] pk: String, name: String, nick: Option<String> }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # singlet::with_client(Client::embedded(), async {
    /// # User::create_table().await?;
    /// let mut user = User { pk: "USER#1".into(), name: "Ann".into(), nick: None };
    /// user.create().await?;
    /// let old = user.clone();
    /// user.nick = Some("annie".into());
    /// user.update_from(&old).await?;
    /// # Ok(())
    /// # }).await
    /// # }
    /// ```
    fn update_from<'a>(&'a mut self, old: &Self) -> Update<'a, Self, ()> {
        Update::from_difference(self, old)
    }

    /// A condition on the item under `key`, for a [transaction](crate::transact_write) that does not write it.
    /// See [`Check`] for the options and an example.
    fn check<K>(key: impl IntoKey<Self, Self::KeyParts, K>) -> Check<Self> {
        Check::new(raw_key::<Self>(key.into_key()))
    }

    /// Reads the item under `key`: `None` when there is none. See [`Get`] for the options and an example.
    fn get<K>(key: impl IntoKey<Self, Self::KeyParts, K>) -> Get<Self> {
        Get::new(raw_key::<Self>(key.into_key()))
    }

    /// Reads the items under `keys`, in as few requests as DynamoDB allows, and gives them in the order of
    /// the keys: `None` where there is none. See [`BatchGet`] for the options and an example.
    fn batch_get<'a, K>(
        keys: impl IntoIterator<Item = impl IntoKey<Self, Self::KeyParts, K>>,
    ) -> BatchGet<'a, Vec<Get<Self>>> {
        crate::op::batch_get(keys.into_iter().map(Self::get).collect())
    }

    /// Whether there is an item of this model under `key`. See [`Exists`] for an example.
    fn exists<K>(key: impl IntoKey<Self, Self::KeyParts, K>) -> Exists<Self> {
        Exists::new(raw_key::<Self>(key.into_key()))
    }

    /// Reads the model's items of one partition, in the order of their range keys. See [`Query`].
    fn query<K>(hash_key: impl IntoKey<Self, Self::HashParts, K>) -> Query<Self> {
        let hash = match hash_key.into_key() {
            KeyInput::Parts(parts) => Self::__hash_of(parts),
            KeyInput::Whole(key) => Ok(key.hash),
        };
        Query::new(hash.map(|hash| vec![hash]).map_err(fault_of::<Self>))
    }

    /// Reads the model's items wherever they are, at the price of the whole table. See [`Scan`].
    fn scan() -> Scan<Self> {
        Scan::new()
    }

    /// The model as an index shows it: `Customer::index(Shop::GSI1).query(..)`. See [`Indexed`].
    fn index<I: Index>(index: I) -> Indexed<Self, I> {
        let _ = index;
        Indexed::new(look_up)
    }

    /// Creates the model's table, with its indexes and TTL, and waits until it can be used. See [`CreateTable`].
    fn create_table() -> CreateTable {
        CreateTable::new(Self::config(), Self::SCHEMA.table, Self::SCHEMA.ttl)
    }

    /// Describes the model's live table: keys, indexes, size, billing, TTL and stream. See [`DescribeTable`].
    fn describe_table() -> DescribeTable {
        DescribeTable::new(Self::config(), Some(Self::SCHEMA.model))
    }

    /// Compares the model's live table with what the model needs: keys, indexes and TTL. See [`VerifyTable`].
    fn verify_table() -> VerifyTable {
        VerifyTable::of_model(Self::config(), Self::SCHEMA.model, Self::SCHEMA.table, Self::SCHEMA.ttl)
    }

    /// Deletes the model's table and all its items, once confirmed, and waits until it is gone. See [`DeleteTable`].
    fn delete_table() -> DeleteTable {
        DeleteTable::new(Self::config(), Some(Self::SCHEMA.model))
    }

    /// Checks that DynamoDB deletes expired items of the model's table, and turns that on if it does not.
    ///
    /// An error of kind `TtlConflict` when time to live is enabled on another attribute. See [`EnableTtl`].
    fn enable_ttl() -> EnableTtl
    where
        Self: HasTtl,
    {
        EnableTtl::of_model(Self::config(), Self::SCHEMA.model, Self::SCHEMA.ttl)
    }

    /// Whether the item's time to live has passed: `now >= expires_at`. Without one it has not.
    ///
    /// DynamoDB deletes expired items late, up to 48 hours; until then they are still read.
    ///
    /// ```
    /// # use singlet::{ExpiresIn, Model, TTLAttribute};
    /// #[derive(Model)]
    /// #[model(table = "sessions")]
    /// struct Session {
    ///     #[model(hash_key)]
    ///     pk: String,
    ///     expires_at: TTLAttribute,
    /// }
    ///
    /// let session = Session { pk: "SESSION#1".into(), expires_at: ExpiresIn::hours(1) };
    /// assert!(!session.is_expired());
    /// assert!(session.expires_in().unwrap().as_secs() > 3_590);
    /// ```
    fn is_expired(&self) -> bool
    where
        Self: TtlField,
    {
        self.ttl().is_some_and(TTLAttribute::is_expired)
    }

    /// How long the item has to live; `None` once expired, and without a time to live.
    fn expires_in(&self) -> Option<std::time::Duration>
    where
        Self: TtlField,
    {
        self.ttl()?.expires_in()
    }

    /// Sets the expiry to `expires_at`, in DynamoDB and then here, if the item is stored and live.
    ///
    /// An error of kind `NotFound` or `Expired` when it is not; nothing is changed then. See [`UpdateTtl`].
    fn extend_ttl(&mut self, expires_at: TTLAttribute) -> UpdateTtl<'_, Self>
    where
        Self: HasTtl,
    {
        UpdateTtl::new(self, expires_at).if_live()
    }

    /// Sets the expiry to `expires_at`, in DynamoDB and then here, also when the item has expired and
    /// is still stored.
    ///
    /// An error of kind `NotFound` when it is not stored; nothing is changed then. See [`UpdateTtl`].
    fn set_ttl(&mut self, expires_at: TTLAttribute) -> UpdateTtl<'_, Self>
    where
        Self: HasTtl,
    {
        UpdateTtl::new(self, expires_at)
    }

    /// The primary key of this value. An error of kind `InvalidKey` when it cannot be formed.
    /// See [`Key`] for an example.
    fn key(&self) -> Result<Key<Self>> {
        self.__key().map(Key::from_raw).map_err(fault_of::<Self>)
    }

    /// The primary key with these parts. An error of kind `InvalidKey` when it cannot be formed.
    /// See [`Key`] for an example.
    fn key_of<K>(parts: impl IntoKey<Self, Self::KeyParts, K>) -> Result<Key<Self>> {
        raw_key::<Self>(parts.into_key()).map(Key::from_raw)
    }

    /// The item as it is stored, in the SDK's form: with keys, index keys and entity attribute.
    ///
    /// ```
    /// # use singlet::Model;
    /// #[derive(Debug, PartialEq, Model)]
    /// #[model(table = "users", hash_key = "USER#{id}")]
    /// struct User {
    ///     id: u32,
    /// }
    ///
    /// let item = User { id: 7 }.to_item()?;
    /// assert_eq!(item["pk"].as_s().unwrap(), "USER#0000000007");
    /// assert_eq!(User::from_item(&item)?, User { id: 7 });
    /// # Ok::<(), singlet::Error>(())
    /// ```
    fn to_item(&self) -> Result<Item> {
        item::from_bytes(&self.__bytes()?).map_err(fault_of::<Self>)
    }

    /// Reads an item in the SDK's form. Attributes that the model does not know are ignored.
    fn from_item(item: &Item) -> Result<Self> {
        item::to_bytes(item).and_then(|bytes| item::read(&bytes, Self::SCHEMA.entity)).map_err(fault_of::<Self>)
    }

    /// The item as a plain JSON map: strings, numbers, booleans, lists and maps without type tags.
    ///
    /// Binary values are base64 strings, sets are arrays, a number that JSON would round is a string,
    /// compressed text is as you wrote it. [`from_dict`](Self::from_dict) reads it back.
    ///
    /// ```
    /// # use singlet::Model;
    /// #[derive(Debug, PartialEq, Model)]
    /// #[model(table = "users")]
    /// struct User {
    ///     #[model(hash_key)]
    ///     pk: String,
    ///     #[model(range_key)]
    ///     sk: String,
    ///     name: String,
    /// }
    ///
    /// let user = User { pk: "USER#123".into(), sk: "PROFILE".into(), name: "John".into() };
    /// let dict = user.to_dict()?;
    /// let json = serde_json::json!({ "pk": "USER#123", "sk": "PROFILE", "name": "John" });
    /// assert_eq!(serde_json::Value::from(dict.clone()), json);
    /// assert_eq!(User::from_dict(&dict)?, user);
    /// # Ok::<(), singlet::Error>(())
    /// ```
    #[cfg(feature = "serde_json")]
    fn to_dict(&self) -> Result<serde_json::Map<String, serde_json::Value>> {
        crate::dict::of(self).map_err(fault_of::<Self>)
    }

    /// Reads a plain JSON map, such as [`to_dict`](Self::to_dict) gives.
    ///
    /// Keys and index keys that templates make need not be in it, nor the entity attribute.
    #[cfg(feature = "serde_json")]
    fn from_dict(dict: &serde_json::Map<String, serde_json::Value>) -> Result<Self> {
        crate::dict::read::<Self>(dict, Self::SCHEMA.entity).map_err(fault_of::<Self>)
    }

    /// The size of the item by DynamoDB's rule, with the part of each attribute. See [`ItemSize`].
    fn size(&self) -> Result<ItemSize> {
        ItemSize::of(&self.__bytes()?).map_err(fault_of::<Self>)
    }

    #[doc(hidden)]
    fn __bytes(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::new();
        item::write(self, &mut writer);
        writer.into_bytes().map_err(fault_of::<Self>)
    }
}

/// A model with a TTL attribute: in a field of type [`TTLAttribute`] or `Option<TTLAttribute>`, or kept up by
/// singlet for `#[model(ttl = ..)]` on the struct.
///
/// Its operations are methods of [`Model`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no time to live",
    label = "no TTL attribute",
    note = "add a field of type `TTLAttribute` to the model, or `#[model(ttl = \"30m\")]` to the struct; nested structs \
            have no time to live of their own"
)]
pub trait HasTtl: Model {}

/// A model that carries its expiry in a field of type [`TTLAttribute`] or `Option<TTLAttribute>`.
///
/// ```
/// # use singlet::{ExpiresIn, TtlField, Model, TTLAttribute};
/// #[derive(Model)]
/// #[model(table = "sessions")]
/// struct Session {
///     #[model(hash_key)]
///     pk: String,
///     expires_at: Option<TTLAttribute>,
/// }
///
/// let session = Session { pk: "SESSION#1".into(), expires_at: None };
/// assert_eq!(session.ttl(), None);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no field that says when it expires",
    label = "no field of type `TTLAttribute`",
    note = "add a field of type `TTLAttribute` or `Option<TTLAttribute>` to the model"
)]
pub trait TtlField: HasTtl {
    /// The expiry of this value, where it has one.
    fn ttl(&self) -> Option<TTLAttribute> {
        self.__ttl()
    }
}

pub(crate) fn raw_key<M: Model>(key: KeyInput<M::KeyParts>) -> Result<RawKey> {
    match key {
        KeyInput::Parts(parts) => M::__key_of(parts).map_err(fault_of::<M>),
        KeyInput::Whole(key) => Ok(key),
    }
}

/// A fault as an error that names the model.
#[cold]
pub(crate) fn fault_of<M: Model>(fault: Fault) -> Error {
    fault_error(fault, M::SCHEMA.model)
}

/// Reads the item the reader stands at.
pub(crate) fn read_at<M: Model>(reader: &mut Reader<'_>) -> Result<M, Fault> {
    item::read_at(reader, M::SCHEMA.entity)
}

impl Error {
    /// The stored item that made a condition fail, as the model it is; `None` if the service
    /// returned none, or one of another model.
    ///
    /// An error of kind `Decode` when it cannot be read as `M`.
    pub fn old<M: Model>(&self) -> Result<Option<M>> {
        match self.old_item() {
            Some(item) if M::SCHEMA.owns(item) => M::from_item(item).map(Some),
            _ => Ok(None),
        }
    }
}

impl<M: Model> Key<M> {
    /// The key with these stored values. An error of kind `InvalidKey` when they do not have the
    /// form of the model's templates.
    pub fn parse(hash: impl Into<KeyValue>, range: Option<KeyValue>) -> Result<Self> {
        let key = Key::from_raw(RawKey { hash: hash.into(), range });
        key.parts()?;
        Ok(key)
    }

    /// The parts the key was made from. An error of kind `InvalidKey` when it has another form.
    pub fn parts(&self) -> Result<M::KeyParts> {
        M::__parts(self.raw()).map_err(fault_of::<M>)
    }
}
