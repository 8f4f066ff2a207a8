//! The binary `singlet`: arguments in, exit code out.

use clap::Parser as _;
use singlet_cli::{Arguments, Exit};

fn main() {
    let exit = match Arguments::try_parse() {
        Ok(arguments) => singlet_cli::main(&arguments),
        Err(message) => {
            let exit = if message.use_stderr() { Exit::Usage } else { Exit::Done };
            // There is nobody left to tell when this cannot be written.
            let _ = message.print();
            exit
        }
    };
    // Not by returning: a read of standard input that is under way would be waited for.
    std::process::exit(exit.code());
}
