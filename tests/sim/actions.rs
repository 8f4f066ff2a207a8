//! What the simulated clients do, step by step.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use singlet::kv::KeyValueStore;
use singlet::{Client, ErrorKind, Model as _, Result, transact_write};

use crate::history::{Answer, Call};
use crate::models::{Account, Job, Note, Record, Session, User};
use crate::plan::{Action, Step};
use crate::world::{Group, Verdict, World, is_refusal};

/// What one client remembers from step to step.
#[derive(Default)]
struct Memory {
    accounts: BTreeMap<u8, Account>,
    locks: BTreeSet<u8>,
}

impl World {
    pub(crate) async fn act(&self, me: usize, steps: Vec<Step>) {
        let mut memory = Memory::default();
        for step in steps {
            self.network.begin(me, step.number);
            self.step(&step, &mut memory).await;
        }
        self.network.leave(me);
    }

    async fn step(&self, step: &Step, memory: &mut Memory) {
        match step.action {
            Action::CreateAccount(id) => self.create_account(step, id, memory).await,
            Action::SaveAccount(id) if memory.accounts.contains_key(&id) => self.save_account(step, id, memory).await,
            Action::ModifyAccount(id) if memory.accounts.contains_key(&id) => {
                self.modify_account(step, id, memory).await;
            }
            Action::DeleteAccount(id) if memory.accounts.contains_key(&id) => {
                self.delete_account(step, id, memory).await;
            }
            Action::Transfer(from, to) if memory.accounts.contains_key(&from) && memory.accounts.contains_key(&to) => {
                self.transfer(step, from, to, memory).await;
            }
            Action::Transfer(id, other) if memory.accounts.contains_key(&id) => {
                self.get_account(step, other, memory).await;
            }
            Action::GetAccount(id)
            | Action::SaveAccount(id)
            | Action::ModifyAccount(id)
            | Action::DeleteAccount(id)
            | Action::Transfer(id, _) => self.get_account(step, id, memory).await,
            Action::Join(user, name) => self.join(step, user, name).await,
            Action::Rename(user, name) => self.rename(step, user, name).await,
            Action::Leave(user) => self.leave_users(step, user).await,
            Action::FindUser(user) => self.find_user(step, user).await,
            Action::Claim(id) => self.claim(step, id).await,
            Action::FindJob(id) => self.find_job(step, id).await,
            Action::Lock(id) if !memory.locks.contains(&id) => self.lock(step, id, memory).await,
            Action::Lock(id) | Action::FindLock(id) => self.find_lock(step, id).await,
            Action::PutNote(_) | Action::SetNote(_) | Action::PutNotes(_) | Action::EraseNote(_) | Action::GetNotes => {
                self.note(step).await;
            }
            Action::Open(_) | Action::Visit(_) | Action::Extend(_) => self.session(step).await,
            Action::Remember(_) | Action::Edit(_) | Action::Recall(_) | Action::Forget(_) => self.cache(step).await,
            Action::Wait => self.clock.advance(Duration::from_secs(100)),
        }
    }

    fn client(&self, step: &Step) -> &Client {
        &self.clients[step.client]
    }

    /// Checks that the local value is unchanged unless the write was acknowledged.
    fn judge_local<T: PartialEq + std::fmt::Debug>(&self, step: &Step, verdict: Verdict, local: &T, before: &T) {
        if verdict != Verdict::Done && local != before {
            self.violated(step, &format!("the local value was {before:?} and is {local:?} after {verdict:?}"));
        }
    }

    async fn create_account(&self, step: &Step, id: u8, memory: &mut Memory) {
        let mut account = Account { id, version: 0, number: 0, tag: step.number };
        let before = account.clone();
        let call = self.call(Group::Accounts, Call::Create(id));
        let outcome = self.attempt(step.client, account.create().client(self.client(step))).await;
        let verdict = self.judge(step, outcome.as_ref(), "PutItem");
        self.judge_local(step, verdict, &account, &before);
        self.answer_verdict(call, verdict);
        if verdict == Verdict::Done {
            memory.accounts.insert(id, account);
        }
    }

    async fn get_account(&self, step: &Step, id: u8, memory: &mut Memory) {
        let call = self.call(Group::Accounts, Call::Get(id));
        let outcome = self.attempt(step.client, Account::get(id).consistent().client(self.client(step))).await;
        self.judge_read(step, outcome.as_ref());
        match outcome {
            Some(Ok(found)) => {
                let seen = found.as_ref().map(|account| (account.version, account.number));
                self.answer(call, Answer::Account(seen));
                memory.accounts.remove(&id);
                memory.accounts.extend(found.map(|account| (id, account)));
            }
            _ => self.answer(call, Answer::Failed),
        }
    }

    async fn save_account(&self, step: &Step, id: u8, memory: &mut Memory) {
        let Some(mut account) = memory.accounts.remove(&id) else { return };
        let number = 100 + u64::from(step.number);
        let call = self.call(Group::Accounts, Call::Save { id, version: account.version, number });
        (account.number, account.tag) = (number, step.number);
        let before = account.clone();
        let outcome = self.attempt(step.client, account.save().client(self.client(step))).await;
        let verdict = self.judge(step, outcome.as_ref(), "PutItem");
        self.judge_local(step, verdict, &account, &before);
        self.answer_verdict(call, verdict);
        if verdict == Verdict::Done {
            memory.accounts.insert(id, account);
        }
    }

    async fn modify_account(&self, step: &Step, id: u8, memory: &mut Memory) {
        let Some(mut account) = memory.accounts.remove(&id) else { return };
        let before = account.clone();
        let call = self.call(Group::Accounts, Call::Add { id, version: account.version });
        let modify = account.modify().add(|a| a.number, 1).set(|a| a.tag, step.number);
        let outcome = self.attempt(step.client, modify.client(self.client(step))).await;
        let verdict = self.judge(step, outcome.as_ref(), "UpdateItem");
        self.judge_local(step, verdict, &account, &before);
        if verdict != Verdict::Done {
            return self.answer_verdict(call, verdict);
        }
        self.answer(call, Answer::Account(Some((account.version, account.number))));
        if (account.id, account.tag) != (id, step.number) {
            self.violated(step, &format!("{before:?} became {account:?}"));
        }
        memory.accounts.insert(id, account);
    }

    async fn delete_account(&self, step: &Step, id: u8, memory: &mut Memory) {
        let Some(account) = memory.accounts.remove(&id) else { return };
        let delete = Call::Delete { id, version: account.version };
        let (call, again) = (self.call(Group::Accounts, delete.clone()), self.call(Group::Accounts, delete));
        let outcome = self.attempt(step.client, account.delete().client(self.client(step))).await;
        let verdict = self.judge(step, outcome.as_ref(), "DeleteItem");
        self.answer_verdict(call, verdict);
        // A lost response makes the SDK send it again. The second request deletes what another client has created since
        // then, if it has the same version. It is a call of its own, which the naive model must allow.
        let deleted = self.network.deliveries(step.number).applied.len();
        self.answer(again, if deleted > 1 { Answer::Done } else { Answer::Failed });
    }

    async fn transfer(&self, step: &Step, from: u8, to: u8, memory: &mut Memory) {
        let (Some(mut a), Some(mut b)) = (memory.accounts.remove(&from), memory.accounts.remove(&to)) else { return };
        let before = (a.clone(), b.clone());
        let call = self.call(Group::Accounts, Call::Transfer { from: (from, a.version), to: (to, b.version) });
        let transaction = transact_write()
            .write(a.modify().subtract(|a| a.number, 1).when(|a| a.number.ge(1)))
            .write(b.modify().add(|b| b.number, 1));
        let outcome = self.attempt(step.client, transaction.client(self.client(step))).await;
        let verdict = self.judge(step, outcome.as_ref(), "TransactWriteItems");
        // After the commit, the transaction reads the new items. If only that read fails, the values may already be new.
        if matches!(verdict, Verdict::Refused | Verdict::Failed) {
            self.judge_local(step, verdict, &(a, b), &before);
        }
        self.answer_verdict(call, verdict);
    }

    async fn join(&self, step: &Step, user: u8, name: u8) {
        let mut value = User { id: user, name: format!("name-{name}") };
        let before = value.clone();
        let call = self.call(Group::Users, Call::Join { user, name });
        let outcome = self.attempt(step.client, value.create().client(self.client(step))).await;
        let verdict = self.judge(step, outcome.as_ref(), "TransactWriteItems");
        self.judge_local(step, verdict, &value, &before);
        self.answer_verdict(call, verdict);
    }

    async fn rename(&self, step: &Step, user: u8, name: u8) {
        let call = self.call(Group::Users, Call::Rename { user, name });
        let update = User::update(user).set(|u| u.name, format!("name-{name}")).return_nothing();
        let outcome = self.attempt(step.client, update.client(self.client(step))).await;
        let verdict = self.judge(step, outcome.as_ref(), "TransactWriteItems");
        self.answer_verdict(call, refused_as(verdict, outcome.as_ref(), &[ErrorKind::NotFound, ErrorKind::NotUnique]));
    }

    async fn leave_users(&self, step: &Step, user: u8) {
        let call = self.call(Group::Users, Call::Leave(user));
        let outcome = self.attempt(step.client, User::delete_by_key(user).client(self.client(step))).await;
        let verdict = self.judge(step, outcome.as_ref(), "TransactWriteItems");
        self.answer_verdict(call, refused_as(verdict, outcome.as_ref(), &[]));
    }

    async fn find_user(&self, step: &Step, user: u8) {
        let call = self.call(Group::Users, Call::FindUser(user));
        let outcome = self.attempt(step.client, User::get(user).consistent().client(self.client(step))).await;
        self.judge_read(step, outcome.as_ref());
        match outcome {
            Some(Ok(found)) => {
                let name = found.map(|user| user.name.trim_start_matches("name-").parse().unwrap());
                self.answer(call, Answer::Name(name));
            }
            _ => self.answer(call, Answer::Failed),
        }
    }

    async fn claim(&self, step: &Step, id: u8) {
        let owner = step.number as usize;
        let call = self.call(Group::Jobs, Call::Claim { id, owner });
        let update = Job::update(id).set(|j| j.state, "running").set(|j| j.owner, u64::from(step.number));
        let update = update.when(|j| j.state.eq("queued")).return_nothing();
        let outcome = self.attempt(step.client, update.client(self.client(step))).await;
        let verdict = self.judge(step, outcome.as_ref(), "UpdateItem");
        self.answer_verdict(call, verdict);
    }

    async fn find_job(&self, step: &Step, id: u8) {
        let call = self.call(Group::Jobs, Call::FindOwner(id));
        let outcome = self.attempt(step.client, Job::get(id).consistent().client(self.client(step))).await;
        self.judge_read(step, outcome.as_ref());
        match outcome {
            Some(Ok(Some(job))) => {
                self.answer(call, Answer::Owner(job.owner.map(|owner| usize::try_from(owner).unwrap())));
            }
            _ => self.answer(call, Answer::Failed),
        }
    }

    async fn lock(&self, step: &Step, id: u8, memory: &mut Memory) {
        let store = KeyValueStore::new(self.client(step).clone());
        let call = self.call(Group::Locks, Call::Claim { id, owner: step.number as usize });
        let put = store.put(format!("lock/{id}"), &step.number).if_absent();
        let outcome = self.attempt(step.client, put).await;
        let verdict = self.judge(step, outcome.as_ref(), "PutItem");
        self.answer_verdict(call, verdict);
        if verdict == Verdict::Done {
            memory.locks.insert(id);
        }
    }

    async fn find_lock(&self, step: &Step, id: u8) {
        let store = KeyValueStore::new(self.client(step).clone());
        let call = self.call(Group::Locks, Call::FindOwner(id));
        let key = format!("lock/{id}");
        let outcome = self.attempt(step.client, Box::pin(store.get::<usize>(&key))).await;
        self.judge_read(step, outcome.as_ref());
        match outcome {
            Some(Ok(owner)) => self.answer(call, Answer::Owner(owner)),
            _ => self.answer(call, Answer::Failed),
        }
    }

    async fn note(&self, step: &Step) {
        let client = self.client(step);
        match step.action {
            Action::PutNote(id) => {
                let mut note = Note::of(id, step.number);
                let outcome = self.attempt(step.client, note.save().client(client)).await;
                let verdict = self.judge(step, outcome.as_ref(), "PutItem");
                self.expect_no_refusal(step, verdict);
                self.judge_local(step, verdict, &note, &Note::of(id, step.number));
            }
            Action::SetNote(id) => {
                let upsert = Note::upsert(id).set(|n| n.text, step.number.to_string()).set(|n| n.tag, step.number);
                let outcome = self.attempt(step.client, upsert.client(client)).await;
                let verdict = self.judge(step, outcome.as_ref(), "UpdateItem");
                self.expect_no_refusal(step, verdict);
                if let Some(Ok(note)) = outcome
                    && note != Note::of(id, step.number)
                {
                    self.violated(step, &format!("the upsert returned {note:?}"));
                }
            }
            Action::EraseNote(id) => {
                let outcome = self.attempt(step.client, Note::delete_by_key(id).client(client)).await;
                let verdict = self.judge(step, outcome.as_ref(), "DeleteItem");
                self.expect_no_refusal(step, verdict);
            }
            Action::PutNotes(first) => {
                let notes: Vec<Note> = (0..3).map(|n| Note::of(5 + (first + n) % 5, step.number)).collect();
                let outcome = self.attempt(step.client, singlet::batch_write().put_all(&notes).client(client)).await;
                let verdict = self.judge(step, outcome.as_ref(), "BatchWriteItem");
                self.expect_no_refusal(step, verdict);
            }
            _ => {
                let outcome = self.attempt(step.client, Note::batch_get(0..10).client(client)).await;
                self.judge_read(step, outcome.as_ref());
                let found = outcome.and_then(Result::ok).into_iter().flatten().flatten();
                for note in found.filter(|note| *note != Note::of(note.id, note.tag)) {
                    self.violated(step, &format!("nobody has written {note:?}"));
                }
            }
        }
    }

    fn expect_no_refusal(&self, step: &Step, verdict: Verdict) {
        if verdict == Verdict::Refused {
            self.violated(step, "a write without a condition was refused by one");
        }
    }

    async fn session(&self, step: &Step) {
        let client = self.client(step);
        match step.action {
            Action::Open(id) => {
                let upsert = Session::upsert(id).set(|s| s.hits, step.number);
                let outcome = self.attempt(step.client, upsert.client(client)).await;
                self.judge(step, outcome.as_ref(), "UpdateItem");
            }
            Action::Extend(id) => {
                let update = Session::update(id).set(|s| s.hits, step.number).return_nothing();
                let outcome = self.attempt(step.client, update.client(client)).await;
                self.judge(step, outcome.as_ref(), "UpdateItem");
            }
            Action::Visit(id) => {
                let began = self.clock.now();
                let outcome = self.attempt(step.client, Session::get(id).client(client)).await;
                self.judge_read(step, outcome.as_ref());
                if let Some(Ok(Some(session))) = outcome
                    && session.expires_at.is_none_or(|expires_at| expires_at.epoch_seconds() <= began)
                {
                    self.violated(step, &format!("an expired session was returned: {session:?}"));
                }
            }
            _ => unreachable!("another action"),
        }
    }

    async fn cache(&self, step: &Step) {
        let cache = &self.caches[step.client];
        let failed = match step.action {
            Action::Remember(key) => {
                let (key, record) = (format!("k{key}"), Record::of(step.number));
                self.attempt(step.client, cache.set_record(&key, &record)).await.and_then(Result::err)
            }
            Action::Edit(key) => {
                let key = format!("k{key}");
                let edit = Box::pin(cache.update_record_field(&key, "step", &step.number));
                self.attempt(step.client, edit).await.and_then(Result::err)
            }
            Action::Forget(key) => {
                let key = format!("k{key}");
                self.attempt(step.client, Box::pin(cache.delete_record(&key))).await.and_then(Result::err)
            }
            Action::Recall(key) => {
                let key = format!("k{key}");
                self.attempt(step.client, Box::pin(cache.get_record::<Record>(&key))).await.and_then(Result::err)
            }
            _ => unreachable!("another action"),
        };
        // A conflict needs no fault: other clients may change the record at each attempt.
        if let Some(error) = failed.filter(|error| error.kind() != ErrorKind::TransactionConflict) {
            self.judge_kind(step, &error, &self.network.deliveries(step.number).faults);
        }
    }
}

/// Treats a refusal of another kind as a failure. It means that other clients were faster at each attempt, and says nothing
/// about the condition.
fn refused_as<T>(verdict: Verdict, outcome: Option<&Result<T>>, kinds: &[ErrorKind]) -> Verdict {
    match outcome {
        Some(Err(error)) if is_refusal(error.kind()) && !kinds.contains(&error.kind()) => Verdict::Failed,
        _ => verdict,
    }
}
