//! Computes the actions that turn one stored item into another, for `update_from`.

use crate::expr::{Action, Segment, Term};
use crate::op::engine::unknown_outcome::same_value;
use crate::op::write::update::UpdateOptions;
use crate::schema::ModelSchema;
use crate::{Error, ErrorKind, Item, Result};

/// Adds the actions that turn `old` into `new`, attribute by attribute, including index keys.
pub(crate) fn difference(schema: &ModelSchema, old: &Item, new: &Item, options: &mut UpdateOptions) -> Result<()> {
    let table = schema.table;
    let keys = [Some(table.hash_key), table.range_key];
    for key in keys.into_iter().flatten().map(|key| key.attribute.name) {
        if old.get(key) != new.get(key) {
            let message = "the two values have different primary keys; to move an item, delete it and create another";
            return Err(Error::new(ErrorKind::InvalidKey, message).with_model(schema.model));
        }
    }
    let managed = schema.managed;
    let times = [managed.created_at, managed.updated_at].into_iter().flatten().map(|time| time.attribute);
    let managed: Vec<&str> =
        times.chain(managed.version).chain(schema.entity.map(|entity| entity.attribute.name)).collect();
    // Sorted, so that equal differences produce equal requests.
    let mut names: Vec<&String> =
        old.keys().chain(new.keys()).filter(|name| !managed.contains(&name.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let path = || vec![Segment::Key(name.as_str().into())];
        match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) if same_value(old, new) => {}
            (_, Some(new)) => options.actions.push(path(), Action::Set(Term::Value(Ok(new.clone())))),
            (_, None) => options.actions.push(path(), Action::Remove),
        }
    }
    Ok(())
}
