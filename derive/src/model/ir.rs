//! What `#[derive(Model)]` knows of a struct after parsing, with placeholders resolved to fields.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;
use syn::{Expr, LitStr, Path, Visibility};

use super::lifecycle::Lifecycle;
use super::numbered::Numbered;
use super::options::TableOption;
use crate::field::{Field, Unique};
use crate::krate::Krate;
use crate::name::Name;
use crate::record::replacement;
use crate::setting::Once;
use crate::template::KeyFormat;

/// A model, with the placeholders of its templates resolved to fields.
#[allow(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(super) struct Model {
    pub(super) ident: Ident,
    pub(super) vis: Visibility,
    pub(super) krate: Krate,
    pub(super) table: TableOption,
    pub(super) fields: Vec<Field>,
    pub(super) hash_key: KeySource,
    pub(super) range_key: Option<KeySource>,
    /// Whether the keys have no mistake, as far as they are written.
    pub(super) has_known_keys: bool,
    pub(super) indexes: Vec<IndexKeys>,
    /// The placeholders of index keys that name a field inside of a field, each once.
    pub(super) nested: Vec<Nested>,
    pub(super) config: Once<Path>,
    pub(super) max_size: Once<Expr>,
    pub(super) skip_hooks: Once<bool>,
    pub(super) consistent_read: Once<bool>,
    pub(super) entity: Once<bool>,
    pub(super) entity_name: Once<LitStr>,
    /// Further entity names that are read.
    pub(super) entity_aliases: Vec<LitStr>,
    /// Whether an attribute that the model does not declare is refused.
    pub(super) deny_unknown: Once<()>,
    pub(super) escape: bool,
    /// Whether a placeholder of the primary key may be empty.
    pub(super) empty_key_parts: bool,
    pub(super) write_mark: Once<Name>,
    /// The validator of the struct.
    pub(super) validate: Once<Path>,
    pub(super) hooks: bool,
    /// The field that is the TTL attribute.
    pub(super) ttl: Option<usize>,
    pub(super) lifecycle: Lifecycle,
    pub(super) numbered: Numbered,
    /// The fields that operations maintain automatically.
    pub(super) version: Option<usize>,
    pub(super) created_at: Option<usize>,
    pub(super) updated_at: Option<usize>,
}

/// Where a key attribute comes from.
pub(super) enum KeySource {
    /// It is a field.
    Field(usize),
    /// It is made from fields.
    Template(KeyTemplate),
}

pub(super) struct KeyTemplate {
    pub(super) literal: LitStr,
    pub(super) pieces: Vec<Piece>,
}

pub(super) enum Piece {
    Literal(String),
    Part {
        field: usize,
        format: KeyFormat,
        /// Whether it is optional, as in `{due?}`.
        is_optional: bool,
    },
    /// A number in the model's list; of index keys only.
    Nested {
        nested: usize,
        format: KeyFormat,
    },
}

/// A field inside of a field, from which index keys are made.
pub(super) struct Nested {
    /// The field of the model.
    pub(super) root: usize,
    /// The names of the fields inside of it, from the outermost.
    pub(super) inside: Vec<String>,
    /// A template that names it, to point at.
    pub(super) literal: LitStr,
}

/// What a placeholder stands for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Placed {
    Field(usize),
    Nested(usize),
}

/// The keys of the model in one index.
pub(super) struct IndexKeys {
    pub(super) name: LitStr,
    /// The attributes of the key, in their order.
    pub(super) hash_key: Vec<IndexKey>,
    pub(super) range_key: Vec<IndexKey>,
    pub(super) when: Option<When>,
}

/// The function that decides whether an item is in an index.
pub(super) struct When {
    pub(super) function: Path,
    /// The fields that it takes, and where the user wrote them; `None` if it takes the whole value.
    pub(super) fields: Option<Vec<(usize, Span)>>,
    /// Where the option stands.
    pub(super) option: Span,
}

/// A key attribute of an index, and where the user wrote it.
pub(super) struct IndexKey {
    pub(super) source: KeySource,
    pub(super) span: Span,
    /// Where the option stands that it is in.
    pub(super) option: Span,
}

impl IndexKeys {
    /// The keys that the model gives, hash first.
    pub(super) fn keys(&self) -> impl Iterator<Item = &IndexKey> {
        self.hash_key.iter().chain(&self.range_key)
    }
}

impl When {
    /// The fields that the function takes, and where the user wrote them.
    pub(super) fn fields(&self) -> impl Iterator<Item = (usize, Span)> {
        self.fields.iter().flatten().copied()
    }
}

impl KeySource {
    /// The fields the key is made of, each once, in their order.
    pub(super) fn parts(&self) -> Vec<usize> {
        match self {
            KeySource::Field(field) => vec![*field],
            KeySource::Template(template) => template.parts(),
        }
    }

    /// What the key is made of, each once, in its order.
    pub(super) fn placed(&self) -> Vec<Placed> {
        match self {
            KeySource::Field(field) => vec![Placed::Field(*field)],
            KeySource::Template(template) => template.placed(),
        }
    }

    /// How much of the field's value the key loses; `None` if the field is not part of it.
    fn loss(&self, field: usize) -> Option<u8> {
        match self {
            KeySource::Field(own) => (*own == field).then_some(0),
            KeySource::Template(template) => template.loss(field),
        }
    }

    pub(super) fn template(&self) -> Option<&KeyTemplate> {
        match self {
            KeySource::Field(_) => None,
            KeySource::Template(template) => Some(template),
        }
    }
}

impl KeyTemplate {
    /// The fields of the placeholders that name no nested field, each once, in their order.
    pub(super) fn parts(&self) -> Vec<usize> {
        let field = |placed| match placed {
            Placed::Field(field) => Some(field),
            Placed::Nested(_) => None,
        };
        self.placed().into_iter().filter_map(field).collect()
    }

    /// The placeholders that name nested fields, each once, in their order.
    pub(super) fn nested(&self) -> Vec<usize> {
        let nested = |placed| match placed {
            Placed::Field(_) => None,
            Placed::Nested(nested) => Some(nested),
        };
        self.placed().into_iter().filter_map(nested).collect()
    }

    /// What the placeholders stand for, each once, in their order.
    pub(super) fn placed(&self) -> Vec<Placed> {
        let mut all = Vec::new();
        for piece in &self.pieces {
            let placed = match piece {
                Piece::Literal(_) => continue,
                Piece::Part { field, .. } => Placed::Field(*field),
                Piece::Nested { nested, .. } => Placed::Nested(*nested),
            };
            if !all.contains(&placed) {
                all.push(placed);
            }
        }
        all
    }

    /// The placeholder that holds most of the field's value, from which it is parsed: its index, and how much it loses.
    fn best(&self, field: usize) -> Option<(usize, u8)> {
        let pieces = self.pieces.iter().enumerate().filter_map(|(at, piece)| match piece {
            Piece::Part { field: of, format, .. } if *of == field => Some((at, format.loss())),
            _ => None,
        });
        pieces.min_by_key(|(_, loss)| *loss)
    }

    /// How much of the field's value the key loses; `None` if the field is not part of it.
    pub(super) fn loss(&self, field: usize) -> Option<u8> {
        self.best(field).map(|(_, loss)| loss)
    }

    /// Whether the field is parsed from the placeholder at this index, among those of the template.
    pub(super) fn is_holder(&self, field: usize, piece: usize) -> bool {
        self.best(field).is_some_and(|(at, _)| at == piece)
    }

    /// The field that is optional in this key, as `due` is in `{due?}`. The checks make sure that it is the last part.
    pub(super) fn optional(&self) -> Option<usize> {
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Part { field, is_optional: true, .. } => Some(*field),
            _ => None,
        })
    }

    /// The format of the placeholder at this index of a field of the model.
    pub(super) fn format_at(&self, piece: usize) -> Option<KeyFormat> {
        match self.pieces.get(piece) {
            Some(Piece::Part { format, .. }) => Some(*format),
            _ => None,
        }
    }

    /// Whether the field stands in it more than once.
    pub(super) fn occurs_again(&self, field: usize) -> bool {
        self.pieces.iter().filter(|piece| matches!(piece, Piece::Part { field: own, .. } if *own == field)).count() > 1
    }

    /// The literal text before the first placeholder.
    pub(super) fn prefix(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Literal(text)) => text,
            _ => "",
        }
    }

    /// Whether a field stands in it more than once.
    pub(super) fn repeats(&self) -> bool {
        let placeholders = self.pieces.iter().filter(|piece| matches!(piece, Piece::Part { .. })).count();
        placeholders > self.parts().len()
    }
}

impl Model {
    /// The sources of the primary key, hash first.
    pub(super) fn primary(&self) -> impl Iterator<Item = &KeySource> {
        [&self.hash_key].into_iter().chain(&self.range_key)
    }

    /// The fields of the primary key, each once, hash first.
    pub(super) fn key_parts(&self) -> Vec<usize> {
        let mut parts = Vec::new();
        for part in self.primary().flat_map(KeySource::parts) {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        parts
    }

    /// Whether the primary key holds the whole value of the field, one of its parts.
    pub(super) fn is_held_by_key(&self, field: usize) -> bool {
        self.primary().any(|source| source.loss(field) == Some(0))
    }

    /// Whether the field is parsed from this key: the one that holds most of its value.
    pub(super) fn is_holder(&self, field: usize, key: &KeySource) -> bool {
        let keys = self.primary().filter(|source| source.loss(field).is_some());
        keys.min_by_key(|source| source.loss(field)).is_some_and(|holder| std::ptr::eq(holder, key))
    }

    /// Whether a key of an index is the field, is made from it, or depends on it.
    pub(super) fn is_in_index_key(&self, field: usize) -> bool {
        let is_key = |key: &IndexKey| matches!(key.source, KeySource::Field(own) if own == field);
        self.indexes.iter().flat_map(IndexKeys::keys).any(is_key) || self.makes_index_key(field)
    }

    /// Whether a template of an index contains the field, or an index depends on it.
    pub(super) fn makes_index_key(&self, field: usize) -> bool {
        let is_part = |key: &IndexKey| {
            key.source.template().is_some_and(|own| {
                own.parts().contains(&field) || own.nested().iter().any(|nested| self.nested[*nested].root == field)
            })
        };
        let decides = |index: &IndexKeys| index.when.iter().flat_map(When::fields).any(|(at, _)| at == field);
        self.indexes.iter().any(|index| index.keys().any(is_part) || decides(index))
    }

    /// The fields within whose values a unique field is unique.
    pub(super) fn scope_of(&self, field: usize) -> Vec<usize> {
        let scope = self.fields[field].options.unique.get().into_iter().flat_map(Unique::scope);
        scope.filter_map(|(name, _)| self.fields.iter().position(|field| field.ident.unraw() == name)).collect()
    }

    /// Whether the field is unique, or other fields are unique within its values.
    pub(super) fn is_in_unique_value(&self, field: usize) -> bool {
        let is_unique = |at: &usize| self.fields[*at].options.unique.is_set();
        (0..self.fields.len()).filter(is_unique).any(|at| at == field || self.scope_of(at).contains(&field))
    }

    /// Whether operations keep the field up themselves.
    pub(super) fn is_kept(&self, field: usize) -> bool {
        [self.version, self.created_at, self.updated_at].contains(&Some(field))
    }

    /// The fields that a save writes with a value of its own: managed and generated ones, and the expiry.
    pub(super) fn replaced(&self) -> Vec<usize> {
        let is_replaced = |index: &usize| {
            self.is_kept(*index) || self.ttl == Some(*index) || self.fields[*index].options.generated.is_set()
        };
        (0..self.fields.len()).filter(is_replaced).collect()
    }

    /// A reference to what is written for a field.
    pub(super) fn written(&self, field: usize) -> TokenStream {
        if self.replaced().contains(&field) {
            return replacement(field).into_token_stream();
        }
        let ident = &self.fields[field].ident;
        quote!(&self.#ident)
    }

    /// Whether the table's schema is known to the compiler by a type.
    pub(super) fn has_derived_table(&self) -> bool {
        matches!(self.table, TableOption::Derived(_))
    }
}
