//! Exit codes, and how a failure is printed.

use std::io;
use std::process::ExitCode;

use super::hints;
use super::verbosity::Verbosity;
pub(super) use crate::files::is_temporary;

/// How the program ends; documentation and scripts rely on the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    Done = 0,
    /// Finished, but some inputs failed; each was named.
    SomeFailed = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// A model could not be downloaded, verified or loaded.
    Model = 3,
    /// The disk or the memory is full, or another resource of the machine is used up: the same command
    /// may succeed later.
    Temporary = 75,
    /// SIGINT, after the articles in work were finished.
    Interrupted = 130,
    /// SIGTERM or SIGHUP, likewise.
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// An error and the exit code it ends in.
#[derive(Debug)]
pub(super) struct Failure {
    exit: Exit,
    error: anyhow::Error,
}

impl Failure {
    pub(super) fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self {
            exit,
            error: error.into(),
        }
    }

    /// Wrong usage or configuration.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, anyhow::Error::msg(message.into()))
    }

    /// Prints the failure on standard error and returns the exit code. A closed pipe is not a
    /// failure: its reader has read enough.
    pub(super) fn report(self, verbosity: Verbosity) -> Exit {
        let cause = io_error(&self.error);
        if cause.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return Exit::Done;
        }
        print_error(&self.error, verbosity);
        match cause {
            Some(error) if is_temporary(error) => Exit::Temporary,
            _ => self.exit,
        }
    }
}

/// Prints an error and what can be done about it in one line; with `-v`, its causes one by one.
pub(super) fn print_error(error: &anyhow::Error, verbosity: Verbosity) {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        // Many libraries repeat the text of their cause.
        if !line.contains(&cause) {
            let joint = if line.is_empty() { "" } else { ": " };
            line = format!("{line}{joint}{cause}");
        }
    }
    match hints::advice(error.as_ref()) {
        Some(advice) => tracing::error!("{line}; {advice}"),
        None => tracing::error!("{line}"),
    }
    if verbosity >= Verbosity::Verbose {
        for cause in error.chain().skip(1) {
            tracing::error!("  caused by: {cause}");
        }
    }
}

/// The input/output error among the causes of `error`, if there is one.
pub(super) fn io_error(error: &anyhow::Error) -> Option<&io::Error> {
    let mut causes = error.chain();
    causes.find_map(|cause| cause.downcast_ref::<io::Error>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ModelError;
    use crate::nn;
    use crate::pipeline::PipelineError;

    #[test]
    fn a_device_without_memory_is_a_temporary_failure() {
        let full = io::Error::new(io::ErrorKind::OutOfMemory, "CUDA_ERROR_OUT_OF_MEMORY");
        let error = ModelError::Network(nn::Error::OutOfMemory(full));
        let failure = Failure::new(Exit::Model, PipelineError::Translate(error));
        assert_eq!(failure.report(Verbosity::Quiet), Exit::Temporary);
    }
}
