//! Articles, one after the other: translated, and written when they are done.
//!
//! Policy: an article that fails is named, and the others continue, unless nothing that follows could be
//! translated or written either.

use std::io;
use std::path::Path;

use super::config::NamesConfig;
use super::exit::{Exit, Failure, io_error, is_temporary, print_error};
use super::names;
use super::output::Sink;
use super::progress::ArticleProgress;
use super::verbosity::Verbosity;
use crate::article_reader::ReadError;
use crate::checks::Check;
use crate::document::Document;
use crate::names::SeenNames;
use crate::pipeline::{ParsedArticle, Pipeline};

/// Articles on their way to where results go.
pub(super) struct Articles<'a> {
    sink: Sink,
    names: &'a NamesConfig,
    seen: SeenNames,
    verbosity: Verbosity,
    exit: Exit,
}

impl<'a> Articles<'a> {
    /// The names of the articles are added to the list of `names` at the end.
    pub(super) fn new(sink: Sink, names: &'a NamesConfig, verbosity: Verbosity) -> Self {
        Self {
            sink,
            names,
            seen: SeenNames::default(),
            verbosity,
            exit: Exit::Done,
        }
    }

    /// How the program ends, by what has failed so far.
    pub(super) fn exit(&self) -> Exit {
        self.exit
    }

    /// Translates an article and hands it on; `input` is what it was read from.
    ///
    /// # Errors
    /// If the models fail, or if nothing can be written any more.
    pub(super) fn add(
        &mut self,
        pipeline: &Pipeline,
        input: &Path,
        article: &ParsedArticle,
    ) -> Result<(), Failure> {
        let mut shown = ArticleProgress::new(&article.id);
        let result = pipeline.run(article, &mut |progress| shown.show(progress));
        drop(shown);
        let document = result.map_err(|error| Failure::new(Exit::Model, error))?;
        report_flags(&document, self.verbosity);
        self.seen.add_all(&document.names);
        match self.sink.add(&document) {
            Ok(()) => Ok(()),
            Err(error) if io_error(&error).is_some_and(is_closed) => {
                Err(Failure::new(Exit::SomeFailed, error))
            }
            Err(error) => self.failed(input, error),
        }
    }

    /// Reports an input that failed.
    ///
    /// # Errors
    /// If the disk or the memory is full.
    pub(super) fn failed(&mut self, input: &Path, error: anyhow::Error) -> Result<(), Failure> {
        let no_process = matches!(error.downcast_ref(), Some(ReadError::Start(_)));
        if no_process || io_error(&error).is_some_and(is_temporary) {
            return Err(Failure::new(Exit::Temporary, error));
        }
        print_error(&error.context(input.display().to_string()), self.verbosity);
        self.exit = Exit::SomeFailed;
        Ok(())
    }

    /// Writes what is still due, of finished articles also where `result` is a failure.
    ///
    /// # Errors
    /// That failure, or if it cannot be written, or if names cannot be added to their list.
    pub(super) fn finish(self, result: Result<(), Failure>) -> Result<Exit, Failure> {
        let finished = self.sink.finish();
        result?;
        finished.map_err(|error| Failure::new(Exit::SomeFailed, error))?;
        names::add(self.names, &self.seen)?;
        Ok(self.exit)
    }
}

fn is_closed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

/// Reports failed checks on standard error: plain text does not show them.
fn report_flags(document: &Document, verbosity: Verbosity) {
    let flags: Vec<&[Check]> = document
        .title_and_sentences()
        .map(|sentence| sentence.flags.as_slice())
        .collect();
    let flagged = flags.iter().filter(|flags| !flags.is_empty()).count();
    let mut names: Vec<&str> = flags.concat().into_iter().map(Check::name).collect();
    names.sort_unstable();
    names.dedup();
    let hint = if verbosity >= Verbosity::Verbose {
        ""
    } else {
        "; -v marks them in the text"
    };
    if flagged > 0 {
        tracing::warn!(
            "{}: {flagged} of {} sentences failed a check ({}){hint}",
            document.id,
            flags.len(),
            names.join(", ")
        );
    }
    if let Some(summary) = document.summary.as_ref().filter(|s| !s.flags.is_empty()) {
        tracing::warn!(
            "{}: the summary failed a check ({})",
            document.id,
            checks(&summary.flags)
        );
    }
}

fn checks(failed: &[Check]) -> String {
    let names: Vec<&str> = failed.iter().map(|check| check.name()).collect();
    names.join(", ")
}
