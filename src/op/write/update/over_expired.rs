//! An upsert over an expired item that counts as absent.

use crate::Item;
use crate::expr::Tree;
use crate::op::write::guard;
use crate::op::write::update::mode::Mode;
use crate::op::write::update::plan::Plan;
use crate::op::write::update::write::UpdateWrite;

impl UpdateWrite<'_> {
    /// Plans one request that sets what a new item has and removes what else is stored, on the condition that the item
    /// is still expired. `None` ends that. Returns whether there is such a request.
    pub(super) fn writes_over(&mut self, expired: Option<&Item>) -> bool {
        let Some(stored) = expired else {
            if std::mem::take(&mut self.writes_over) {
                self.plan = None;
            }
            return false;
        };
        let Some(check) = self.hiding.filter(|_| self.options.mode == Mode::Upsert) else { return false };
        // The sentinels of unique values take a transaction, and the conditions must hold without an item.
        let holds = self.conditions().iter().all(|condition| condition.holds_without_item() == Some(true));
        if !holds || self.plan.is_some() || self.is_customized || !self.schema.unique.is_empty() {
            return false;
        }
        let keys = [Some(self.schema.table.hash_key), self.schema.table.range_key];
        let keys: Vec<&str> = keys.into_iter().flatten().map(|key| key.attribute.name).collect();
        let expired: Tree = guard::expired(check.attribute, check.now);
        self.plan = Plan::over_expired(&self.options.actions, stored, &keys, expired);
        self.writes_over = self.plan.is_some();
        self.writes_over
    }
}
