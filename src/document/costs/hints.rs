//! The hints of sampled models.

use super::{SampledModel, TableCosts, units};
use crate::CostHint;
use crate::op::IndexDefinition;
use crate::size::{IndexContent, ItemSize};
use crate::ttl::ExpiredItems;

impl TableCosts {
    /// What the samples show that can perhaps be saved: values that are stored twice, an index without the expiry, an index
    /// of all attributes whose entries would cost less with the keys, and a refresh on each read of large items.
    pub fn hints(&self) -> Vec<CostHint> {
        let sampled = self.models.iter().filter(|model| !model.sizes.is_empty());
        sampled.flat_map(|model| self.hints_of(model)).chain(self.added.iter().cloned()).collect()
    }

    fn hints_of(&self, model: &SampledModel) -> Vec<CostHint> {
        let mut hints = Vec::new();
        hints.extend(model.stored_twice());
        for index in &self.definition.indexes {
            hints.extend(self.expiry_not_in_index(model, index));
            hints.extend(self.all_projected(model, index));
        }
        hints.extend(model.refresh_on_each_read());
        hints
    }

    fn expiry_not_in_index(&self, model: &SampledModel, index: &IndexDefinition) -> Option<CostHint> {
        let shape = self.shape(index);
        let attribute = match model.schema {
            Some(schema) => schema.expiry().filter(|_| model.lifecycle.expired == ExpiredItems::Hide)?.to_owned(),
            None => self.definition.ttl.clone().filter(|_| model.expires)?,
        };
        let is_used = model.sizes.iter().any(|size| shape.entry(size).is_some());
        let index = index.name.clone();
        (is_used && !shape.contains(&attribute)).then(|| CostHint::ExpiryNotInIndex {
            model: model.name.clone(),
            index,
            attribute,
        })
    }

    fn all_projected(&self, model: &SampledModel, index: &IndexDefinition) -> Option<CostHint> {
        let shape = self.shape(index);
        let IndexContent::All = shape.content else { return None };
        let entries = model.sizes.iter().filter_map(|size| Some((shape.entry(size)?, shape.keys_entry(size)?)));
        let (mut all, mut keys, mut count) = (0, 0, 0);
        for (entry, keys_entry) in entries {
            all += entry.write_units();
            keys += keys_entry.write_units();
            count += 1;
        }
        (all > keys).then(|| CostHint::AllProjected {
            model: model.name.clone(),
            index: index.name.clone(),
            units: all.div_ceil(count),
            keys_only: keys.div_ceil(count),
        })
    }
}

impl SampledModel {
    /// The average of what each sample stores twice.
    fn stored_twice(&self) -> Option<CostHint> {
        let mut total = 0;
        let mut names = Vec::new();
        for hint in self.sizes.iter().flat_map(ItemSize::hints) {
            if let CostHint::StoredTwice { attributes, bytes, .. } = hint {
                total += bytes;
                names.clone_from(attributes);
            }
        }
        (total > 0).then(|| CostHint::StoredTwice {
            model: self.name.clone(),
            attributes: names,
            bytes: total.div_ceil(self.sizes.len()),
        })
    }

    fn refresh_on_each_read(&self) -> Option<CostHint> {
        let total: usize = self.sizes.iter().map(ItemSize::write_units).sum();
        // At one unit, each refresh costs what the smallest write costs.
        let is_large = self.mean(|size| units(size.write_units())) > 1.0;
        (self.lifecycle.refreshes_always() && is_large)
            .then(|| CostHint::RefreshOnEachRead { model: self.name.clone(), units: total.div_ceil(self.sizes.len()) })
    }
}
