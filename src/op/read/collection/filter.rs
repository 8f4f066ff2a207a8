//! The filters of reads of collections.

use crate::expr::Tree;
use crate::op::write::guard::is_entity;
use crate::schema::ModelSchema;

/// A filter on the items of one model. Other items pass, unless no others matter.
pub(super) fn of_model(schema: &ModelSchema, is_only: bool, filter: Tree) -> Tree {
    match schema.entity {
        Some(entity) => Tree::Not(Box::new(is_entity(entity))).or(filter),
        None if is_only => filter,
        None => match schema.is_own_key(&|_| true) {
            Some(is_own_key) => Tree::Not(Box::new(is_own_key)).or(filter),
            // The derive makes sure that several models differ in their keys.
            None => filter,
        },
    }
}

/// The filters of a read of a collection `C`. `$read` is the method of the collection that makes it.
macro_rules! collection_filters {
    ("query") => {
        $crate::op::read::collection::filter::collection_filters!(@ "Row::query(\"ann\")");
    };
    ("scan") => {
        $crate::op::read::collection::filter::collection_filters!(@ "Row::scan()");
    };
    (@ $read:literal) => {
        /// Returns only those items of the member `T` that satisfy the condition, and all items of the other models. Several
        /// filters are combined with *and*.
        ///
        /// `T` is the type in the field or variant: a model, or a projection. The condition of a projection may use all
        /// fields of its model.
        ///
        /// DynamoDB filters after it has read: discarded items cost as much as the others. In a table without an entity
        /// attribute, models are recognized by the keys, and the filter of a query cannot name the keys of the query. Such a query of
        /// the table then fails with [`Validation`](crate::ErrorKind::Validation) before it is sent. A scan
        /// or a query of an index with other keys does not, nor does a collection of one model that skips other items.
        ///
        /// ```
        /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
        #[doc = concat!("let rows = ", $read, ".filter::<Order, _>(|o| o.total.gt(15)).await?;")]
        /// let orders = rows.iter().filter(|row| matches!(row, Row::Order(_))).count();
        /// assert_eq!((orders, rows.len() > orders), (1, true));
        /// # Ok(()) }) }
        /// ```
        #[doc(alias = "FilterExpression")]
        pub fn filter<T: $crate::collection::Collectable, F: $crate::expr::IntoCondition<T::Model>>(
            mut self,
            filter: impl FnOnce(<T::Model as $crate::Model>::Fields) -> F,
        ) -> Self
        where
            C: $crate::collection::HasModel<T>,
        {
            let filter = filter(<T::Model as $crate::Model>::FIELDS).into_condition().into_tree();
            let is_only = !C::SCHEMA.minds_others();
            self.reading.filter($crate::op::read::collection::filter::of_model(T::MODEL.schema(), is_only, filter));
            self
        }

        /// Returns only the items that satisfy an expression in DynamoDB's own syntax. Several filters are combined with
        /// *and*.
        ///
        /// DynamoDB filters after it has read: discarded items cost as much as the others.
        ///
        /// ```
        /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
        /// let large = singlet::RawExpression::new("#t > :least").name("#t", "total").value(":least", 15);
        #[doc = concat!("let rows = ", $read, ".filter_raw(large).await?;")]
        /// assert!(matches!(&rows[..], [Row::Order(order)] if order.id == 2));
        /// # Ok(()) }) }
        /// ```
        #[doc(alias = "FilterExpression")]
        pub fn filter_raw(mut self, filter: impl Into<$crate::RawExpression>) -> Self {
            self.reading.filter($crate::expr::Tree::Raw(filter.into()));
            self
        }
    };
}
pub(super) use collection_filters;
