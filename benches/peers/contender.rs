//! The protocol between the benches and a contender that runs in a process of its own, for contenders in Rust. The benches are
//! `benches/src/processes.rs`.
//!
//! A line on standard input is a command, and each has one line as its answer:
//!
//! * `write ORDERS` puts each of these orders, a JSON array, with a request of its own. The answer is `written`.
//! * `check CASE` runs the case once. The answer is a JSON array of the orders that it read.
//! * `run CASE COUNT` runs the case `COUNT` times. The answer is the CPU time of all threads of the process, in nanoseconds.

use std::io::{self, BufRead as _, Write as _};

use cpu_time::ProcessTime;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The order that all contenders store, as the benches define it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) customer: String,
    pub(crate) number: u32,
    pub(crate) reference: String,
    pub(crate) status: String,
    pub(crate) amount: f64,
    pub(crate) quantity: u32,
    pub(crate) version: u64,
    pub(crate) created_at: i64,
    pub(crate) paid: bool,
    pub(crate) tags: Vec<String>,
    pub(crate) address: Address,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Address {
    pub(crate) street: String,
    pub(crate) city: String,
    pub(crate) zip: String,
    pub(crate) country: String,
}

/// The key of every single order.
pub(crate) const CUSTOMER: &str = "c-20931";
pub(crate) const NUMBER: u32 = 7;

/// The cases and what a contender does in them.
pub(crate) trait Contender {
    /// The contender's own struct.
    type Order;

    fn own(order: Order) -> Self::Order;
    fn order(own: Self::Order) -> Order;

    fn put(&mut self, order: &Self::Order);
    fn get(&mut self) -> Self::Order;
    /// Queries the orders of the customer.
    fn query(&mut self) -> Vec<Self::Order>;
}

/// Converts between the order and the struct of a contender, which has the same fields. It is never measured.
pub(crate) fn converted<A: Serialize, B: DeserializeOwned>(from: A) -> B {
    let json = serde_json::to_value(from).expect("JSON");
    serde_json::from_value(json).expect("both structs have the same fields")
}

/// Obeys the commands until standard input ends.
pub(crate) fn serve<C: Contender>(mut contender: C) {
    let mut last = None;
    for line in io::stdin().lock().lines() {
        let line = line.expect("a line");
        let (command, rest) = line.split_once(' ').expect("a command and its arguments");
        let answer = match command {
            "write" => {
                let orders: Vec<Order> = serde_json::from_str(rest).expect("orders");
                for order in orders {
                    contender.put(last.insert(C::own(order)));
                }
                "written".to_owned()
            }
            "check" => {
                let own = run(&mut contender, rest, last.as_ref());
                let orders: Vec<Order> = own.into_iter().map(C::order).collect();
                serde_json::to_string(&orders).expect("JSON")
            }
            "run" => {
                let (case, count) = rest.rsplit_once(' ').expect("a case and a number");
                let count: u32 = count.parse().expect("a number");
                let start = ProcessTime::now();
                for _ in 0..count {
                    drop(run(&mut contender, case, last.as_ref()));
                }
                start.elapsed().as_nanos().to_string()
            }
            _ => panic!("{command} is not a command"),
        };
        println!("{answer}");
        io::stdout().flush().expect("standard output is open");
    }
}

fn run<C: Contender>(contender: &mut C, case: &str, last: Option<&C::Order>) -> Vec<C::Order> {
    match case {
        "put" => {
            contender.put(last.expect("an order was written"));
            Vec::new()
        }
        "get" => vec![contender.get()],
        "query" => contender.query(),
        _ => panic!("{case} is not a case"),
    }
}
