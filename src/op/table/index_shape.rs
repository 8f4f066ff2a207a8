//! What an index contains, of a table that is described rather than derived.

use crate::op::table::describe::{KeyDescription, ProjectionDescription};
use crate::size::{IndexContent, IndexShape};

impl<'a> IndexShape<'a> {
    /// The index with these hash and range keys, in a table with those.
    pub(crate) fn described(
        keys: [&'a [KeyDescription]; 2],
        table_keys: [&'a [KeyDescription]; 2],
        projection: &'a ProjectionDescription,
    ) -> Self {
        let names = |keys: [&'a [KeyDescription]; 2]| keys.into_iter().flatten().map(|key| &*key.attribute).collect();
        IndexShape {
            keys: names(keys),
            table_keys: names(table_keys),
            content: match projection {
                ProjectionDescription::All => IndexContent::All,
                ProjectionDescription::KeysOnly => IndexContent::These(Vec::new()),
                ProjectionDescription::Include(included) => {
                    IndexContent::These(included.iter().map(|name| &**name).collect())
                }
            },
        }
    }
}
