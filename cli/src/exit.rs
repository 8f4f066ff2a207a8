/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// It did what was asked.
    Done,
    /// It failed; standard error says why.
    Failed,
    /// It ran to its end, and the answer is no: `ttl verify` has seen no deletion yet, `table verify` found differences.
    Unmet,
    /// The arguments make no sense; nothing was sent. `EX_USAGE` of `sysexits.h`, since 2 has another meaning here.
    Usage,
    /// It was interrupted (Ctrl-C, `SIGTERM`), and has put in order what it had begun.
    Interrupted,
}

impl Exit {
    /// The exit code of the process.
    pub fn code(self) -> i32 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Unmet => 2,
            Exit::Usage => 64,
            Exit::Interrupted => 130,
        }
    }
}

/// What `--help` says of them.
pub(crate) const HELP: &str = "\
Exit codes:
  0    done
  1    failed; standard error says why
  2    `ttl verify`: not deleted yet; `table verify`: differences found
  64   wrong arguments; nothing was sent
  130  interrupted

Credentials, the region and the endpoint come from AWS's own variables and files, unless options say otherwise.
Results go to standard output, with --json as one JSON document; progress and errors go to standard error.";
