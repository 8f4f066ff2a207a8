use syn::{Attribute, LitStr};

use super::{Compression, DefaultValue, Generated, Storage};
use crate::errors::Errors;
use crate::lifetime::Lifetime;
use crate::setting::{Once, Setting, settings};

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

    fn known(self) -> &'static [&'static str] {
        const ALL: &[&str] = &[
            "rename",
            "default",
            "skip",
            "flatten",
            "serde",
            "compressed",
            "hash_key",
            "range_key",
            "partition_key",
            "sort_key",
            "sensitive",
            "ttl",
            "key_only",
            "version",
            "created_at",
            "updated_at",
            "generated",
            "unique",
        ];
        match self {
            Owner::Model => ALL,
            Owner::Nested => &ALL[..6],
        }
    }
}

/// The options of one field, as they are written.
#[derive(Default)]
pub(crate) struct FieldOptions {
    pub(crate) hash_key: Once<()>,
    pub(crate) range_key: Once<()>,
    pub(crate) rename: Once<LitStr>,
    pub(crate) default: Once<DefaultValue>,
    pub(crate) skip: Once<()>,
    pub(crate) flatten: Once<()>,
    pub(crate) serde: Once<()>,
    pub(crate) sensitive: Once<()>,
    pub(crate) compressed: Once<Compression>,
    pub(crate) ttl: Once<Lifetime>,
    pub(crate) key_only: Once<()>,
    pub(crate) version: Once<()>,
    pub(crate) created_at: Once<()>,
    pub(crate) updated_at: Once<()>,
    pub(crate) generated: Once<Generated>,
    pub(crate) unique: Once<()>,
}

impl FieldOptions {
    pub(super) fn parse(attrs: &[Attribute], owner: Owner, errors: &Errors) -> Self {
        let mut options = FieldOptions::default();
        for setting in settings(attrs, owner.attribute(), errors) {
            let name = setting.name();
            if !owner.known().contains(&name.as_str()) {
                if owner == Owner::Nested && Owner::Model.known().contains(&name.as_str()) {
                    let message =
                        format!("`{name}` is an option of a model's own fields; remove it from the nested type");
                    errors.at(&setting.key, message);
                } else {
                    setting.unknown(owner.known(), errors);
                }
                continue;
            }
            let mark = match name.as_str() {
                "rename" => {
                    options.rename.set(&setting, setting.string("name", errors), errors);
                    continue;
                }
                "default" => {
                    options.default.set(&setting, default_value(&setting, errors), errors);
                    continue;
                }
                "compressed" => {
                    options.compressed.set(&setting, Compression::parse(&setting, errors), errors);
                    continue;
                }
                "generated" => {
                    options.generated.set(&setting, Generated::parse(&setting, errors), errors);
                    continue;
                }
                "ttl" => {
                    options.ttl.set(&setting, Lifetime::parse(&setting, errors), errors);
                    continue;
                }
                "version" => &mut options.version,
                "created_at" => &mut options.created_at,
                "updated_at" => &mut options.updated_at,
                "unique" => &mut options.unique,
                "hash_key" | "partition_key" => &mut options.hash_key,
                "range_key" | "sort_key" => &mut options.range_key,
                "skip" => &mut options.skip,
                "flatten" => &mut options.flatten,
                "serde" => &mut options.serde,
                "sensitive" => &mut options.sensitive,
                _ => &mut options.key_only,
            };
            mark.set(&setting, setting.mark(errors), errors);
        }
        options
    }

    /// How the field is stored; the rules leave at most one way.
    pub(super) fn storage(&self) -> Storage {
        if self.skip.is_set() {
            Storage::Skipped
        } else if self.key_only.is_set() {
            Storage::Key
        } else if self.flatten.is_set() {
            Storage::Flattened
        } else if self.serde.is_set() {
            Storage::Serde
        } else if let Some(compression) = self.compressed.get() {
            Storage::Compressed(compression.clone())
        } else {
            Storage::Attribute
        }
    }
}

/// The value of `default`.
pub(crate) fn default_value(setting: &Setting, errors: &Errors) -> Option<DefaultValue> {
    if setting.is_bare() {
        return Some(DefaultValue::Default);
    }
    setting.expr("value", errors).cloned().map(DefaultValue::Expr)
}
