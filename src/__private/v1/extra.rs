//! The attributes of an item that its model does not declare: kept in a field, or refused.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use crate::Model;
use crate::attribute::{Attribute, Form};
use crate::wire::reader::UNKNOWN;
use crate::wire::{Fault, Mark, Reader, Writer};

/// Writes the value of one attribute.
type WriteValue<'a> = &'a dyn Fn(&mut Writer);

/// The type of an `extra` field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the attributes that a model does not declare",
    label = "not a map of attributes",
    note = "an `extra` field is a `BTreeMap` or `HashMap` from `String` to an attribute type, such as `singlet::Item`"
)]
pub trait Extra: Default {
    /// The stored form of the values.
    const FORM: Form;

    /// Adds an attribute.
    fn add(&mut self, name: String, reader: &mut Reader<'_>) -> Result<(), Fault>;

    /// Calls `write` for each attribute, in the order of the map.
    fn each(&self, write: &mut dyn FnMut(&str, WriteValue<'_>));

    /// Keeps the attributes of the item at `start` that the model `M` does not declare.
    fn read_unknown<M: Model>(&mut self, start: Mark, reader: &mut Reader<'_>) -> Result<(), Fault> {
        each_unknown::<M>(start, reader, &mut |name, reader| self.add(name, reader))
    }

    /// Writes the attributes. One that the model `M` declares is a fault, because the item would have it twice.
    fn write_unknown<M: Model>(&self, writer: &mut Writer) {
        self.each(&mut |name, write| {
            if name.is_empty() || is_declared::<M>(name) {
                let message = "the `extra` field has an attribute without a name, or one that the model declares";
                writer.entry(name, |writer| writer.fail(Fault::unstorable(message)));
            } else {
                writer.entry(name, write);
            }
        });
    }
}

/// Refuses the item at `start` if it has an attribute that the model `M` does not declare.
pub fn refuse_unknown<M: Model>(start: Mark, reader: &mut Reader<'_>) -> Result<(), Fault> {
    each_unknown::<M>(start, reader, &mut |name, _| {
        let message = "the model does not declare this attribute, and has `deny_unknown_attributes`";
        Err(Fault::invalid(message).inside_unknown(name))
    })
}

fn is_declared<M: Model>(name: &str) -> bool {
    M::field_of(name.as_bytes()) != UNKNOWN || M::SCHEMA.writes(name)
}

/// Calls `take` for each attribute of the item at `start` that the model does not declare.
fn each_unknown<M: Model>(
    start: Mark,
    reader: &mut Reader<'_>,
    take: &mut dyn FnMut(String, &mut Reader<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    reader.at(&start, |reader| {
        let mut more = reader.open_map()?;
        while more {
            let name = reader.key()?;
            if is_declared::<M>(&name) {
                reader.skip()?;
            } else {
                take(name.into_owned(), reader)?;
            }
            more = reader.more_entries()?;
        }
        Ok(())
    })
}

macro_rules! extra {
    ($map:ty $(, $hasher:ident)?) => {
        impl<V: Attribute $(, $hasher: BuildHasher + Default)?> Extra for $map {
            const FORM: Form = V::FORM;

            fn add(&mut self, name: String, reader: &mut Reader<'_>) -> Result<(), Fault> {
                let start = reader.mark();
                match V::read(reader) {
                    Ok(value) => drop(self.insert(name, value)),
                    Err(fault) => {
                        reader.rewind(&start);
                        // NULL reads as absent, unless the type can hold it.
                        if !reader.null()? {
                            return Err(fault.inside_unknown(name));
                        }
                    }
                }
                Ok(())
            }

            fn each(&self, write: &mut dyn FnMut(&str, &dyn Fn(&mut Writer))) {
                for (name, value) in self.iter().filter(|(_, value)| !value.is_absent()) {
                    write(name, &|writer| value.write(writer));
                }
            }
        }
    };
}
extra!(BTreeMap<String, V>);
extra!(HashMap<String, V, S>, S);
