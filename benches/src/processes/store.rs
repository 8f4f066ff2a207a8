//! The service of one contender: it keeps the items that are put, and later returns some of them.

use std::ops::Range;
use std::sync::{Arc, RwLock};

use serde_json::{Value, json};

use crate::loopback::response;

/// What the service does.
pub(super) struct Store(RwLock<State>);

struct State {
    items: Vec<Value>,
    /// Whether puts are kept. They are not while they are measured.
    is_open: bool,
    get: Arc<[u8]>,
    query: Arc<[u8]>,
    write: Arc<[u8]>,
}

const LOCK: &str = "nobody panics with the lock";

impl Default for Store {
    fn default() -> Self {
        let empty = response("{}");
        let [get, query, write] = [0; 3].map(|_| Arc::clone(&empty));
        Store(RwLock::new(State { items: Vec::new(), is_open: true, get, query, write }))
    }
}

impl Store {
    /// Ends the writing.
    pub(super) fn keep(&self) {
        self.0.write().expect(LOCK).is_open = false;
    }

    /// Makes these of the items the answer to queries, and the first of them that to gets.
    pub(super) fn answer_with(&self, range: Range<usize>) {
        let mut state = self.0.write().expect(LOCK);
        let items = &state.items[range];
        let (count, first) = (items.len(), &items[0]);
        let query = json!({ "Count": count, "Items": items, "ScannedCount": count });
        let (get, query) = (response(&json!({ "Item": first }).to_string()), response(&query.to_string()));
        (state.get, state.query) = (get, query);
    }

    /// Answers a request.
    pub(super) fn answer(&self, request: &[u8]) -> Arc<[u8]> {
        let (operation, body) = parts(request);
        let state = self.0.read().expect(LOCK);
        match operation {
            "GetItem" => Arc::clone(&state.get),
            "Query" => Arc::clone(&state.query),
            "PutItem" if state.is_open => {
                let answer = Arc::clone(&state.write);
                drop(state);
                let mut body: Value = serde_json::from_slice(body).expect("the body is JSON");
                self.0.write().expect(LOCK).items.push(body["Item"].take());
                answer
            }
            "PutItem" => Arc::clone(&state.write),
            _ => panic!("no case sends {operation}"),
        }
    }
}

/// Returns the operation and the body of a request.
fn parts(request: &[u8]) -> (&str, &[u8]) {
    let end = request.windows(4).position(|window| window == b"\r\n\r\n").expect("a request has a head");
    let head = std::str::from_utf8(&request[..end]).expect("the head is text");
    let headers = head.lines().filter_map(|line| line.split_once(':'));
    let target = headers.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("x-amz-target"));
    let (_, target) = target.expect("a request names its operation");
    (target.rsplit_once('.').expect("the version comes first").1, &request[end + 4..])
}
