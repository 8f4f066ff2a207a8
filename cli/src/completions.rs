//! `singlet completions`: the script that completes commands and options in a shell.

use std::io::Write as _;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::output::unwritable;
use crate::{Arguments, Exit, Failure, Output};

/// `singlet completions`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
The script goes to standard output. For example, for bash and for fish:

  singlet completions bash > ~/.local/share/bash-completion/completions/singlet
  singlet completions fish > ~/.config/fish/completions/singlet.fish")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "singlet", &mut script);
        output.data().write_all(&script).map_err(unwritable)?;
        Ok(Exit::Done)
    }
}
