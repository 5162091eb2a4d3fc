//! Decides what to do about each record, by what the journal says of it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::input_paths::{InputPaths, Taken};
use super::inputs::FromInput;
use super::journal::{History, PriorResult, earlier_input, origin};
use super::key::{Key, key};
use super::output::{ForeignFile, Output};
use super::output_names::OutputNames;
use super::plan::Run;
use super::record::{Fault, FaultKind, Record};
use super::store::ResultVerifier;
use super::window::{RedoReason, Work, WorkItem};
use crate::article::WarningsOfMany;
use crate::article_reader::{ReadError, StartError};
use crate::files::is_same_file;

/// Decides what to do about each record.
pub(super) struct Triage<'a> {
    run: &'a Run,
    history: &'a History,
    results: ResultVerifier,
    names: OutputNames,
    inputs: InputPaths<'a>,
    /// The input of the record before, and how the journal names it.
    origin: Option<(PathBuf, Option<Arc<str>>)>,
    warnings: WarningsOfMany,
    /// Articles so far that an earlier run translated.
    met: usize,
}

impl<'a> Triage<'a> {
    /// `names` are those of the history.
    pub(super) fn new(run: &'a Run, history: &'a History, mut names: OutputNames) -> Self {
        names.compare(&run.inputs, &run.output);
        Self {
            run,
            history,
            results: ResultVerifier::new(&run.output, history),
            names,
            inputs: InputPaths::new(&run.inputs.paths, &run.output),
            origin: None,
            warnings: WarningsOfMany::default(),
            met: 0,
        }
    }

    /// How many of the articles that earlier runs translated were not met among all of the inputs.
    pub(super) fn missing(&self) -> usize {
        let before = self.history.articles.values();
        let before = before.filter(|prior| !prior.failed()).count();
        before.saturating_sub(self.met)
    }

    /// What to do about a record, and which input it is from.
    ///
    /// # Errors
    /// If no process can be started that reads it, which says nothing about the record.
    pub(super) fn item(
        &mut self,
        record: Result<Record, Fault>,
        from: FromInput,
    ) -> Result<WorkItem, StartError> {
        let record = match record {
            Ok(record) => record,
            Err(fault) => return Ok(self.failed(fault, &[], 0)),
        };
        let (id, bytes) = (record.id.clone(), record.size());
        let memory = record.memory();
        let input = record.revision();
        let origin = self.origin(from.path);
        // Before it takes a name: the article whose result is there may follow.
        if let Some(earlier) = self.earlier_of_the_id(&record, &input, origin.as_deref()) {
            let message = format!(
                "an earlier run did another article with this id, from {}, and its result stays; give \
                 one of them another name, or translate them apart, each into another output",
                earlier.display()
            );
            let fault = Fault::new(&id, FaultKind::Refused, message);
            return Ok(self.failed(fault, &input, bytes));
        }
        let file = match self.names.reserve(&self.run.output, &id, from.given) {
            Ok(file) => file,
            Err(asked) => {
                let message = "another article before it has this id; give one of them another \
                               name, or translate them apart, each into another output";
                let fault = Fault::new(&id, FaultKind::Refused, message);
                let fault = fault.at(record.place.as_deref());
                return Ok(self.failed(fault, &asked.to_le_bytes(), bytes));
            }
        };
        let (work, redo) = self.work(record, input, &file)?;
        Ok(WorkItem {
            id,
            key: None,
            input,
            from: origin,
            file,
            bytes,
            memory,
            work,
            redo,
        })
    }

    /// An input that could not be read as an article. Its key is not that of its id, so that it is
    /// not mistaken for an article with the same id; `more` distinguishes it from similar faults.
    fn failed(&self, fault: Fault, more: &[u8], bytes: usize) -> WorkItem {
        let id = fault.id.clone().unwrap_or_default();
        let said = [id.as_str(), fault.kind.name(), &fault.message].join("\0");
        let own = key(&[said.as_bytes(), b"\0", more].concat());
        let known = self.known(&own).filter(|known| known.failed());
        let work = match known {
            Some(known) if !self.run.retry_failed => Work::Known {
                entry: known.entry,
                failed: true,
            },
            _ => Work::Fail(fault),
        };
        WorkItem {
            id,
            key: Some(own),
            input: own,
            from: None,
            file: String::new(),
            bytes,
            memory: bytes,
            work,
            redo: None,
        }
    }

    /// How the journal names an input.
    fn origin(&mut self, input: &Path) -> Option<Arc<str>> {
        match &self.origin {
            Some((last, origin)) if last == input => origin.clone(),
            _ => {
                let origin = origin(&self.run.output.journal(), input);
                self.origin = Some((input.to_owned(), origin.clone()));
                origin
            }
        }
    }

    /// The input of an article that an earlier run did under the id of `record`, and that is another: it
    /// is still there, and has another text. A record that has an id of its own is known by it wherever
    /// it is.
    fn earlier_of_the_id(
        &self,
        record: &Record,
        input: &Key,
        from: Option<&str>,
    ) -> Option<PathBuf> {
        let known = self.known(&key(record.id.as_bytes()))?;
        if record.place.is_some() || known.failed() || known.input == *input {
            return None;
        }
        let earlier = self.history.origins.path(known.from?)?;
        if from.is_none_or(|from| from == earlier) {
            return None;
        }
        let earlier = earlier_input(&self.run.output.journal(), earlier);
        let now = &self.origin.as_ref()?.0;
        (earlier.exists() && !is_same_file(&earlier, now)).then_some(earlier)
    }

    fn known(&self, key: &Key) -> Option<&PriorResult> {
        self.history
            .articles
            .get(key)
            .filter(|_| !self.run.overwrite)
    }

    fn work(
        &mut self,
        record: Record,
        input: Key,
        file: &str,
    ) -> Result<(Work, Option<RedoReason>), StartError> {
        let mut redo = None;
        if let Some(&known) = self.known(&key(record.id.as_bytes())) {
            let failed = known.failed();
            self.met += usize::from(!failed);
            redo = match known {
                _ if known.input != input => Some(RedoReason::Input),
                _ if known.fingerprint != self.run.fingerprint => Some(RedoReason::Options),
                _ if failed && (self.run.retry_failed || known.is_unsettled) => None,
                _ if failed || self.results.holds(file, &known) => {
                    let entry = known.entry;
                    return Ok((Work::Known { entry, failed }, None));
                }
                _ => Some(RedoReason::Result),
            };
        }
        if let Err(fault) = self.free(&record.id, file) {
            return Ok((Work::Fail(fault), redo));
        }
        let (id, place) = (record.id.clone(), record.place.clone());
        let prepared = record.prepare_one_of(&self.run.reader, &self.run.read, &self.warnings);
        let work = match prepared {
            Ok(prepared) => Work::Translate(Box::new(prepared)),
            Err(ReadError::Start(error)) => return Err(error),
            Err(error) => {
                let fault = Fault::of(id, FaultKind::Article, error);
                Work::Fail(fault.at(place.as_deref()))
            }
        };
        Ok((work, redo))
    }

    /// Refuses an article whose result would replace an input or, unless the run overwrites, a file that
    /// no run into this output wrote, or come to be among the articles of an input.
    fn free(&mut self, id: &str, file: &str) -> Result<(), Fault> {
        let Output::Folder { root, .. } = &self.run.output else {
            return Ok(());
        };
        let path = root.join(file);
        let fault = |message: String| Err(Fault::new(id, FaultKind::Output, message));
        match self.inputs.at(&path) {
            Some(Taken::Input(input)) => {
                return fault(format!(
                    "its result cannot be written: {} would replace the input {}",
                    path.display(),
                    input.display()
                ));
            }
            Some(Taken::Below(input)) => {
                return fault(format!(
                    "its result cannot be written: {} would be among the articles of {}",
                    path.display(),
                    input.display()
                ));
            }
            None => {}
        }
        match path.symlink_metadata() {
            Ok(there) if there.is_file() && (self.run.overwrite || self.names.is_ours(file)) => {
                Ok(())
            }
            Ok(there) if there.is_file() => {
                Err(Fault::of(id, FaultKind::Output, ForeignFile { path }))
            }
            Ok(_) => fault(format!(
                "its result cannot be written: {} is no regular file",
                path.display()
            )),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => fault(format!("its result cannot be written: {error}")),
        }
    }
}
