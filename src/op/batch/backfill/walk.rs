//! Walks the segments of a table, changes the items of each page, and records the position after each page.

use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt as _;
use futures_util::stream::{self, FuturesUnordered};
use tokio::sync::Mutex as AsyncMutex;

use super::checkpoint::{Checkpoint, CheckpointStore, Position};
use super::report::{BackfillFailure, BackfillProgress, BackfillReport, BackfillSample};
use super::write::{ItemChange, differences};
use super::{BackfillTarget, Options};
use crate::expr::Tree;
use crate::op::engine::backoff::{Backoff, Policy};
use crate::op::engine::context::Context;
use crate::op::engine::future::BoxFuture;
use crate::op::engine::meter::measure_cost;
use crate::op::engine::outgoing::Outgoing;
use crate::op::engine::rate_limit::Gate;
use crate::op::engine::read_expressions::ReadExpressions;
use crate::op::engine::vtable::ModelVTable;
use crate::op::write::guard::is_entity;
use crate::op::write::transaction::unique::{is_no_own_item_of, is_no_sentinel};
use crate::{Cost, Error, ErrorKind, Item, Result};

/// How often the change of an item is tried, because other writers change it.
const TRIES: usize = 10;
/// How many differences a dry run returns.
const SAMPLES: usize = 10;

/// A backfill that is running.
pub(super) struct Walk<'a> {
    target: BackfillTarget<'a>,
    options: Options<'a>,
    call: Context,
    /// Locked while the checkpoint is written, so that a position never replaces a later one.
    store: AsyncMutex<CheckpointStore>,
    state: Mutex<WalkState>,
}

struct WalkState {
    checkpoint: Checkpoint,
    failures: Vec<BackfillFailure>,
    samples: Vec<BackfillSample>,
    cost: Cost,
    /// The items of pages that were not completed, which the next run reads again, and those of them that failed.
    cut: BackfillProgress,
    is_stopped: bool,
}

/// What became of the items of a page. The checkpoint gets it together with the position after the page, so that a page that
/// is read twice counts once.
#[derive(Default)]
struct PageOutcome {
    progress: BackfillProgress,
    failed: Vec<Item>,
    /// Whether items were left out because of the failures of others.
    is_cut: bool,
}

impl PageOutcome {
    fn add(&mut self, other: PageOutcome) {
        self.progress.add(other.progress);
        self.failed.extend(other.failed);
        self.is_cut |= other.is_cut;
    }
}

/// What became of an item.
enum ItemOutcome {
    Unchanged,
    Changed(Vec<super::AttributeDifference>),
    Deleted,
}

impl<'a> Walk<'a> {
    pub(super) async fn new(target: BackfillTarget<'a>, mut options: Options<'a>, mut call: Context) -> Result<Self> {
        if let Some(control) = options.control.clone() {
            call.limits.set_gate(Gate::new(move || {
                let control = control.clone();
                Box::pin(async move { control.resumed().await })
            }));
        }
        let of = match target.model.map(ModelVTable::schema) {
            Some(schema) => {
                format!("{}/{} {}", call.table, schema.model, schema.number.map_or(1, |number| number.number))
            }
            None => call.table.clone().into_owned(),
        };
        let fresh = Checkpoint {
            of,
            positions: vec![Position::Start; options.segments.unwrap_or(1) as usize],
            progress: BackfillProgress::default(),
            failed: Vec::new(),
        };
        let mut store = CheckpointStore::new(options.checkpoint.take(), target.table, &call)?;
        if options.is_dry_run && !store.is_nowhere() {
            let why = "is of no use to a dry run, which changes nothing; remove one of them";
            return Err(store.unusable(why).with_kind(ErrorKind::Validation));
        }
        let opening = Box::pin(open(&mut store, fresh, options.segments));
        let (checkpoint, cost) =
            if call.limits.is_limited() { measure_cost(opening).await } else { (opening.await, Cost::default()) };
        let state = WalkState {
            checkpoint: checkpoint?,
            failures: Vec::new(),
            samples: Vec::new(),
            cost,
            cut: BackfillProgress::default(),
            is_stopped: false,
        };
        Ok(Walk { target, options, call, store: AsyncMutex::new(store), state: Mutex::new(state) })
    }

    pub(super) async fn run(self) -> Result<BackfillReport> {
        self.retry_failed().await?;
        let segments = self.state().checkpoint.positions.len();
        let mut running: FuturesUnordered<_> = (0..segments).map(|segment| self.segment(segment)).collect();
        while let Some(done) = running.next().await {
            done?;
        }
        drop(running);
        let (is_complete, has_failed) = {
            let Checkpoint { positions, failed, .. } = &self.state().checkpoint;
            (positions.iter().all(|position| *position == Position::End), !failed.is_empty())
        };
        if is_complete && !has_failed {
            let store = self.store.lock().await;
            self.send(Box::pin(store.remove())).await?;
        }
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut progress = state.checkpoint.progress;
        progress.read += state.cut.read;
        progress.failed += state.cut.failed;
        Ok(BackfillReport { progress, is_complete, failures: state.failures, samples: state.samples, cost: state.cost })
    }

    fn state(&self) -> MutexGuard<'_, WalkState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn may_go_on(&self) -> bool {
        if self.state().is_stopped {
            return false;
        }
        match &self.options.control {
            Some(control) => control.may_go_on().await,
            None => true,
        }
    }

    /// Tries the items again that an earlier run could not change. Each remains in the checkpoint until it is done.
    async fn retry_failed(&self) -> Result<()> {
        let failed = self.state().checkpoint.failed.clone();
        for key in failed {
            if !self.may_go_on().await {
                break;
            }
            let tried = match self.read(&key).await? {
                Some(item) => self.item(item).await?,
                None => PageOutcome::default(),
            };
            let mut state = self.state();
            if tried.failed.is_empty() {
                state.checkpoint.failed.retain(|other| *other != key);
            }
            state.checkpoint.add(tried.progress, tried.failed);
        }
        self.record(None).await
    }

    /// Walks one segment from its position to its end.
    async fn segment(&self, segment: usize) -> Result<()> {
        loop {
            let start = match &self.state().checkpoint.positions[segment] {
                Position::Start => None,
                Position::After(key) => Some(key.clone()),
                Position::End => return Ok(()),
            };
            if !self.may_go_on().await {
                return Ok(());
            }
            let (items, next) = self.page(segment, start).await?;
            let mut page = PageOutcome::default();
            page.progress.read = items.len();
            let mut items = stream::iter(items.into_iter().map(|item| self.item(item)));
            let mut changing = items.by_ref().buffer_unordered(self.options.concurrency.max(1));
            while let Some(done) = changing.next().await {
                page.add(done?);
            }
            if page.is_cut {
                self.cut(page);
                return self.record(None).await;
            }
            self.record(Some((segment, next.map_or(Position::End, Position::After), page))).await?;
        }
    }

    /// Counts a page that the next run reads again.
    fn cut(&self, mut page: PageOutcome) {
        let mut state = self.state();
        state.cut.read += std::mem::take(&mut page.progress.read);
        state.cut.failed += page.failed.len();
        // What is changed counts now, because it is right when the page is read again.
        state.checkpoint.add(page.progress, Vec::new());
    }

    /// Records what became of a page with the position after it, and reports the progress. All writes of the page are done.
    async fn record(&self, page: Option<(usize, Position, PageOutcome)>) -> Result<()> {
        let mut store = self.store.lock().await;
        let progress = self.advance(page);
        if !store.is_nowhere() {
            let checkpoint = self.state().checkpoint.clone();
            self.send(Box::pin(store.store(&checkpoint))).await?;
        }
        drop(store);
        (self.options.progress.lock().unwrap_or_else(PoisonError::into_inner))(progress);
        Ok(())
    }

    /// Moves the checkpoint to the end of a page, and returns the progress.
    fn advance(&self, page: Option<(usize, Position, PageOutcome)>) -> BackfillProgress {
        let mut state = self.state();
        if let Some((segment, position, page)) = page {
            state.checkpoint.positions[segment] = position;
            state.checkpoint.add(page.progress, page.failed);
        }
        state.checkpoint.progress
    }

    /// Sends requests, and counts what they consume if there is a rate.
    async fn send<T>(&self, requests: BoxFuture<'_, T>) -> T {
        if !self.call.limits.is_limited() {
            return requests.await;
        }
        let (output, cost) = measure_cost(requests).await;
        self.state().cost.add(&cost);
        output
    }

    async fn page(&self, segment: usize, start: Option<Item>) -> Result<(Vec<Item>, Option<Item>)> {
        let total = self.state().checkpoint.positions.len();
        let mut expressions = ReadExpressions::default();
        expressions.filter = self.filter().map(|tree| expressions.placeholders.condition(&tree)).transpose()?;
        let number = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let builder = self.call.client.sdk().scan();
        let builder = builder
            .consistent_read(true)
            .set_segment((total > 1).then(|| number(segment)))
            .set_total_segments((total > 1).then(|| number(total)))
            .set_limit(self.options.page_size.map(|items| i32::try_from(items).unwrap_or(i32::MAX)))
            .set_exclusive_start_key(start);
        let request = Outgoing::new(builder).expressions(&expressions);
        let output = self.send(Box::pin(self.call.send(request))).await.into_output()?;
        Ok((output.items.unwrap_or_default(), output.last_evaluated_key.filter(|key| !key.is_empty())))
    }

    /// Holds for items of the model: those of its entity, or else those whose keys begin like its own. For a table, it holds
    /// for all items except those that singlet itself stores, which are not the user's data.
    fn filter(&self) -> Option<Tree> {
        let Some(model) = self.target.model else { return is_no_own_item_of(self.target.table) };
        let schema = model.schema();
        if let Some(entity) = schema.entity.filter(|entity| !entity.optional) {
            return Some(is_entity(entity));
        }
        let has_own_key = schema.is_own_key(&|_| true);
        schema.entity.map(is_entity).into_iter().chain(has_own_key).chain(is_no_sentinel(schema)).reduce(Tree::and)
    }

    async fn read(&self, key: &Item) -> Result<Option<Item>> {
        let builder = self.call.client.sdk().get_item().consistent_read(true);
        let request = Outgoing::new(builder.set_key(Some(key.clone())));
        Ok(self.send(Box::pin(self.call.send(request))).await.into_output()?.item)
    }

    /// Changes an item and counts what became of it. Fails if the backfill cannot go on.
    async fn item(&self, item: Item) -> Result<PageOutcome> {
        let mut done = PageOutcome { is_cut: self.state().is_stopped, ..PageOutcome::default() };
        if done.is_cut {
            return Ok(done);
        }
        let key = self.target.table.key_of(&item);
        let outcome = self.change(item, &mut done.progress.retried).await;
        let mut state = self.state();
        match outcome {
            Ok(ItemOutcome::Unchanged) => {}
            Ok(ItemOutcome::Deleted) => done.progress.deleted = 1,
            Ok(ItemOutcome::Changed(differences)) => {
                done.progress.changed = 1;
                if self.options.is_dry_run && state.samples.len() < SAMPLES {
                    state.samples.push(BackfillSample { key, differences });
                }
            }
            // The report has no room for it. The next run reads its page again.
            Err(error) if concerns_one_item(&error) && state.is_stopped => done.is_cut = true,
            Err(error) if concerns_one_item(&error) => {
                let error = self.call.contextualize(error).without_old_item();
                done.failed.push(key.clone());
                state.failures.push(BackfillFailure { key, error });
                state.is_stopped = state.failures.len() >= self.options.max_failures.max(1);
            }
            Err(error) => return Err(self.call.contextualize(error)),
        }
        Ok(done)
    }

    async fn change(&self, mut item: Item, retried: &mut usize) -> Result<ItemOutcome> {
        let key = self.target.table.key_of(&item);
        // What a write has changed whose response was lost.
        let mut maybe_changed = None;
        let mut backoff = Backoff::new(Policy::CONTENTION);
        for number in 1..=TRIES {
            let after = (self.target.apply)(&item)?;
            let differences = differences(&item, &after);
            let change = ItemChange {
                table: self.target.table,
                model: self.target.model,
                read: &item,
                differences: &differences,
            };
            if self.options.is_dry_run && !differences.is_empty() {
                return Ok(ItemOutcome::Changed(differences));
            }
            let is_done = differences.is_empty() && (self.options.is_dry_run || change.claims().is_empty());
            let written = if is_done { Ok(()) } else { self.send(Box::pin(change.write(&self.call))).await };
            let error = match written {
                Ok(()) if differences.is_empty() => {
                    return Ok(maybe_changed.map_or(ItemOutcome::Unchanged, ItemOutcome::Changed));
                }
                Ok(()) => return Ok(ItemOutcome::Changed(differences)),
                Err(error) => error,
            };
            match error.kind() {
                ErrorKind::ConditionFailed | ErrorKind::WrongEntity => {}
                ErrorKind::OutcomeUnknown => maybe_changed = Some(differences).filter(|list| !list.is_empty()),
                _ => return Err(error),
            }
            if number == TRIES {
                return Err(match error.kind() {
                    ErrorKind::OutcomeUnknown => error,
                    _ => Error::new(ErrorKind::ConditionFailed, "other writers changed the item each time it was read"),
                });
            }
            // What is stored now decides: somebody else has changed the item, or an attempt that received no answer has.
            *retried += 1;
            backoff.pause_after_loss().await;
            let newer = match error.old_item() {
                Some(newer) => Some(newer.clone()),
                None => self.read(&key).await?,
            };
            match newer {
                Some(newer) => item = newer,
                None => return Ok(ItemOutcome::Deleted),
            }
        }
        Err(Error::new(ErrorKind::ConditionFailed, "other writers changed the item each time it was read"))
    }
}

/// The checkpoint from which a run continues: the stored one, or else `fresh`.
async fn open(store: &mut CheckpointStore, fresh: Checkpoint, segments: Option<u32>) -> Result<Checkpoint> {
    let checkpoint = match store.load().await? {
        Some(stored) if stored.of != fresh.of => {
            return Err(store.unusable("belongs to the backfill of another table or model, or of another schema"));
        }
        Some(stored) if segments.is_some_and(|wanted| wanted as usize != stored.positions.len()) => {
            let why = format!("has {} segments; use as many, or delete it", stored.positions.len());
            return Err(store.unusable(&why));
        }
        Some(stored) => stored,
        None => fresh,
    };
    store.take_over(&checkpoint).await?;
    Ok(checkpoint)
}

/// Whether other items may be changed although this one cannot.
fn concerns_one_item(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Validation
            | ErrorKind::InvalidKey
            | ErrorKind::TooLarge
            | ErrorKind::Encode
            | ErrorKind::Decode
            | ErrorKind::WrongEntity
            | ErrorKind::SchemaMismatch
            | ErrorKind::ConditionFailed
            | ErrorKind::NotUnique
            | ErrorKind::TransactionConflict
    )
}
