//! The puts and deletes of a batch, encoded one after another into one buffer.

use std::borrow::Cow;

use bytes::Bytes;

use crate::error::fault_error;
use crate::key::{KeyValue, RawKey};
use crate::model::fault_of;
use crate::op::batch::write::conflicts;
use crate::op::batch::write::single::{BatchedWrite, Kind, check_unconditional, refused};
use crate::op::engine::client_resolver::ClientResolver;
use crate::op::engine::context::{CallOptions, offline};
use crate::op::engine::vtable::ModelVTable;
use crate::op::write::expiry;
use crate::op::write::save::check_size;
use crate::schema::{KeySchema, ModelSchema};
use crate::ttl::{DefaultTtl, Lifecycle, TtlSettings};
use crate::wire::{Fault, Writer};
use crate::{Client, Error, Model, ModelConfig, Result, item};

/// The maximum capacity that is reserved for requests in advance, in bytes.
const GUESS: usize = 64 * 1024;

/// The encoded puts and deletes of a batch.
#[derive(Default)]
pub(super) struct Entries {
    /// The requests one after another, each `{"PutRequest":…}` or `{"DeleteRequest":…}`.
    requests: Vec<u8>,
    pub(super) list: Vec<Entry>,
    /// The first encoding error. Later entries are not kept.
    fault: Option<Error>,
    senders: ClientResolver,
}

/// A put or delete whose bytes are part of the common buffer.
pub(super) struct Entry {
    pub(super) kind: Kind,
    /// The table of the model's config, which the batch may override.
    pub(super) table: Cow<'static, str>,
    pub(super) key: Option<RawKey>,
    pub(super) model: Option<&'static ModelVTable>,
    /// The end of its request in the buffer.
    end: usize,
    /// For a model with hooks: whether its config skips them.
    hooks: Option<bool>,
    /// For an item without an expiry: the default TTL of its model's config.
    ttl: Option<DefaultTtl>,
}

impl Entries {
    pub(super) fn put<M: Model>(&mut self, value: &M) {
        if self.fault.is_some() {
            return;
        }
        let mut writer = Writer::appending(std::mem::take(&mut self.requests));
        writer.raw(Kind::Put.around().0);
        item::write(value, &mut writer);
        let key = value.__key().map_err(fault_of::<M>);
        let config = M::config();
        let ttl = config.lifecycle.ttl.filter(|_| value.__ttl().is_none());
        self.finish(Kind::Put, writer.into_bytes(), key, ModelVTable::of::<M>(), config);
        if let Some(entry) = self.list.last_mut() {
            entry.ttl = ttl;
        }
    }

    pub(super) fn delete<M: Model>(&mut self, key: Result<RawKey>) {
        if self.fault.is_none() {
            let requests = key.as_ref().map(|key| self.delete_request(key, ModelVTable::of::<M>()));
            let requests = requests.unwrap_or_else(|_| Ok(Vec::new()));
            self.finish(Kind::Delete, requests, key, ModelVTable::of::<M>(), M::config());
        }
    }

    /// Returns the buffer with one more delete request, which contains its key but not its end.
    fn delete_request(&mut self, key: &RawKey, model: &'static ModelVTable) -> Result<Vec<u8>, Fault> {
        let table = model.schema.table;
        let mut writer = Writer::appending(std::mem::take(&mut self.requests));
        writer.raw(Kind::Delete.around().0);
        writer.open_item();
        write_key_value(&mut writer, &table.hash_key, &key.hash);
        if let Some((schema, value)) = table.range_key.as_ref().zip(key.range.as_ref()) {
            write_key_value(&mut writer, schema, value);
        }
        writer.close_item();
        writer.into_bytes()
    }

    /// Completes the last request of the buffer and takes the buffer back.
    fn finish(
        &mut self,
        kind: Kind,
        requests: Result<Vec<u8>, Fault>,
        key: Result<RawKey>,
        model: &'static ModelVTable,
        config: ModelConfig,
    ) {
        let start = self.list.last().map_or(0, |entry| entry.end) + kind.around().0.len();
        let checked = requests.map_err(|fault| fault_error(fault, model.schema.model)).and_then(|requests| {
            let key = key?;
            check_unconditional(model)?;
            if kind == Kind::Put {
                check_size(&requests[start..], config.max_size, model.schema)?;
            }
            Ok((requests, key))
        });
        match checked {
            Ok((requests, key)) => {
                self.requests = requests;
                self.requests.extend_from_slice(kind.around().1);
                self.list.push(Entry {
                    kind,
                    table: config.table.clone(),
                    key: Some(key.into_canonical()),
                    model: Some(model),
                    end: self.requests.len(),
                    hooks: model.has_hooks().then_some(config.skip_hooks),
                    ttl: None,
                });
                self.senders.add(model.schema.model, config);
            }
            Err(error) => self.fault = Some(error),
        }
    }

    /// Whether there are items without an expiry that receive the default of their model.
    fn is_to_expire(&self) -> bool {
        self.list.iter().any(|entry| entry.ttl.is_some())
    }

    /// The model and the key of the first item that carries no expiry, and gets that of its model.
    pub(super) fn first_to_expire(&self) -> Option<(&'static ModelSchema, &RawKey)> {
        let entry = self.list.iter().find(|entry| entry.ttl.is_some())?;
        Some((entry.model?.schema, entry.key.as_ref()?))
    }

    /// Adds the default expiry of their model to items without one, after the client is known.
    fn expire(&mut self, client: &Client) -> Result<()> {
        let mut requests = Vec::with_capacity(self.requests.len() + 64 * self.list.len());
        let mut start = 0;
        for entry in &mut self.list {
            let request = self.requests.get(start..entry.end).unwrap_or_default();
            start = entry.end;
            match entry.model.zip(entry.ttl.take()) {
                None => requests.extend_from_slice(request),
                Some((model, ttl)) => requests = expiring(requests, request, model.schema, ttl, client)?,
            }
            entry.end = requests.len();
        }
        self.requests = requests;
        Ok(())
    }

    /// Returns the writes after the checks that depend on the client. Without a client, the writes are only
    /// inspected.
    pub(super) fn into_writes(mut self, call: &CallOptions, client: Option<&Client>) -> Result<Vec<BatchedWrite>> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        if self.is_to_expire() {
            self.expire(&client.cloned().unwrap_or_else(offline))?;
        }
        for entry in &self.list {
            let runs_hooks = entry.hooks.is_some_and(|skips| !call.skip_hooks.unwrap_or(skips));
            if let Some(model) = entry.model.filter(|_| runs_hooks) {
                let message =
                    "hooks do not run in a batch; save or delete the items one by one, or call `.skip_hooks(true)`";
                return Err(refused(model, message));
            }
        }
        let table = &call.table;
        conflicts::check(&self.list, |entry| table.as_deref().unwrap_or(&entry.table))?;
        let requests = Bytes::from(self.requests);
        let mut start = 0;
        let writes = self.list.into_iter().map(|entry| {
            let body = requests.slice(start..entry.end);
            start = entry.end;
            let table = table.clone().map_or(entry.table, Cow::Owned);
            BatchedWrite { kind: entry.kind, table, body, key: entry.key, model: entry.model }
        });
        Ok(writes.collect())
    }

    /// Reserves capacity for further puts of about the same length as the last one.
    pub(super) fn reserve_as_last(&mut self, puts: usize) {
        let before = self.list.iter().rev().nth(1).map_or(0, |entry| entry.end);
        let length = self.requests.len().saturating_sub(before);
        self.list.reserve(puts.min(GUESS));
        self.requests.reserve(length.saturating_mul(puts.saturating_add(puts / 8)).min(GUESS));
    }

    /// Adds an unprocessed write of an earlier batch.
    pub(super) fn again(&mut self, write: BatchedWrite) {
        self.requests.extend_from_slice(&write.body);
        let BatchedWrite { kind, table, key, model, .. } = write;
        self.list.push(Entry { kind, table, key, model, end: self.requests.len(), hooks: None, ttl: None });
    }

    /// Returns the configs of the models, and the client of writes that are sent again.
    pub(super) fn senders(&mut self) -> &mut ClientResolver {
        &mut self.senders
    }

    pub(super) fn take_senders(&mut self) -> ClientResolver {
        std::mem::take(&mut self.senders)
    }

    pub(super) fn sensitive(&self) -> Vec<&'static str> {
        let models = self.list.iter().filter_map(|entry| entry.model);
        models.flat_map(|model| model.schema.sensitive).copied().collect()
    }
}

/// Returns the buffer with one more put, for an item without an expiry that receives the default of its model.
fn expiring(
    mut requests: Vec<u8>,
    request: &[u8],
    schema: &'static ModelSchema,
    ttl: DefaultTtl,
    client: &Client,
) -> Result<Vec<u8>> {
    let fail = |error: Error| error.with_model(schema.model);
    let settings = TtlSettings { ttl: Some(ttl), ..TtlSettings::default() };
    let lifecycle = Lifecycle::new(settings, client, None).map_err(fail)?;
    let Some(expires_at) = lifecycle.after(client.service_now_millis()) else {
        requests.extend_from_slice(request);
        return Ok(requests);
    };
    let Some(attribute) = schema.expiry() else { return Err(fail(expiry::no_attribute())) };
    let behind = Kind::Put.around().1;
    requests.extend_from_slice(request.strip_suffix(behind).unwrap_or(request));
    let mut requests =
        expiry::append(requests, attribute, expires_at).map_err(|fault| fault_error(fault, schema.model))?;
    requests.extend_from_slice(behind);
    Ok(requests)
}

fn write_key_value(writer: &mut Writer, schema: &KeySchema, value: &KeyValue) {
    writer.name(schema.attribute.name, schema.attribute.quoted);
    match value {
        KeyValue::S(text) => writer.string(text),
        KeyValue::N(digits) => writer.digits(digits),
        KeyValue::B(bytes) => writer.binary(bytes),
    }
}
