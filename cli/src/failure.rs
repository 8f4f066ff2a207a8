//! Errors of the tool: one line with all causes, for people.
//!
//! A failure never shows the value of an item, even if DynamoDB's message does.

use std::error::Error as StdError;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::operation::describe_table::DescribeTableError;
use aws_sdk_dynamodb::operation::describe_time_to_live::DescribeTimeToLiveError;
use aws_sdk_dynamodb::operation::update_time_to_live::UpdateTimeToLiveError;
use aws_smithy_types::error::ErrorMetadata;

use crate::Exit;
use crate::escape::Inline;

/// Why a command failed. `Display` is one line with all causes, without values of items.
#[derive(Debug)]
pub struct Failure {
    message: String,
    exit: Exit,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Failure { message: message.into(), exit: Exit::Failed }
    }

    /// Invalid arguments.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Failure { message: message.into(), exit: Exit::Usage }
    }

    pub(crate) fn interrupted() -> Self {
        Failure { message: "interrupted".to_owned(), exit: Exit::Interrupted }
    }

    /// The reader of the output has closed it, as `head` does. Nobody wants the rest, so this is not a failure.
    pub(crate) fn closed_pipe() -> Self {
        Failure { message: "the output was closed".to_owned(), exit: Exit::Done }
    }

    /// Adds a cause and its own causes.
    pub(crate) fn with_cause(mut self, cause: impl StdError + 'static) -> Self {
        self.add_causes(Some(&cause));
        self
    }

    /// A failed request of the SDK. `what` describes the failure.
    pub(crate) fn from_sdk<E>(what: impl fmt::Display, error: &SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        let code = match error.as_service_error() {
            Some(error) => format!(": {}", error.code().unwrap_or("no code")),
            None => String::new(),
        };
        let mut failure = Failure::new(format!("{what}{code}"));
        failure.add_causes(Some(error));
        failure
    }

    /// Prepends the place of the failure.
    pub(crate) fn at(mut self, place: impl fmt::Display) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// Appends a note.
    pub(crate) fn with_note(mut self, remark: impl fmt::Display) -> Self {
        self.message = format!("{}; {remark}", self.message);
        self
    }

    /// The exit code of the process.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// Prints the failure to standard error.
    pub(crate) fn report(&self) -> Exit {
        if self.exit != Exit::Done {
            eprintln!("singlet: {self}");
        }
        self.exit
    }

    fn add_causes(&mut self, mut cause: Option<&(dyn StdError + 'static)>) {
        let mut is_about_table = false;
        let mut may_repeat_values = false;
        let mut lacks_credentials = false;
        while let Some(error) = cause {
            is_about_table |= is_of_table_request(error);
            let text = match error.downcast_ref::<ErrorMetadata>() {
                Some(meta) => {
                    may_repeat_values = repeats_values(meta.code());
                    meta.message().unwrap_or_default().to_owned()
                }
                None => error.to_string(),
            };
            // The SDK's outer errors contain no information, and the code is in the message already.
            let text = match text.split_once(": ") {
                Some((code, words)) if code.ends_with("Exception") => words.to_owned(),
                _ => text,
            };
            let is_frame = text == "service error" || text.starts_with("unhandled error") || text.is_empty();
            let is_secret = may_repeat_values && !is_about_table;
            if !is_frame && !is_secret && !self.message.contains(&text) {
                self.message.push_str(": ");
                self.message.push_str(text.trim_end_matches('.'));
            }
            lacks_credentials |= error.is::<CredentialsError>();
            cause = error.source();
        }
        if lacks_credentials {
            self.message.push_str("; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use --profile");
        }
    }
}

/// Requests about tables contain no values of items.
fn is_of_table_request(error: &(dyn StdError + 'static)) -> bool {
    error.is::<CreateTableError>()
        || error.is::<DescribeTableError>()
        || error.is::<DescribeTimeToLiveError>()
        || error.is::<UpdateTimeToLiveError>()
}

/// DynamoDB's messages with these codes may quote the invalid value.
fn repeats_values(code: Option<&str>) -> bool {
    matches!(code, Some("ValidationException" | "SerializationException"))
}

impl From<singlet::Error> for Failure {
    fn from(error: singlet::Error) -> Self {
        let mut failure = Failure::new(error.to_string());
        failure.add_causes(error.source());
        failure
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, line) in self.message.lines().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            Inline(line.trim()).fmt(f)?;
        }
        Ok(())
    }
}

impl StdError for Failure {}
