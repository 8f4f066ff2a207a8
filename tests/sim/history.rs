//! The calls of the clients and their answers, which are checked for linearizability against a naive model.

use std::collections::BTreeMap;

use stateright::semantics::{ConsistencyTester as _, LinearizabilityTester, SequentialSpec};

/// A call of a client.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Call {
    Create(u8),
    Get(u8),
    /// Stores this number on the condition that the version is the expected one.
    Save {
        id: u8,
        version: u64,
        number: u64,
    },
    /// Adds one, on the same condition, and returns the new account.
    Add {
        id: u8,
        version: u64,
    },
    Delete {
        id: u8,
        version: u64,
    },
    /// Moves one between two accounts, of which both must have the expected version.
    Transfer {
        from: (u8, u64),
        to: (u8, u64),
    },
    Join {
        user: u8,
        name: u8,
    },
    Rename {
        user: u8,
        name: u8,
    },
    Leave(u8),
    FindUser(u8),
    Claim {
        id: u8,
        owner: usize,
    },
    FindOwner(u8),
}

/// The answer to a call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Done,
    Refused,
    /// The call failed for a reason other than its condition, and reports that it changed nothing.
    Failed,
    Account(Option<(u64, u64)>),
    Name(Option<u8>),
    Owner(Option<usize>),
}

/// The naive model: accounts with versions, users with unique names, and things that have at most one owner.
#[derive(Debug, Clone, Default)]
pub(crate) struct Store {
    pub(crate) accounts: BTreeMap<u8, (u64, u64)>,
    users: BTreeMap<u8, u8>,
    owners: BTreeMap<u8, usize>,
}

impl Store {
    fn has_version(&self, id: u8, version: u64) -> bool {
        self.accounts.get(&id).is_some_and(|(stored, _)| *stored == version)
    }

    fn is_taken(&self, name: u8, except: u8) -> bool {
        self.users.iter().any(|(user, taken)| *taken == name && *user != except)
    }
}

impl SequentialSpec for Store {
    type Op = Call;
    type Ret = Answer;

    fn invoke(&mut self, call: &Call) -> Answer {
        let is_done = match *call {
            Call::Create(id) => {
                let is_new = !self.accounts.contains_key(&id);
                self.accounts.entry(id).or_insert((1, 0));
                is_new
            }
            Call::Get(id) => return Answer::Account(self.accounts.get(&id).copied()),
            Call::Save { id, version, number } if self.has_version(id, version) => {
                self.accounts.insert(id, (version + 1, number));
                true
            }
            Call::Add { id, version } if self.has_version(id, version) => {
                let added = (version + 1, self.accounts[&id].1 + 1);
                self.accounts.insert(id, added);
                return Answer::Account(Some(added));
            }
            Call::Delete { id, version } => {
                let is_done = !self.accounts.contains_key(&id) || self.has_version(id, version);
                if is_done {
                    self.accounts.remove(&id);
                }
                is_done
            }
            Call::Transfer { from, to } => {
                let is_done =
                    self.has_version(from.0, from.1) && self.has_version(to.0, to.1) && self.accounts[&from.0].1 > 0;
                if is_done {
                    self.accounts.insert(from.0, (from.1 + 1, self.accounts[&from.0].1 - 1));
                    self.accounts.insert(to.0, (to.1 + 1, self.accounts[&to.0].1 + 1));
                }
                is_done
            }
            Call::Join { user, name } => {
                let is_done = !self.users.contains_key(&user) && !self.is_taken(name, user);
                if is_done {
                    self.users.insert(user, name);
                }
                is_done
            }
            Call::Rename { user, name } => {
                let is_done = self.users.contains_key(&user) && !self.is_taken(name, user);
                if is_done {
                    self.users.insert(user, name);
                }
                is_done
            }
            Call::Leave(user) => {
                self.users.remove(&user);
                true
            }
            Call::FindUser(user) => return Answer::Name(self.users.get(&user).copied()),
            Call::Claim { id, owner } => {
                let is_free = !self.owners.contains_key(&id);
                self.owners.entry(id).or_insert(owner);
                is_free
            }
            Call::FindOwner(id) => return Answer::Owner(self.owners.get(&id).copied()),
            Call::Save { .. } | Call::Add { .. } => false,
        };
        if is_done { Answer::Done } else { Answer::Refused }
    }

    fn is_valid_step(&mut self, call: &Call, answer: &Answer) -> bool {
        *answer == Answer::Failed || self.invoke(call) == *answer
    }
}

/// The calls about one group of things. A call without an answer may have happened at any time, or never.
pub(crate) struct History {
    tester: LinearizabilityTester<usize, Store>,
    next: usize,
    lines: Vec<String>,
}

impl History {
    pub(crate) fn new(store: Store) -> Self {
        History { tester: LinearizabilityTester::new(store), next: 0, lines: Vec::new() }
    }

    /// Records a call, and returns its number. Each call is a thread of its own, as far as the tester is concerned,
    /// because the calls of one client are in order by their times.
    pub(crate) fn call(&mut self, call: Call) -> usize {
        let number = self.next;
        self.next += 1;
        self.lines.push(format!("{number}: {call:?}"));
        self.tester.on_invoke(number, call).unwrap();
        number
    }

    pub(crate) fn answer(&mut self, number: usize, answer: Answer) {
        self.lines.push(format!("{number}: -> {answer:?}"));
        self.tester.on_return(number, answer).unwrap();
    }

    /// Returns the history if no order of its calls explains all answers.
    pub(crate) fn violation(&self) -> Option<String> {
        (!self.tester.is_consistent()).then(|| format!("no order explains these answers:\n{}", self.lines.join("\n")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_happens_twice_is_found() {
        let mut history = History::new(Store { accounts: BTreeMap::from([(0, (1, 0))]), ..Store::default() });
        let add = history.call(Call::Add { id: 0, version: 1 });
        let get = history.call(Call::Get(0));
        // A call without an answer may have been executed, but only once.
        history.answer(get, Answer::Account(Some((2, 1))));
        assert_eq!(history.violation(), None);
        history.answer(add, Answer::Account(Some((2, 1))));
        assert_eq!(history.violation(), None);
        let get = history.call(Call::Get(0));
        history.answer(get, Answer::Account(Some((3, 2))));
        assert!(history.violation().unwrap().contains("Account(Some((3, 2)))"));
    }

    #[test]
    fn two_owners_are_found() {
        let mut history = History::new(Store::default());
        for owner in [1, 2] {
            let claim = history.call(Call::Claim { id: 0, owner });
            history.answer(claim, Answer::Done);
        }
        assert!(history.violation().is_some());
    }

    #[test]
    fn a_refusal_of_what_was_possible_is_found() {
        let mut history = History::new(Store::default());
        let join = history.call(Call::Join { user: 0, name: 0 });
        history.answer(join, Answer::Refused);
        assert!(history.violation().is_some());
    }
}
