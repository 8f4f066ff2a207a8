//! The binary `singlet`: arguments in, exit code out.

use clap::Parser as _;
use singlet_cli::{Arguments, Exit};

fn main() {
    let exit = match Arguments::try_parse() {
        Ok(arguments) => singlet_cli::main(&arguments),
        Err(message) => {
            let exit = if message.use_stderr() { Exit::Usage } else { Exit::Done };
            // If this fails, there is no other way to report it.
            let _ = message.print();
            exit
        }
    };
    // Returning instead would wait for a thread that may be blocked reading standard input.
    std::process::exit(exit.code());
}
