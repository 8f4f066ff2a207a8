//! Key templates as data, for keys that generated code cannot make: part of a range key in a query, and the index keys
//! that an update rewrites.

use super::field_path::FieldPath;
use super::format::KeyFormat;
use super::part::{KeyPart, is_exact};
use super::text::{KeyWriter, key_text, mismatch};
use super::value::{KeyAttribute, KeyRole, KeyValue};
use crate::attribute::names::is_same;
use crate::wire::{Fault, FaultKind, Name, Reader};

/// The source of a key attribute of a model.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum KeySource {
    /// The field with this name.
    Field(Name),
    /// A template that is filled in from fields.
    Template(KeyTemplate),
}

/// How a key attribute is made from fields.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct KeyTemplate {
    pub attribute: Name,
    pub role: KeyRole,
    pub escape: bool,
    pub pieces: &'static [Piece],
}

/// Literal text or a placeholder.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Piece {
    Text(&'static str),
    Part(TemplatePart),
}

/// A placeholder.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct TemplatePart {
    /// Where its field is stored.
    pub place: FieldPath,
    pub format: KeyFormat,
    /// Whether the key ends before it if the field has no value. It is the last piece of a range key then.
    pub is_optional: bool,
    /// Reads the stored attribute, which must not be NULL, and writes it into a key.
    pub write: fn(&mut Reader<'_>, &mut KeyWriter<'_>, KeyFormat) -> Result<(), Fault>,
}

/// Whether both write the same text. The names of their fields may differ.
pub(crate) const fn is_same_piece(a: &Piece, b: &Piece) -> bool {
    match (a, b) {
        (Piece::Text(a), Piece::Text(b)) => is_same(a, b),
        (Piece::Part(a), Piece::Part(b)) => a.format.is_same(b.format) && a.is_optional == b.is_optional,
        _ => false,
    }
}

impl KeySource {
    pub(crate) fn template(&self) -> Option<&KeyTemplate> {
        match self {
            KeySource::Field(_) => None,
            KeySource::Template(template) => Some(template),
        }
    }
}

impl KeyTemplate {
    /// The placeholders in order. One that occurs twice is returned twice.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &TemplatePart> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Part(part) => Some(part),
        })
    }

    /// The fields without which there is no key: all but the optional last part.
    pub(crate) fn required(&self) -> impl Iterator<Item = FieldPath> {
        self.parts().filter(|part| !part.is_optional).map(|part| part.place)
    }

    /// The optional last part.
    pub(crate) fn optional(&self) -> Option<&TemplatePart> {
        self.parts().last().filter(|part| part.is_optional)
    }

    /// Whether a key that this template has made ends before the optional last part. No value contains the separator.
    pub(crate) fn ends_early(&self, key: &KeyValue) -> bool {
        self.optional().is_some() && key.as_str().is_some_and(|text| text.ends_with('#'))
    }

    /// The key of the items that have the first of these values and no value of the optional part, which the last of them is;
    /// `None` if it is not.
    pub(crate) fn without_optional(&self, values: &[Box<dyn ErasedKeyPart>]) -> Result<Option<KeyValue>, Fault> {
        match values.split_last() {
            Some((_, before)) if self.optional().is_some() && values.len() >= self.count() => {
                self.text(before).map(|text| Some(KeyValue::S(text)))
            }
            _ => Ok(None),
        }
    }

    /// The placeholders that take a value: one that occurs twice takes one.
    fn taking(&self) -> impl Iterator<Item = &TemplatePart> {
        let is_first =
            |(n, part): &(usize, &TemplatePart)| self.parts().take(*n).all(|other| other.place != part.place);
        self.parts().enumerate().filter(is_first).map(|(_, part)| part)
    }

    /// The number of values that the template takes.
    pub(crate) fn count(&self) -> usize {
        self.taking().count()
    }

    /// Checks that a range can be compared with these values: keys that hold all of a value sort as such values do, and hold all
    /// of these.
    ///
    /// A field that occurs twice in succession, as in `{t:date}#{t}`, is held if one of its placeholders holds it.
    pub(crate) fn check_compared(&self, values: &[Box<dyn ErasedKeyPart>]) -> Result<(), Fault> {
        let parts: Vec<&TemplatePart> = self.parts().collect();
        let run = |first: &TemplatePart| {
            let from = parts.iter().position(|part| part.place == first.place).unwrap_or(parts.len());
            parts[from..].iter().take_while(|part| part.place == parts[from].place).copied().collect::<Vec<_>>()
        };
        for (first, value) in self.taking().zip(values) {
            if value.is_none() {
                let message = format!(
                    "items without `{}` match no comparison, so a range cannot be compared with `None`; select them with `eq`",
                    first.place
                );
                return Err(Fault::new(FaultKind::Key, message));
            }
            let run = run(first);
            if run.iter().any(|part| part.format == KeyFormat::Plain) {
                let message = "a `plain` placeholder does not sort as its values do, so a range cannot compare it; use `eq`, \
                               or give the placeholder a width";
                return Err(Fault::new(FaultKind::Key, message));
            }
            if !run.iter().any(|part| value.is_exact(part.format)) {
                let (field, suffix) = (first.place, first.format.suffix());
                let message = format!(
                    "the key holds only a part of this value of `{field}`, so a range cannot compare it; give the bound as \
                     `{{{field}{suffix}}}` writes it"
                );
                return Err(Fault::new(FaultKind::Key, message));
            }
        }
        Ok(())
    }

    /// The literal text before the first placeholder.
    pub(crate) fn prefix(&self) -> &'static str {
        match self.pieces.first() {
            Some(Piece::Text(text)) => text,
            _ => "",
        }
    }

    /// The text with the first placeholders filled in. With values for all of them it is a whole key. Otherwise it ends
    /// before the first placeholder without a value, and therefore at a separator.
    pub(crate) fn text(&self, values: &[Box<dyn ErasedKeyPart>]) -> Result<String, Fault> {
        self.fill(values, false)
    }

    /// The text up to the last value, which is the beginning of a placeholder's.
    pub(crate) fn beginning(&self, values: &[Box<dyn ErasedKeyPart>]) -> Result<String, Fault> {
        self.fill(values, true)
    }

    fn fill(&self, values: &[Box<dyn ErasedKeyPart>], ends_inside: bool) -> Result<String, Fault> {
        let mut given: Vec<(FieldPath, &dyn ErasedKeyPart)> = Vec::new();
        let mut values = values.iter();
        let key = key_text(self.role, self.escape, |key| {
            for piece in self.pieces {
                match piece {
                    Piece::Text(text) => key.literal(text),
                    Piece::Part(part) => {
                        // A placeholder that occurs again takes the value that was given first.
                        let earlier = given.iter().find(|(place, _)| *place == part.place).map(|(_, value)| *value);
                        let Some(value) = earlier.or_else(|| values.next().map(|value| &**value)) else { break };
                        given.push((part.place, value));
                        let is_last = values.len() == 0;
                        if part.is_optional && !value.is_none() && !ends_inside {
                            key.present(&part.place, |key| value.write(key, part.format));
                        } else {
                            value.write(key, part.format);
                        }
                        if ends_inside && is_last {
                            break;
                        }
                    }
                }
            }
        })?;
        match key {
            KeyValue::S(text) => Ok(text),
            // Unreachable: the text of a template is a string.
            _ => Err(mismatch()),
        }
    }
}

/// The value of a placeholder without its type.
#[doc(hidden)]
pub trait ErasedKeyPart: Send {
    fn write(&self, key: &mut KeyWriter<'_>, format: KeyFormat);

    /// Whether the key holds the whole value.
    fn is_exact(&self, format: KeyFormat) -> bool;

    /// Whether it is an optional part without a value.
    fn is_none(&self) -> bool;
}

impl<T: KeyPart + Send> ErasedKeyPart for T {
    fn write(&self, key: &mut KeyWriter<'_>, format: KeyFormat) {
        self.write_part(key, format);
    }

    fn is_exact(&self, format: KeyFormat) -> bool {
        is_exact(self, format)
    }

    fn is_none(&self) -> bool {
        self.__is_none()
    }
}

/// The parts of a key attribute that is a field of type `T`. A template has a tuple instead.
///
/// Compiler messages and [`IndexOf::HashParts`](crate::IndexOf::HashParts) name this type. Operations take the value of
/// the field itself.
///
/// ```
/// use singlet::key::Field;
/// use singlet::{IndexOf, Model, Table};
///
/// #[derive(Table)]
/// #[table(name = "users", hash_key = "pk", index(name = "by_email", hash_key = "email"))]
/// struct Users;
///
/// #[derive(Model)]
/// #[model(table = Users, hash_key = "USER#{id}", index(by_email, hash_key = email))]
/// struct User {
///     id: u32,
///     email: String,
/// }
///
/// fn hash_key<I: IndexOf<User, HashParts = Field<String>>>(_: I) {}
/// hash_key(Users::BY_EMAIL);
///
/// let by_email = User::index(Users::BY_EMAIL).query("ann@example.com");
/// # drop(by_email);
/// ```
#[derive(Debug)]
pub struct Field<T>(#[doc(hidden)] pub T);

/// A key given as its parts.
#[doc(hidden)]
pub trait KeyParts: Sized {
    /// The values of the key's attributes, one for each source.
    fn values(self, sources: &[KeySource], role: KeyRole) -> Result<Vec<KeyValue>, Fault>;
}

impl<T: KeyAttribute> KeyParts for Field<T> {
    fn values(self, _: &[KeySource], role: KeyRole) -> Result<Vec<KeyValue>, Fault> {
        Ok(vec![self.0.to_key().checked(role)?])
    }
}

macro_rules! tuples {
    ($(($($part:ident $n:tt),*))*) => {$(
        impl<$($part: KeyPart + Send + 'static),*> KeyParts for ($($part,)*) {
            fn values(self, sources: &[KeySource], role: KeyRole) -> Result<Vec<KeyValue>, Fault> {
                let values: Vec<Box<dyn ErasedKeyPart>> = vec![$(Box::new(self.$n)),*];
                match sources {
                    [KeySource::Template(template)] => Ok(vec![KeyValue::S(template.text(&values)?).checked(role)?]),
                    // Unreachable: the derive gives tuples to single templates only.
                    _ => Err(mismatch()),
                }
            }
        }
    )*};
}
tuples! {
    ()
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}
