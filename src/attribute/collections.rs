use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use super::{Attribute, MapKey};
use crate::wire::{Fault, Reader, Tag, Writer};

impl<T: Attribute> Attribute for Vec<T> {
    crate::attribute::leaf!(List);
    const TYPE: &'static str = "L";

    fn write(&self, writer: &mut Writer) {
        write_list(self, writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.expect(Tag::L)?;
        let mut list = Vec::new();
        let mut more = reader.open_list()?;
        while more {
            match T::read(reader) {
                Ok(value) => list.push(value),
                Err(fault) => return Err(fault.at(list.len())),
            }
            more = reader.more_elements()?;
        }
        reader.end()?;
        Ok(list)
    }
}

/// A stored list of another length is an error.
impl<T: Attribute, const N: usize> Attribute for [T; N] {
    crate::attribute::leaf!(List);
    const TYPE: &'static str = "L";

    fn write(&self, writer: &mut Writer) {
        write_list(self, writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        Vec::read(reader)?
            .try_into()
            .map_err(|list: Vec<T>| Fault::invalid(format!("expected a list of {N} elements, found {}", list.len())))
    }
}

fn write_list<T: Attribute>(list: &[T], writer: &mut Writer) {
    writer.open_list();
    if !writer.is_too_deep() {
        for value in list {
            writer.element();
            value.write(writer);
        }
    }
    writer.close_list();
}

impl<K: MapKey + Eq + Hash, T: Attribute, S: BuildHasher + Default> Attribute for HashMap<K, T, S> {
    crate::attribute::leaf!(Map);
    const TYPE: &'static str = "M";

    fn write(&self, writer: &mut Writer) {
        write_entries(self.iter(), writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let mut map = HashMap::default();
        read_entries(reader, |key, value| _ = map.insert(key, value))?;
        Ok(map)
    }
}

impl<K: MapKey + Ord, T: Attribute> Attribute for BTreeMap<K, T> {
    crate::attribute::leaf!(Map);
    const TYPE: &'static str = "M";

    fn write(&self, writer: &mut Writer) {
        write_entries(self.iter(), writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let mut map = BTreeMap::new();
        read_entries(reader, |key, value| _ = map.insert(key, value))?;
        Ok(map)
    }
}

fn write_entries<'a, K: MapKey + 'a, T: Attribute + 'a>(
    entries: impl Iterator<Item = (&'a K, &'a T)>,
    writer: &mut Writer,
) {
    writer.open_map();
    if !writer.is_too_deep() {
        for (key, value) in entries {
            writer.key(&key.to_map_key());
            value.write(writer);
        }
    }
    writer.close_map();
}

fn read_entries<K: MapKey, T: Attribute>(reader: &mut Reader<'_>, mut insert: impl FnMut(K, T)) -> Result<(), Fault> {
    reader.expect(Tag::M)?;
    let mut more = reader.open_map()?;
    while more {
        let key = K::from_map_key(reader.key()?)?;
        match T::read(reader) {
            Ok(value) => insert(key, value),
            Err(fault) => return Err(fault.in_entry()),
        }
        more = reader.more_entries()?;
    }
    reader.end()
}
