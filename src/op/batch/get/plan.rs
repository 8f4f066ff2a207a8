//! Which keys a batch reads and who requested each of them. The plan is complete before anything is sent and contains
//! each key once.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use crate::key::RawKey;
use crate::op::batch::get::chunk::GetChunks;
use crate::op::batch::request_loop::is_same_table;
use crate::op::engine::client_resolver::ClientResolver;
use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::get_item;
use crate::op::engine::vtable::{AnyModel, ModelVTable};
use crate::op::read::key_requests::{KeyRequest, ReadAny};
use crate::op::write::refresh::{Refresh, SendRefresh};
use crate::schema::TableSchema;
use crate::splice::KeyOfItem;
use crate::ttl::{HiddenItems, Lifecycle, TtlSettings};
use crate::wire::{Fault, Reader};
use crate::{Error, ModelConfig, Operation, Result};

/// Which keys are read, and who requested each.
#[derive(Debug)]
pub(crate) struct BatchGetPlan {
    requests: Vec<PlannedKey>,
    /// The distinct reads, in the order of the requests.
    reads: Vec<KeyRead>,
    /// The reads, ordered by table and key.
    by_key: Vec<usize>,
    /// The requests, ordered by table and key, so that those of one read are adjacent.
    requesters: Vec<usize>,
    /// Whether all requests read whole items of one model.
    is_of_one_model: bool,
    /// Whether an item that cannot be decoded is skipped.
    pub(crate) skips_undecodable: bool,
}

/// One requested key with its resolved table and options.
#[derive(Debug)]
pub(crate) struct PlannedKey {
    pub(crate) model: &'static ModelVTable,
    /// The attributes that the value is made of, or `None` for the whole item.
    names: Option<Cow<'static, [&'static str]>>,
    read: ReadAny,
    pub(crate) table: Cow<'static, str>,
    /// The key in its canonical form.
    pub(crate) key: RawKey,
    pub(crate) consistent: bool,
    pub(crate) runs_hooks: bool,
    settings: TtlSettings,
    refreshes: Option<bool>,
    send_refresh: Option<SendRefresh>,
    /// The expiry check of the item, if the model hides expired items.
    pub(crate) hiding: Option<HiddenItems>,
    /// The expiry to which reading extends the item's TTL.
    pub(crate) refresh: Option<Arc<Refresh>>,
}

impl PlannedKey {
    /// Adds the model and table of this request to an error.
    pub(crate) fn contextualize(&self, error: Error) -> Error {
        error.with_model(self.model.schema.model).with_table(&self.table)
    }

    /// Decodes the item at the reader's position, as far as it is needed.
    pub(crate) fn read(&self, reader: &mut Reader<'_>) -> Result<Box<AnyModel>, Fault> {
        self.read.read(reader)
    }

    fn place(&self) -> (&str, &RawKey) {
        (&self.table, &self.key)
    }
}

/// One key to read.
#[derive(Debug)]
pub(crate) struct KeyRead {
    /// The first request of the key.
    first: usize,
    /// The range of `requesters` that requested the key.
    requesters: std::ops::Range<usize>,
    /// Whether any request needs a consistent read.
    pub(crate) consistent: bool,
}

impl BatchGetPlan {
    /// Also returns the context of the batch; `None` if nothing is requested. The tables of the keys depend on the client.
    pub(crate) fn new(
        requests: Vec<KeyRequest>,
        options: &CallOptions,
        consistent: Option<bool>,
    ) -> Result<Option<(Self, Context)>> {
        let configs = configs(&requests);
        let mut senders = ClientResolver::default();
        for (model, config) in &configs {
            senders.add(model.schema.model, config.clone());
        }
        let Some(call) = senders.call(Operation::BatchGet, options.clone())? else { return Ok(None) };
        let requests = settle(requests, &configs, options, &call, consistent)?;
        let mut requesters: Vec<usize> = (0..requests.len()).collect();
        requesters.sort_by(|&a, &b| requests[a].place().cmp(&requests[b].place()));
        let mut reads: Vec<KeyRead> = Vec::with_capacity(requests.len());
        for (at, &request) in requesters.iter().enumerate() {
            match reads.last_mut().filter(|read| requests[read.first].place() == requests[request].place()) {
                Some(read) => {
                    read.requesters.end = at + 1;
                    read.consistent |= requests[request].consistent;
                }
                None => {
                    reads.push(KeyRead {
                        first: request,
                        requesters: at..at + 1,
                        consistent: requests[request].consistent,
                    });
                }
            }
        }
        reads.sort_by_key(|read| read.first);
        let mut by_key: Vec<usize> = (0..reads.len()).collect();
        by_key.sort_by_key(|&read| reads[read].requesters.start);
        let skips_undecodable = call.skips_undecodable;
        let is_of_one_model =
            requests.iter().all(|request| request.names.is_none() && request.model.id == requests[0].model.id);
        let plan = BatchGetPlan { requests, reads, by_key, requesters, is_of_one_model, skips_undecodable };
        Ok(Some((plan, call)))
    }

    /// Determines the expiry checks and refreshes, after the client and the time are known.
    pub(crate) fn settle_expiry_checks(&mut self, call: &Context) -> Result<()> {
        for request in &mut self.requests {
            let lifecycle = Lifecycle::new(request.settings, &call.client, request.refreshes);
            let lifecycle = lifecycle.map_err(|error| request.contextualize(error))?;
            if lifecycle.hides || lifecycle.refreshes {
                let call = Context { table: request.table.clone(), lifecycle, ..call.clone() };
                request.hiding = call.hidden(request.model.schema);
                // Only whole items are refreshed.
                let refresh = Refresh::of(&call, request.model, request.send_refresh);
                request.refresh = refresh.filter(|_| request.names.is_none());
            }
        }
        Ok(())
    }

    pub(crate) fn requests(&self) -> &[PlannedKey] {
        &self.requests
    }

    pub(crate) fn reads(&self) -> &[KeyRead] {
        &self.reads
    }

    /// Returns the first request of a read.
    pub(crate) fn planned(&self, read: usize) -> &PlannedKey {
        &self.requests[self.reads[read].first]
    }

    /// Returns all requests of a read.
    pub(crate) fn requesters(&self, read: usize) -> &[usize] {
        &self.requesters[self.reads[read].requesters.clone()]
    }

    /// The attributes that the requests of these reads need, perhaps more than once, or `None` if one of them needs the whole item.
    pub(crate) fn names(&self, reads: &[usize]) -> Option<Vec<&'static str>> {
        let mut all = Vec::new();
        for request in reads.iter().flat_map(|&read| self.requesters(read)).map(|&request| &self.requests[request]) {
            all.extend(get_item::with_identity(request.model.schema, request.names.as_deref()?));
        }
        Some(all)
    }

    /// Returns one empty slot per request.
    pub(crate) fn places(&self) -> Vec<Option<Box<AnyModel>>> {
        self.requests.iter().map(|_| None).collect()
    }

    /// The name by which this plan knows a table of a response.
    fn planned_name<'n>(&'n self, answered: &'n str) -> &'n str {
        let names = || self.requests.iter().map(|request| &*request.table);
        // Most batches have one table, whose first request has the name already.
        if names().any(|sent| sent == answered) {
            return answered;
        }
        names().find(|sent| is_same_table(sent, answered)).unwrap_or(answered)
    }

    /// Returns the reads of a table, ordered by key.
    fn reads_of(&self, table: &str) -> &[usize] {
        let table = self.planned_name(table);
        let order = |read: &usize| self.planned(*read).table.as_ref().cmp(table);
        // Most batches read one table.
        if [self.by_key.first(), self.by_key.last()].into_iter().flatten().all(|read| order(read).is_eq()) {
            return &self.by_key;
        }
        let start = self.by_key.partition_point(|read| order(read).is_lt());
        let length = self.by_key[start..].partition_point(|read| order(read).is_eq());
        &self.by_key[start..start + length]
    }

    /// Returns the schema of a table that is read.
    pub(crate) fn schema(&self, table: &str) -> Option<&'static TableSchema> {
        let read = self.reads_of(table).first()?;
        Some(self.planned(*read).model.schema.table)
    }

    /// Finds the read of a key.
    pub(crate) fn find(&self, table: &str, key: &KeyOfItem<'_>) -> Option<usize> {
        self.find_by(table, |planned| key.order_of(planned))
    }

    /// Decodes the item at the reader's position and finds its read, if that is possible without a search for the key in the
    /// item: decoding compares the stored key with the fields, so the key is at a recorded position, or the fields form it.
    pub(crate) fn read(&self, table: &str, reader: &mut Reader<'_>) -> Option<(usize, Box<AnyModel>)> {
        let any = self.requests.first().filter(|_| self.is_of_one_model)?;
        let start = reader.mark();
        let value = any.read(reader).ok()?;
        let read = if let Some(key) = KeyOfItem::marked(reader, &start, any.model.schema.table) {
            self.find(table, &key)?
        } else {
            let key = any.model.key(&*value)?.into_canonical();
            self.find_by(table, |planned| planned.cmp(&key))?
        };
        Some((read, value))
    }

    fn find_by(&self, table: &str, order_of: impl Fn(&RawKey) -> Ordering) -> Option<usize> {
        let reads = self.reads_of(table);
        let at = reads.binary_search_by(|read| order_of(&self.planned(*read).key)).ok()?;
        Some(reads[at])
    }

    /// Returns the chunks that read all keys.
    pub(crate) fn chunks(self: &Arc<Self>) -> GetChunks {
        GetChunks::of(Arc::clone(self))
    }

    /// Returns the model, if there is only one.
    pub(crate) fn only_model(&self) -> Option<&'static str> {
        let (first, others) = self.requests.split_first()?;
        others.iter().all(|request| request.model.id == first.model.id).then_some(first.model.schema.model)
    }
}

/// The models with their configs. A config may come from the user's own function, so each is made once.
fn configs(requests: &[KeyRequest]) -> Vec<(&'static ModelVTable, ModelConfig)> {
    let mut configs: Vec<(&'static ModelVTable, ModelConfig)> = Vec::new();
    for KeyRequest { model, .. } in requests {
        if !configs.iter().any(|(known, _)| known.id == model.id) {
            configs.push((model, model.config()));
        }
    }
    configs
}

fn settle(
    requests: Vec<KeyRequest>,
    configs: &[(&'static ModelVTable, ModelConfig)],
    options: &CallOptions,
    call: &Context,
    consistent: Option<bool>,
) -> Result<Vec<PlannedKey>> {
    let mut planned = Vec::with_capacity(requests.len());
    for KeyRequest { model, names, read, key, call: own, consistent: own_consistent, send_refresh } in requests {
        let Some((_, config)) = configs.iter().find(|(known, _)| known.id == model.id) else {
            unreachable!("there is a config for the model of each request")
        };
        let table = config.table_for(own.table.or_else(|| options.table.clone()), &call.client);
        let table = table.map_err(|error| error.with_model(model.schema.model))?;
        let skips_hooks = own.skip_hooks.or(options.skip_hooks).unwrap_or(config.skip_hooks);
        let key = key.map_err(|error| error.with_model(model.schema.model).with_table(&table))?;
        planned.push(PlannedKey {
            model,
            names,
            read,
            table,
            key: key.into_canonical(),
            consistent: own_consistent.or(consistent).unwrap_or(config.consistent_read),
            runs_hooks: model.has_hooks() && !skips_hooks,
            settings: config.lifecycle,
            refreshes: own.refresh_ttl.or(options.refresh_ttl),
            send_refresh,
            hiding: None,
            refresh: None,
        });
    }
    Ok(planned)
}
