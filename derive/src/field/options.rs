//! The options of fields, each with its parser. An option without a parser does not compile.

use syn::{Attribute, Ident, LitStr, Path, parse_quote};

use super::{Compression, Converted, DefaultValue, Generated, Storage, Unique};
use crate::errors::Errors;
use crate::lifetime::Lifetime;
use crate::name::Name;
use crate::setting::{Entry, Known, Once, Setting, settings};

/// What a field belongs to: it decides which options there are.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Owner {
    Model,
    Nested,
}

impl Owner {
    /// The name of the attribute.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Owner::Model => "model",
            Owner::Nested => "attribute",
        }
    }

    fn known(self) -> Known<FieldOptions> {
        match self {
            Owner::Model => Known::new(&[SHARED, OF_MODEL]),
            Owner::Nested => Known::new(&[SHARED]),
        }
    }
}

/// The options of every field.
const SHARED: &[Entry<FieldOptions>] = &[
    ("rename", |options, setting, errors| options.rename.set(setting, setting.string("name", errors), errors)),
    ("alias", |options, setting, errors| {
        let name = setting.string("formerName", errors).map(|literal| Name::written(&literal, errors));
        options.aliases.extend(name.map(|name| (setting.key.clone(), name)));
    }),
    ("default", |options, setting, errors| options.default.set(setting, Some(default_value(setting, errors)), errors)),
    ("skip", |options, setting, errors| options.skip.mark(setting, errors)),
    ("flatten", |options, setting, errors| options.flatten.mark(setting, errors)),
    ("prefix", |options, setting, errors| options.prefix.set(setting, setting.string("ship_", errors), errors)),
    ("serde", |options, setting, errors| options.serde.mark(setting, errors)),
    ("compressed", |options, setting, errors| {
        options.compressed.set(setting, Some(Compression::parse(setting, errors)), errors);
    }),
    ("with", |options, setting, errors| options.with.set(setting, setting.path("my_module", errors), errors)),
    ("read_with", |options, setting, errors| {
        options.read_with.set(setting, setting.path("my_function", errors), errors);
    }),
    ("write_with", |options, setting, errors| {
        options.write_with.set(setting, setting.path("my_function", errors), errors);
    }),
    ("stored_as", |options, setting, errors| options.stored_as.set(setting, setting.path("u64", errors), errors)),
];

/// The further options of a model's own fields.
const OF_MODEL: &[Entry<FieldOptions>] = &[
    ("hash_key", |options, setting, errors| options.hash_key.mark(setting, errors)),
    ("range_key", |options, setting, errors| options.range_key.mark(setting, errors)),
    ("partition_key", |options, setting, errors| options.hash_key.mark(setting, errors)),
    ("sort_key", |options, setting, errors| options.range_key.mark(setting, errors)),
    ("sensitive", |options, setting, errors| options.sensitive.mark(setting, errors)),
    ("ttl", |options, setting, errors| options.ttl.set(setting, Some(Lifetime::parse(setting, errors)), errors)),
    ("ttl_attribute", |options, setting, errors| options.ttl_attribute.mark(setting, errors)),
    ("key_only", |options, setting, errors| options.key_only.mark(setting, errors)),
    ("version", |options, setting, errors| options.version.mark(setting, errors)),
    ("created_at", |options, setting, errors| options.created_at.mark(setting, errors)),
    ("updated_at", |options, setting, errors| options.updated_at.mark(setting, errors)),
    ("generated", |options, setting, errors| {
        options.generated.set(setting, Some(Generated::parse(setting, errors)), errors);
    }),
    ("unique", |options, setting, errors| options.unique.set(setting, Some(Unique::parse(setting, errors)), errors)),
    ("extra", |options, setting, errors| options.extra.mark(setting, errors)),
    ("validate", |options, setting, errors| {
        options.validate.set(setting, setting.path("check_email", errors), errors);
    }),
];

/// The options of one field, as they are written.
#[derive(Default)]
pub(crate) struct FieldOptions {
    pub(crate) hash_key: Once<()>,
    pub(crate) range_key: Once<()>,
    pub(crate) rename: Once<LitStr>,
    /// Former names of the attribute, with the options that state them.
    pub(crate) aliases: Vec<(Ident, Name)>,
    pub(crate) default: Once<DefaultValue>,
    pub(crate) skip: Once<()>,
    pub(crate) flatten: Once<()>,
    pub(crate) prefix: Once<LitStr>,
    pub(crate) serde: Once<()>,
    pub(crate) sensitive: Once<()>,
    pub(crate) compressed: Once<Compression>,
    pub(crate) with: Once<Path>,
    pub(crate) read_with: Once<Path>,
    pub(crate) write_with: Once<Path>,
    pub(crate) stored_as: Once<Path>,
    pub(crate) ttl: Once<Lifetime>,
    pub(crate) ttl_attribute: Once<()>,
    pub(crate) key_only: Once<()>,
    pub(crate) version: Once<()>,
    pub(crate) created_at: Once<()>,
    pub(crate) updated_at: Once<()>,
    pub(crate) generated: Once<Generated>,
    pub(crate) unique: Once<Unique>,
    pub(crate) extra: Once<()>,
    pub(crate) validate: Once<Path>,
}

impl FieldOptions {
    pub(super) fn parse(attrs: &[Attribute], owner: Owner, errors: &Errors) -> Self {
        let mut options = FieldOptions::default();
        let known = owner.known();
        for setting in settings(attrs, owner.attribute(), errors) {
            let name = setting.name();
            if owner == Owner::Nested && !known.contains(&name) && Owner::Model.known().contains(&name) {
                let message = format!("`{name}` is an option of a model's own fields; remove it from the nested type");
                errors.at(&setting.key, message);
            } else {
                known.take(&mut options, &setting, errors);
            }
        }
        options
    }

    /// How the field is stored. The rules leave at most one way. The order matters after a mistake only: a field that is
    /// given two ways has a path that asks nothing of its type, if one of them has.
    pub(super) fn storage(&self) -> Storage {
        if self.skip.is_set() {
            Storage::Skipped
        } else if self.extra.is_set() {
            Storage::Extra
        } else if self.key_only.is_set() {
            Storage::Key
        } else if self.serde.is_set() {
            Storage::Serde
        } else if let Some(compression) = self.compressed.get() {
            Storage::Compressed(compression.clone())
        } else if self.flatten.is_set() {
            Storage::Flattened
        } else if let Some(converted) = Converted::of(self) {
            Storage::Converted(converted)
        } else {
            Storage::Attribute
        }
    }
}

/// The value of `default`.
pub(crate) fn default_value(setting: &Setting, errors: &Errors) -> DefaultValue {
    if setting.is_bare() {
        return DefaultValue::Default;
    }
    // A mistake in the value does not make the field a required one, which its uses would not set.
    let never = || parse_quote!(::core::unreachable!("the derive gave an error"));
    DefaultValue::Expr(setting.expr("value", errors).cloned().unwrap_or_else(never))
}
