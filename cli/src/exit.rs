//! The exit codes, which scripts depend on.

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// The command succeeded.
    Done,
    /// The command failed. The reason is on standard error.
    Failed,
    /// The command completed with a negative result: `ttl verify` saw no deletion yet, or `table verify` found
    /// differences.
    Unmet,
    /// The arguments are invalid, and no request was sent.
    Usage,
    /// The command was interrupted by Ctrl-C or `SIGTERM`, and has cleaned up.
    Interrupted,
}

impl Exit {
    /// The exit code of the process.
    pub fn code(self) -> i32 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Unmet => 2,
            // `EX_USAGE` of `sysexits.h`, because clap's usual 2 has another meaning here.
            Exit::Usage => 64,
            Exit::Interrupted => 130,
        }
    }
}

/// The end of `--help`.
pub(crate) const HELP: &str = "\
Exit codes:
  0    success
  1    failure; the reason is on standard error
  2    `ttl verify`: not deleted yet; `table verify`: differences found
  64   invalid arguments; no request was sent
  130  interrupted

Credentials, region and endpoint come from AWS's own variables and files; options override them.
Results go to standard output, as one JSON document with --json. Progress and errors go to standard error.";
