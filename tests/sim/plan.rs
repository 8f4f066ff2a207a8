//! What the clients do and which faults they meet. Both depend only on the seed.

use std::fmt;

/// A small generator of random numbers (`SplitMix64`). A seed that failed once must give the same history for ever, which no
/// library promises.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn small(&mut self, limit: u8) -> u8 {
        u8::try_from(self.below(u64::from(limit))).unwrap()
    }
}

/// What happens to a request on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The connection breaks before the service receives the request.
    ResetBefore,
    /// The connection breaks after the service has executed the request.
    ResetAfter,
    Throttled,
    Denied,
    /// Another transaction is in progress on the item.
    Conflict,
    ServerError,
    /// The service executes the request and reports an internal error.
    AppliedServerError,
    /// Half of the response is lost.
    Truncated,
    /// The service receives the request twice.
    Duplicated,
    /// The service leaves a part of a batch unprocessed.
    Unprocessed,
    /// The client drops the future, before or after the service has executed the request.
    DropBefore,
    DropAfter,
}

impl Fault {
    /// Returns the fault of a request. It depends on no other step, so it stays the same when a history is shortened.
    pub(crate) fn of(seed: u64, step: u32, request: u32, operation: &str) -> Self {
        use Fault::{
            AppliedServerError, Conflict, Denied, DropAfter, DropBefore, Duplicated, None, ResetAfter, ResetBefore,
            ServerError, Throttled, Truncated, Unprocessed,
        };
        const FAULTS: [Fault; 14] = [
            ResetBefore,
            ResetAfter,
            ResetAfter,
            ResetAfter,
            Throttled,
            Throttled,
            ServerError,
            AppliedServerError,
            Truncated,
            Duplicated,
            Denied,
            DropBefore,
            DropAfter,
            Unprocessed,
        ];
        let mut random = Random::new(seed ^ (u64::from(step) << 20) ^ (u64::from(request) << 50));
        random.next();
        let is_batch = operation.starts_with("Batch");
        match random.below(1_000) {
            // Pauses after conflicts take real time, so conflicts are rare.
            0..3 if !is_batch => Conflict,
            3..220 => match FAULTS[usize::try_from(random.below(14)).unwrap()] {
                Unprocessed if !is_batch => ResetAfter,
                Duplicated if is_batch => Unprocessed,
                fault => fault,
            },
            _ => None,
        }
    }

    /// Whether the client cannot know if the service executed a request with this fault.
    pub(crate) fn is_unknown(self) -> bool {
        use Fault::{AppliedServerError, ResetAfter, ResetBefore, ServerError, Truncated};
        matches!(self, ResetBefore | ResetAfter | ServerError | AppliedServerError | Truncated)
    }
}

/// One operation of a client. The numbers identify items and names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    CreateAccount(u8),
    GetAccount(u8),
    SaveAccount(u8),
    ModifyAccount(u8),
    DeleteAccount(u8),
    Transfer(u8, u8),
    Join(u8, u8),
    Rename(u8, u8),
    Leave(u8),
    FindUser(u8),
    Claim(u8),
    FindJob(u8),
    Lock(u8),
    FindLock(u8),
    PutNote(u8),
    SetNote(u8),
    PutNotes(u8),
    EraseNote(u8),
    GetNotes,
    Open(u8),
    Visit(u8),
    Extend(u8),
    Remember(u8),
    Edit(u8),
    Recall(u8),
    Forget(u8),
    Wait,
}

/// Accounts below this exist from the beginning. Each can be deleted, and created again with the first version.
pub(crate) const FIRST_NEW_ACCOUNT: u8 = 3;

impl Action {
    fn random(random: &mut Random) -> Self {
        let (a, b) = (random.small(5), random.small(4));
        match random.below(36) {
            0 => Self::CreateAccount(a),
            1..3 => Self::GetAccount(a),
            3..7 => Self::SaveAccount(a),
            7..11 => Self::ModifyAccount(a),
            11 => Self::DeleteAccount(a),
            12..15 => Self::Transfer(a, (a + 1 + b) % 5),
            15 => Self::Join(a % 3, b),
            16 => Self::Rename(a % 3, b),
            17 => Self::Leave(a % 3),
            18 => Self::FindUser(a % 3),
            19 => Self::Claim(a),
            20 => Self::FindJob(a),
            21 => Self::Lock(a % 3),
            22 => Self::FindLock(a % 3),
            23 => Self::PutNote(a),
            24 => Self::SetNote(a),
            25 => Self::PutNotes(a),
            26 => Self::EraseNote(a),
            27 => Self::GetNotes,
            28 => Self::Open(b),
            29 => Self::Visit(b),
            30 => Self::Extend(b),
            31 => Self::Remember(b),
            32 => Self::Edit(b),
            33 => Self::Recall(b),
            34 => Self::Forget(b),
            _ => Self::Wait,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) number: u32,
    pub(crate) client: usize,
    pub(crate) action: Action,
}

pub(crate) const CLIENTS: usize = 3;

/// The steps of a history, before they are run.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) steps: Vec<Step>,
}

impl Plan {
    pub(crate) fn new(seed: u64, steps: u32) -> Self {
        let mut random = Random::new(seed);
        let client = |random: &mut Random| usize::try_from(random.below(CLIENTS as u64)).unwrap();
        let step = |number| Step { number, client: client(&mut random), action: Action::random(&mut random) };
        Plan { seed, steps: (0..steps).map(step).collect() }
    }

    /// Removes steps while the plan still fails. The result fails only if it keeps all of its steps.
    pub(crate) fn minimized(mut self, fails: impl Fn(&Plan) -> bool) -> Self {
        let mut size = self.steps.len().div_ceil(2);
        loop {
            let mut at = 0;
            let mut is_shorter = false;
            while at < self.steps.len() {
                let mut shorter = self.clone();
                shorter.steps.drain(at..(at + size).min(self.steps.len()));
                if fails(&shorter) {
                    self = shorter;
                    is_shorter = true;
                } else {
                    at += size;
                }
            }
            match size {
                1 if !is_shorter => return self,
                1 => {}
                _ => size = size.div_ceil(2),
            }
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}", self.seed)?;
        self.steps
            .iter()
            .try_for_each(|step| writeln!(f, "  {:3} client {}: {:?}", step.number, step.client, step.action))
    }
}
