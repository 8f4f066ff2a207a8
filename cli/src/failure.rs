use std::error::Error as StdError;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::describe_table::DescribeTableError;
use aws_sdk_dynamodb::operation::describe_time_to_live::DescribeTimeToLiveError;
use aws_sdk_dynamodb::operation::update_time_to_live::UpdateTimeToLiveError;
use aws_smithy_types::error::ErrorMetadata;

use crate::Exit;

/// Why a command has failed. `Display` is one line with all causes, and holds no value of an item.
#[derive(Debug)]
pub struct Failure {
    message: String,
    exit: Exit,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Failure { message: message.into(), exit: Exit::Failed }
    }

    /// Something was asked for that cannot be.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Failure { message: message.into(), exit: Exit::Usage }
    }

    pub(crate) fn interrupted() -> Self {
        Failure { message: "interrupted".to_owned(), exit: Exit::Interrupted }
    }

    /// With a cause, and the causes of that.
    pub(crate) fn because(mut self, cause: impl StdError + 'static) -> Self {
        self.add_causes(Some(&cause));
        self
    }

    /// A request of the SDK's own that failed; `what` says what it was to do.
    pub(crate) fn of_sdk<E>(what: impl fmt::Display, error: &SdkError<E>) -> Self
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

    /// With the place it is about in front.
    pub(crate) fn at(mut self, place: impl fmt::Display) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// With a remark behind it.
    pub(crate) fn and(mut self, remark: impl fmt::Display) -> Self {
        self.message = format!("{}; {remark}", self.message);
        self
    }

    /// How the process ends.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// Says it on standard error.
    pub(crate) fn report(&self) -> Exit {
        eprintln!("singlet: {self}");
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
            // The SDK's own frame tells nothing, and the code stands in the message already.
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
            self.message.push_str("; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give a --profile");
        }
    }
}

/// Such a request has no values of items in it.
fn is_of_table_request(error: &(dyn StdError + 'static)) -> bool {
    error.is::<DescribeTableError>() || error.is::<DescribeTimeToLiveError>() || error.is::<UpdateTimeToLiveError>()
}

/// What is wrong with a value is said by repeating it.
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
            f.write_str(line.trim())?;
        }
        Ok(())
    }
}

impl StdError for Failure {}
