use super::StreamRecord;
use crate::Result;
use crate::collection::{Rows, from_bytes};
use crate::error::fault_error;

impl StreamRecord {
    /// The item after the change, as the variant of a [collection](crate::Collection) that its entity attribute names.
    ///
    /// `None` when it was deleted, or the view leaves it out. No hook runs. Errors: `WrongEntity` when it is of no
    /// model of the collection, `Decode` when it does not fit its model.
    ///
    /// ```
    /// use singlet::stream::StreamEvent;
    /// use singlet::{Collection, Model, Table};
    ///
    /// #[derive(Table)]
    /// #[table(name = "shop", hash_key = "pk", entity = "_type")]
    /// struct Shop;
    ///
    /// #[derive(Debug, PartialEq, Model)]
    /// #[model(table = Shop, hash_key = "CUSTOMER#{id}")]
    /// struct Customer {
    ///     id: String,
    /// }
    ///
    /// #[derive(Debug, PartialEq, Model)]
    /// #[model(table = Shop, hash_key = "CUSTOMER#{customer}")]
    /// struct Note {
    ///     customer: String,
    /// }
    ///
    /// #[derive(Debug, PartialEq, Collection)]
    /// enum Row {
    ///     Customer(Customer),
    ///     Note(Note),
    /// }
    ///
    /// let event = StreamEvent::from_slice(
    ///     br#"{"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"111",
    ///     "NewImage":{"pk":{"S":"CUSTOMER#c-1"},"_type":{"S":"Note"},"customer":{"S":"c-1"}}}}]}"#,
    /// )?;
    /// let note = Note { customer: "c-1".into() };
    /// assert_eq!(event.records()[0].new_image_as()?, Some(Row::Note(note)));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn new_image_as<C: Rows>(&self) -> Result<Option<C>> {
        self.row(self.__new_image())
    }

    /// As [`new_image_as`](Self::new_image_as), before the change: `None` when there was no item.
    pub fn old_image_as<C: Rows>(&self) -> Result<Option<C>> {
        self.row(self.__old_image())
    }

    fn row<C: Rows>(&self, image: Option<&[u8]>) -> Result<Option<C>> {
        let row = image.map(from_bytes::<C>).transpose();
        row.map_err(|fault| self.in_table(fault_error(fault, C::SCHEMA.name)))
    }
}
