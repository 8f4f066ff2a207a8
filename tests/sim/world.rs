//! The simulated world: a service and its clients. What the clients are told is compared with what the service executed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future;
use singlet::cache::Cache;
use singlet::kv::KeyValueStore;
use singlet::{Client, Error, ErrorKind, Item, ManualClock, Model as _, Result, Table as _};

use crate::history::{Answer, Call, History, Store};
use crate::models::{self, Account, Job, Note, Sim};
use crate::network::Network;
use crate::plan::{Action, CLIENTS, FIRST_NEW_ACCOUNT, Fault, Plan, Step};

const START: i64 = 4_000_000_000;

/// What a client knows about its write after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Done,
    /// A condition did not hold.
    Refused,
    /// The write failed for another reason, and changed nothing.
    Failed,
    /// The write may have been applied.
    Unknown,
}

/// The groups of items that calls are about. Each has a history of its own, because the check for linearizability takes
/// exponential time.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Group {
    Accounts,
    Users,
    Jobs,
    Locks,
}

pub(crate) struct World {
    pub(crate) network: Arc<Network>,
    pub(crate) clock: ManualClock,
    pub(crate) clients: Vec<Client>,
    pub(crate) caches: Vec<Cache>,
    service: Client,
    actions: BTreeMap<u32, Action>,
    histories: RefCell<[History; 4]>,
    violations: RefCell<Vec<String>>,
}

/// Runs a plan. Returns the log of what the service executed, or the first promise that was broken.
pub(crate) fn run(plan: &Plan) -> Result<Vec<String>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let world = World::new(plan).await;
        let clients = (0..CLIENTS).map(|me| {
            let steps: Vec<Step> = plan.steps.iter().filter(|step| step.client == me).copied().collect();
            world.act(me, steps)
        });
        future::join(world.network.deliver(), future::join_all(clients)).await;
        world.judge_stored().await;
        let histories = world.histories.borrow();
        let mut violations = world.violations.borrow().clone();
        violations.extend(histories.iter().filter_map(History::violation));
        match violations.into_iter().next() {
            Some(violation) => Err(violation),
            None => Ok(world.network.executions().into_iter().map(|executed| format!("{executed:?}")).collect()),
        }
    })
}

impl World {
    async fn new(plan: &Plan) -> Self {
        let clock = ManualClock::at(START);
        let service = Client::embedded_with_clock(clock.clone());
        Sim::create_table().client(&service).await.unwrap();
        KeyValueStore::new(service.clone()).create_table().await.unwrap();
        let cache = |client: &Client| {
            let cache = Cache::builder().client(client).table("cache").default_ttl(Duration::from_secs(1_000));
            cache.build().unwrap()
        };
        cache(&service).create_table().await.unwrap();
        let mut store = Store::default();
        for id in 0..FIRST_NEW_ACCOUNT {
            let mut account = Account { id, version: 0, number: 5, tag: 0 };
            account.create().client(&service).await.unwrap();
            store.accounts.insert(id, (1, 5));
        }
        for id in 0..5 {
            Job { id, state: "queued".into(), owner: None }.create().client(&service).await.unwrap();
        }
        let network = Network::new(plan.seed, CLIENTS);
        let clients: Vec<Client> = (0..CLIENTS)
            .map(|number| network.between(&service, number).with_clock(clock.clone()))
            .map(|client| client.with_batch_retries(4, Duration::ZERO))
            // With odd seeds, all requests pass through the SDK's orchestrator.
            .map(|client| client.with_direct_requests(plan.seed.is_multiple_of(2)))
            .collect();
        World {
            caches: clients.iter().map(cache).collect(),
            network,
            clock,
            clients,
            service,
            actions: plan.steps.iter().map(|step| (step.number, step.action)).collect(),
            histories: RefCell::new([store, Store::default(), Store::default(), Store::default()].map(History::new)),
            violations: RefCell::default(),
        }
    }

    pub(crate) fn violated(&self, step: &Step, what: &str) {
        self.violations.borrow_mut().push(format!("step {} ({:?}): {what}", step.number, step.action));
    }

    /// Awaits an operation. Returns `None` if a fault made the client drop its future.
    pub(crate) async fn attempt<T>(
        &self,
        me: usize,
        operation: impl IntoFuture<Output = Result<T>>,
    ) -> Option<Result<T>> {
        tokio::select! {
            biased;
            outcome = operation.into_future() => Some(outcome),
            () = self.network.dropped(me) => None,
        }
    }

    pub(crate) fn call(&self, group: Group, call: Call) -> (Group, usize) {
        (group, self.histories.borrow_mut()[group as usize].call(call))
    }

    pub(crate) fn answer(&self, (group, call): (Group, usize), answer: Answer) {
        self.histories.borrow_mut()[group as usize].answer(call, answer);
    }

    /// Records the verdict as the answer to a call. If the outcome is unknown, the call has no answer.
    pub(crate) fn answer_verdict(&self, call: (Group, usize), verdict: Verdict) {
        match verdict {
            Verdict::Done => self.answer(call, Answer::Done),
            Verdict::Refused => self.answer(call, Answer::Refused),
            Verdict::Failed => self.answer(call, Answer::Failed),
            Verdict::Unknown => {}
        }
    }

    /// Compares the outcome of a write with what the service executed.
    pub(crate) fn judge<T>(&self, step: &Step, outcome: Option<&Result<T>>, writes: &str) -> Verdict {
        let Some(outcome) = outcome else { return Verdict::Unknown };
        let deliveries = self.network.deliveries(step.number);
        let is_written = deliveries.applied.iter().any(|applied| applied == writes);
        let error = match outcome {
            Ok(_) if is_written => return Verdict::Done,
            Ok(_) => {
                self.violated(step, "it returned `Ok`, and the service has not executed it");
                return Verdict::Done;
            }
            Err(error) => error,
        };
        // After a transaction, another client may delete the item before it is read back.
        let is_read_back = is_written && writes == "TransactWriteItems";
        if !(is_read_back && error.kind() == ErrorKind::OutcomeUnknown) {
            self.judge_kind(step, error, &deliveries.faults);
        }
        if is_written && (is_refusal(error.kind()) || error.kind() == ErrorKind::WrongEntity) {
            self.violated(step, &format!("it was executed, and its error reports a refusal: {error:?}"));
        }
        if is_written && !error.may_have_been_written() {
            self.violated(step, &format!("it was executed, and its error reports that it was not: {error:?}"));
        }
        match error.kind() {
            _ if error.may_have_been_written() => Verdict::Unknown,
            kind if is_refusal(kind) => Verdict::Refused,
            _ => Verdict::Failed,
        }
    }

    /// Checks that the error of a read fits the faults, and that it is not the error of a write.
    pub(crate) fn judge_read<T>(&self, step: &Step, outcome: Option<&Result<T>>) {
        if let Some(Err(error)) = outcome {
            self.judge_kind(step, error, &self.network.deliveries(step.number).faults);
            if error.may_have_been_written() || is_refusal(error.kind()) {
                self.violated(step, &format!("a read failed as a write would: {error:?}"));
            }
        }
    }

    /// Checks that a fault of the step explains the kind of the error.
    pub(crate) fn judge_kind(&self, step: &Step, error: &Error, faults: &[Fault]) {
        use Fault::{AppliedServerError, Conflict, Denied, ResetAfter, ResetBefore, ServerError, Throttled, Truncated};
        let has = |any: &[Fault]| faults.iter().any(|fault| any.contains(fault));
        let fits = match error.kind() {
            ErrorKind::Connection => has(&[ResetBefore, ResetAfter]),
            // A truncated error response has no code.
            ErrorKind::Service => has(&[ServerError, AppliedServerError, Denied, Truncated]),
            ErrorKind::InvalidResponse => has(&[Truncated]),
            ErrorKind::Throttled => has(&[Throttled, Fault::Unprocessed]),
            ErrorKind::TransactionConflict => has(&[Conflict]),
            ErrorKind::OutcomeUnknown => faults.iter().any(|fault| fault.is_unknown()),
            kind => is_refusal(kind),
        };
        if !fits {
            self.violated(step, &format!("an error that does not fit the faults {faults:?}: {error:?}"));
        }
    }

    /// Checks what is stored after the last step.
    async fn judge_stored(&self) {
        let mut items: Vec<Item> = Vec::new();
        let mut start = None;
        loop {
            let scan = self.service.sdk().scan().table_name("sim").set_exclusive_start_key(start);
            let page = scan.send().await.unwrap();
            items.extend(page.items.unwrap_or_default());
            start = page.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        let mut violations: Vec<String> = items.iter().filter_map(models::fault_of).collect();
        let text = |item: &Item, name: &str| item.get(name).map(|value| value.as_s().unwrap().clone());
        let of_entity = |entity: &'static str| {
            items.iter().filter(move |item| text(item, "_type").as_deref() == Some(entity)).collect::<Vec<_>>()
        };
        let users = of_entity("User").into_iter();
        let named: BTreeSet<_> =
            users.map(|user| format!("UNIQUE#User#name#{}", text(user, "name").unwrap())).collect();
        let sentinels = of_entity("singlet.unique").into_iter();
        let sentinels: BTreeSet<_> = sentinels.map(|sentinel| text(sentinel, "pk").unwrap()).collect();
        if named != sentinels {
            violations.push(format!("users have {named:?}, and the sentinels are {sentinels:?}"));
        }
        let notes = of_entity("Note").into_iter().map(|note| Note::from_item(note).unwrap());
        let notes: BTreeMap<_, _> = notes.map(|note| (note.id, note.tag)).collect();
        let expected = self.expected_notes();
        let stored: BTreeMap<_, _> = notes.into_iter().filter(|(id, _)| *id < 5).collect();
        if stored != expected {
            violations.push(format!("notes are {stored:?}, and the last writes of them are {expected:?}"));
        }
        self.violations.borrow_mut().extend(violations);
    }

    /// The notes that single requests write, as the last executed request left each of them.
    fn expected_notes(&self) -> BTreeMap<u8, u32> {
        let mut notes = BTreeMap::new();
        for (step, operation) in self.network.executions() {
            match self.actions[&step] {
                Action::PutNote(id) | Action::SetNote(id) if operation != "GetItem" => drop(notes.insert(id, step)),
                Action::EraseNote(id) => drop(notes.remove(&id)),
                _ => {}
            }
        }
        notes
    }
}

pub(crate) fn is_refusal(kind: ErrorKind) -> bool {
    use ErrorKind::{ConditionFailed, Expired, NotFound, NotUnique, VersionConflict};
    matches!(kind, ConditionFailed | Expired | NotFound | NotUnique | VersionConflict)
}
