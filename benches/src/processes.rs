//! Contenders in processes of their own: mappers whose dependencies exclude those of the benches, and mappers for Python. singlet
//! and code by hand run in processes, too, so that all are measured in the same way.
//!
//! Each has a server of its own on the loopback interface and reads what it has written, because some mappers store an order in
//! another form. [`contender`] describes the protocol.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::Duration;

use crate::order::Order;
use crate::rounds::Timed;
use crate::{BY_HAND, DYNOMITE, PYDYNOX, PYNAMODB, SINGLET, TOASTY, loopback};
use store::Store;

#[path = "../peers/contender.rs"]
mod contender;
mod own;
mod store;

/// The first argument of the processes of singlet and of code by hand.
pub const CHILD: &str = "--contender";

const OBEYS: &str = "the contender obeys the protocol";

/// A row of the table.
pub struct Case {
    pub name: &'static str,
    pub items: usize,
    /// The name of the case in the protocol.
    command: &'static str,
}

pub const CASES: [Case; 4] = [
    Case { name: "process: get 1 KB", items: 1, command: "get" },
    Case { name: "process: put 1 KB", items: 1, command: "put" },
    Case { name: "process: query of 1 item", items: 1, command: "query" },
    Case { name: "process: query of 100 items", items: SMALL as usize, command: "query" },
];

/// How many small orders each contender writes. A large one follows them.
const SMALL: u32 = 100;

/// A contender in a process.
pub struct Contender {
    pub name: &'static str,
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    store: Arc<Store>,
    command: &'static str,
}

/// Runs one of the contenders that are in this program.
pub fn child(name: &str, endpoint: &str) -> ExitCode {
    match name {
        SINGLET => contender::serve(own::Singlet::new(endpoint)),
        BY_HAND => contender::serve(own::ByHand::new(endpoint)),
        _ => return ExitCode::FAILURE,
    }
    ExitCode::SUCCESS
}

/// Starts all contenders that `compare.sh` was able to build, and prints which are left out. Each writes the same orders.
pub fn start() -> Vec<Contender> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let built = |name: &str| folder.join("target/peers/release").join(name);
    let python = folder.join("target/peers/python/bin/python");
    let this = std::env::current_exe().expect("this program has a path");
    let script = folder.join("peers/python/contender.py").into_os_string().into_string().expect("a path in UTF-8");
    let programs: [(&str, PathBuf, Vec<&str>); 6] = [
        (SINGLET, this.clone(), vec![CHILD, SINGLET]),
        (BY_HAND, this, vec![CHILD, BY_HAND]),
        (TOASTY, built("singlet-benches-toasty"), vec![]),
        (DYNOMITE, built("singlet-benches-dynomite"), vec![]),
        (PYDYNOX, python.clone(), vec![&script, PYDYNOX]),
        (PYNAMODB, python, vec![&script, PYNAMODB]),
    ];
    let (exist, missing): (Vec<_>, Vec<_>) = programs.into_iter().partition(|(_, program, _)| program.exists());
    for (name, ..) in missing {
        eprintln!("{name} is left out: it was not built");
    }
    let mut contenders: Vec<_> =
        exist.iter().map(|(name, program, rest)| Contender::start(name, program, rest)).collect();
    contenders.iter_mut().for_each(Contender::write);
    contenders
}

impl Contender {
    fn start(name: &'static str, program: &Path, arguments: &[&str]) -> Self {
        let store = Arc::new(Store::default());
        let answering = Arc::clone(&store);
        let port = loopback::serve(None, Arc::new(move |request| answering.answer(request)));
        let mut process = Command::new(program)
            .args(arguments)
            .arg(format!("http://127.0.0.1:{port}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the contender starts");
        let input = process.stdin.take().expect("it is piped");
        let output = BufReader::new(process.stdout.take().expect("it is piped"));
        Contender { name, process, input, output, store, command: CASES[0].command }
    }

    fn write(&mut self) {
        let small = (0..SMALL).map(Order::small);
        let orders: Vec<_> = small.chain([Order::large(contender::NUMBER)]).collect();
        let orders = serde_json::to_string(&orders).expect("JSON");
        assert_eq!(self.obey(&format!("write {orders}")), "written", "{}", self.name);
        self.store.keep();
    }

    /// Selects what is measured, and asserts that the contender reads the orders that it has written.
    pub fn prepare(&mut self, case: &Case) {
        self.command = case.command;
        let large = SMALL as usize;
        let expected = match case.command {
            "get" => vec![Order::large(contender::NUMBER)],
            "put" => vec![],
            _ if case.items == 1 => vec![Order::large(contender::NUMBER)],
            _ => (0..SMALL).map(Order::small).collect(),
        };
        self.store.answer_with(if case.items == 1 { large..large + 1 } else { 0..large });
        let answer = self.obey(&format!("check {}", case.command));
        let read: Vec<Order> = serde_json::from_str(&answer).expect(OBEYS);
        assert_eq!(read, expected, "{}: {}", self.name, case.name);
    }

    /// Sends a command and returns the answer.
    fn obey(&mut self, command: &str) -> String {
        writeln!(self.input, "{command}").expect(OBEYS);
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect(OBEYS);
        assert!(answer.ends_with('\n'), "{} has stopped", self.name);
        answer.truncate(answer.len() - 1);
        answer
    }
}

impl Timed for Contender {
    /// The process also reads the command and writes the answer.
    const SAMPLE: Duration = Duration::from_millis(20);

    fn time(&mut self, runs: u32) -> Duration {
        let answer = self.obey(&format!("run {} {runs}", self.command));
        Duration::from_nanos(answer.parse().expect(OBEYS))
    }
}

impl Drop for Contender {
    fn drop(&mut self) {
        // It may have stopped already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
