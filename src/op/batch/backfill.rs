//! `backfill`: changes all stored items of a model or a table, in place and beside other writers.

mod apply;
mod checkpoint;
mod control;
mod report;
mod walk;
mod write;

use std::path::PathBuf;
use std::sync::Mutex;

pub use control::BackfillControl;
pub use report::{AttributeDifference, BackfillFailure, BackfillProgress, BackfillReport, BackfillSample};

use crate::op::engine::context::{CallOptions, Context, opaque_debug};
use crate::op::engine::options::{call_options, order_example};
use crate::op::engine::rate_limit::rate_options;
use crate::op::engine::vtable::ModelVTable;
use crate::op::read::engine::prepare::MAX_SEGMENTS;
use crate::schema::TableSchema;
use crate::{Error, ErrorKind, Item, Model, ModelConfig, Operation, OperationFuture, Result, Table};
use apply::ValueChange;
use checkpoint::{CheckpointItem, CheckpointPlace};
use walk::Walk;

/// What is done to one item.
type Apply<'a> = Box<dyn Fn(&Item) -> Result<Item> + Send + Sync + 'a>;

/// Changes all stored items of a model, made by [`Model::backfill`], or all items of a table, made by
/// [`Table::backfill`](crate::Table::backfill). Await the [report](BackfillReport).
///
/// The backfill of a model reads each item as the model and stores what a save would: index keys, the entity attribute,
/// current names of attributes. [`change`](Self::change) changes the value in between. Attributes that the model does not
/// declare remain, also inside of structs in maps and lists. Inside of enums, serde values and elements that `change` alters
/// they do not, as with a save. The version, the timestamps and the expiry remain too, because a backfill is not a change by a
/// user. Hooks do not run.
///
/// Only attributes that differ are written, on the condition that the item still is what was read. If another
/// writer has changed it, it is read and changed again; an item that was deleted stays deleted. An item that already is as it should
/// be costs no write, so a backfill can be run again. For models with `unique` fields, each item with such a value is written in a
/// transaction that claims the value and releases the one that the item had before.
///
/// It costs the capacity of a consistent scan of the table, which is a read unit for each 4 KB, and of an
/// [update](crate::Update#cost) for each item that differs. A failed condition is billed as a write.
///
/// # Errors
///
/// An item that cannot be changed is one of the [failures](BackfillReport::failures) of the report: it cannot be decoded
/// (`Decode`), belongs to somebody else's unique value (`NotUnique`), or has so many attributes that the condition exceeds
/// DynamoDB's 4 KB (`Validation`). Other errors end the backfill, and its [checkpoint](Self::checkpoint) remains. `Input` if
/// the checkpoint belongs to another backfill. `ConditionFailed` if another run has taken over its
/// [checkpoint in a table](Self::checkpoint_item).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
/// # create_orders().await?;
/// let report = Order::backfill().change(|order| order.note = Some("old".into())).await?;
/// assert_eq!((report.progress.read, report.progress.changed), (5, 5));
/// assert!(report.is_complete && report.failures.is_empty());
/// # Ok(()) }) }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct Backfill<'a, T> {
    table: &'static TableSchema,
    model: Option<&'static ModelVTable>,
    config: ModelConfig,
    apply: fn(&Item, &ValueChange<'_, T>) -> Result<Item>,
    change: Box<ValueChange<'a, T>>,
    call: CallOptions,
    options: Options<'a>,
}

/// How a backfill runs.
struct Options<'a> {
    segments: Option<u32>,
    concurrency: usize,
    page_size: Option<u32>,
    checkpoint: Option<CheckpointPlace>,
    is_dry_run: bool,
    max_failures: usize,
    progress: Mutex<Box<dyn FnMut(BackfillProgress) + Send + 'a>>,
    control: Option<BackfillControl>,
}

/// What a backfill changes.
struct BackfillTarget<'a> {
    table: &'static TableSchema,
    model: Option<&'static ModelVTable>,
    apply: Apply<'a>,
}

opaque_debug!(Backfill<'a, T>);

impl<M: Model> Backfill<'_, M> {
    pub(crate) fn of_model() -> Self {
        Backfill::new(M::SCHEMA.table, Some(ModelVTable::of::<M>()), M::config(), apply::to_model::<M>)
    }
}

impl Backfill<'_, Item> {
    pub(crate) fn of_table(table: &'static TableSchema) -> Self {
        Backfill::new(table, None, ModelConfig::of_table(table), apply::to_item)
    }
}

impl<T: 'static> Backfill<'_, T> {
    fn new(
        table: &'static TableSchema,
        model: Option<&'static ModelVTable>,
        config: ModelConfig,
        apply: fn(&Item, &ValueChange<'_, T>) -> Result<Item>,
    ) -> Self {
        let options = Options {
            segments: None,
            concurrency: 8,
            page_size: None,
            checkpoint: None,
            is_dry_run: false,
            max_failures: 100,
            progress: Mutex::new(Box::new(|_| {})),
            control: None,
        };
        Backfill { table, model, config, apply, change: Box::new(|_| {}), call: CallOptions::default(), options }
    }
}

impl<'a, T: 'static> Backfill<'a, T> {
    call_options!(call);
    rate_options!(call);

    /// Changes each value, or each item of a table, with `change`. Several functions run one after the other.
    ///
    /// A page of items is changed again if the process is killed before its checkpoint, and an item if another writer has
    /// changed it. The function must therefore give the same result if it is applied to its own result.
    ///
    #[doc = order_example!(
        "# create_orders().await?;"
        "let report = Order::backfill().change(|order| order.total = order.total.max(20)).await?;"
        "assert_eq!(report.progress.changed, 1);"
    )]
    pub fn change(mut self, change: impl Fn(&mut T) + Send + Sync + 'a) -> Self {
        let earlier = self.change;
        self.change = Box::new(move |value| {
            earlier(value);
            change(value);
        });
        self
    }

    /// Divides the table into segments that are changed in parallel: 1 to 1,000,000. The default is 1, or the number in the
    /// [checkpoint](Self::checkpoint).
    ///
    #[doc = order_example!(
        "# create_orders().await?;"
        "let report = Order::backfill().segments(4).await?;"
        "assert_eq!(report.progress.read, 5);"
    )]
    pub fn segments(mut self, segments: u32) -> Self {
        self.options.segments = Some(segments);
        self
    }

    /// Sets how many items of a segment are written at the same time. The default is 8.
    ///
    #[doc = order_example!(
        "# create_orders().await?;"
        "let report = Order::backfill().concurrency(2).await?;"
        "assert_eq!(report.progress.read, 5);"
    )]
    pub fn concurrency(mut self, items: usize) -> Self {
        self.options.concurrency = items;
        self
    }

    /// Limits how many items a request reads. A checkpoint is stored after each page, so a smaller page is repeated sooner.
    ///
    #[doc = order_example!(
        "# create_orders().await?;"
        "let report = Order::backfill().page_size(2).await?;"
        "assert_eq!(report.progress.read, 5);"
    )]
    pub fn page_size(mut self, items: u32) -> Self {
        self.options.page_size = Some(items);
        self
    }

    /// Stores the position in this file after each page. If the file exists, the backfill continues from it. On machines whose
    /// files do not outlive a run, use [`checkpoint_item`](Self::checkpoint_item).
    ///
    /// The file contains keys of items. It is deleted when all items are changed. Items that could not be changed keep it: the next
    /// run tries them first. A backfill has one checkpoint; a later call replaces an earlier one.
    ///
    #[doc = order_example!(
        "# create_orders().await?;"
        "# let dir = std::env::temp_dir().join(format!(\"singlet-checkpoint-{}\", std::process::id()));"
        "# std::fs::create_dir_all(&dir).unwrap();"
        "let file = dir.join(\"orders.checkpoint\");"
        "let report = Order::backfill().checkpoint(&file).await?;"
        "assert!(report.is_complete && !file.exists());"
        "# std::fs::remove_dir_all(&dir).unwrap();"
    )]
    pub fn checkpoint(mut self, file: impl Into<PathBuf>) -> Self {
        self.options.checkpoint = Some(CheckpointPlace::File(file.into()));
        self
    }

    /// Stores the position in an item of the table after each page, under this name. If the item exists, the backfill continues
    /// from it, also on another machine.
    ///
    /// The item has the hash key `BACKFILL#<name>`, the range key `BACKFILL` and the entity `singlet.backfill`. Queries, scans,
    /// collections and backfills leave it out. It contains keys of items, and it is deleted when all items are changed. Items
    /// that could not be changed keep it: the next run tries them first.
    ///
    /// Of several runs with one name, the last one to start continues. The others end before they record another page, with an
    /// error of kind `ConditionFailed`. What they have changed remains.
    ///
    /// Each page costs a write of the item, which is a write unit for each KB. It has about 100 bytes for each segment and
    /// for each item that failed. If it grows too large for an item, the backfill ends with `TooLarge`.
    ///
    /// The keys of the table must be strings, and it must have an entity attribute, by which reads leave the item out. Otherwise
    /// the backfill fails with `Configuration`: use [`checkpoint_item_in`](Self::checkpoint_item_in) or a [file](Self::checkpoint).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let report = Order::backfill().checkpoint_item("2026-12 totals").await?;
    /// assert!(report.is_complete);
    /// # Ok(()) }) }
    /// ```
    pub fn checkpoint_item(mut self, name: impl Into<String>) -> Self {
        let item = CheckpointItem { table: None, name: name.into() };
        self.options.checkpoint = Some(CheckpointPlace::Item(item));
        self
    }

    /// Like [`checkpoint_item`](Self::checkpoint_item), with the item in another table: for a table that can hold none, or
    /// whose stream should not show it. The client is that of the backfill.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// # use singlet::Table;
    /// #[derive(Table)]
    /// #[table(name = "operations", hash_key = "pk", entity = "_type")]
    /// struct Operations;
    ///
    /// # Operations::create_table().await?;
    /// let report = Order::backfill().checkpoint_item_in::<Operations>("2026-12 totals").await?;
    /// assert!(report.is_complete);
    /// # Ok(()) }) }
    /// ```
    pub fn checkpoint_item_in<C: Table>(mut self, name: impl Into<String>) -> Self {
        let item = CheckpointItem { table: Some(C::SCHEMA), name: name.into() };
        self.options.checkpoint = Some(CheckpointPlace::Item(item));
        self
    }

    /// Writes nothing. The report counts the items that would be changed and contains the differences of the first ones. Claims of
    /// unique values are not counted.
    ///
    #[doc = order_example!(
        "# create_orders().await?;"
        "let report = Order::backfill().change(|order| order.note = Some(\"old\".into())).dry_run().await?;"
        "assert_eq!(report.progress.changed, 5);"
        "assert_eq!(report.samples[0].differences[0].attribute, \"note\");"
        "assert_eq!(Order::get((\"ann\", 1)).await?.unwrap().note, None);"
    )]
    pub fn dry_run(mut self) -> Self {
        self.options.is_dry_run = true;
        self
    }

    /// Ends the backfill after this many failures in one run, at least one. The next run reads the page in which it
    /// ended again. The default is 100.
    ///
    #[doc = order_example!(
        "# create_orders().await?;"
        "let report = Order::backfill().max_failures(1).await?;"
        "assert!(report.failures.is_empty());"
    )]
    pub fn max_failures(mut self, failures: usize) -> Self {
        self.options.max_failures = failures;
        self
    }

    /// Calls `progress` after each page.
    ///
    #[doc = order_example!(
        "# create_orders().await?;"
        "Order::backfill().progress(|p| println!(\"{} of {} items changed\", p.changed, p.read)).await?;"
    )]
    pub fn progress(mut self, progress: impl FnMut(BackfillProgress) + Send + 'a) -> Self {
        self.options.progress = Mutex::new(Box::new(progress));
        self
    }

    /// Lets `control` pause, resume and stop the backfill. See [`BackfillControl`].
    ///
    #[doc = order_example!(
        "# create_orders().await?;"
        "let control = singlet::BackfillControl::new();"
        "let report = Order::backfill().controlled_by(&control).await?;"
        "assert!(report.is_complete);"
    )]
    pub fn controlled_by(mut self, control: &BackfillControl) -> Self {
        self.options.control = Some(control.clone());
        self
    }
}

impl<'a, T: 'static> IntoFuture for Backfill<'a, T> {
    type Output = Result<BackfillReport>;
    type IntoFuture = OperationFuture<'a, BackfillReport>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(async move {
            let Backfill { table, model, config, apply, change, call, options } = self;
            if options.segments.is_some_and(|segments| !(1..=MAX_SEGMENTS).contains(&segments)) {
                let message = format!("a backfill has 1 to {MAX_SEGMENTS} segments");
                return Err(Error::new(ErrorKind::Validation, message));
            }
            let name = model.map(|model| model.schema().model);
            let call = Context::new(Operation::Backfill, name, call, &config)?;
            let target = BackfillTarget { table, model, apply: Box::new(move |item| apply(item, &*change)) };
            Walk::new(target, options, call).await?.run().await
        })
    }
}
