//! Where results go: standard output, one file, or a file an input in a folder.

use std::collections::HashMap;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::exit::{Exit, Failure};
use super::log::Verbosity;
use crate::report::{self, Document, Format, Style};

/// The widest column text is wrapped to: longer lines are hard to read.
const WIDEST: usize = 100;

/// Where documents are written.
pub(super) enum Output {
    /// All to standard output, each as soon as it is there.
    Stdout,
    /// All into one file, which appears when all are done.
    File(PathBuf),
    /// Each to a file of its own, named here by input.
    Folder(HashMap<PathBuf, PathBuf>),
}

impl Output {
    /// Tells what `--output` means for these inputs.
    pub(super) fn plan(
        path: Option<&Path>,
        format: Format,
        inputs: &[PathBuf],
    ) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self::Stdout);
        };
        let slash = path.as_os_str().to_string_lossy().ends_with('/');
        let one_file = matches!(format, Format::Json | Format::Jsonl)
            && path
                .extension()
                .is_some_and(|end| end == format.extension());
        if !path.is_dir() && !slash && (inputs.len() == 1 || one_file) {
            return Ok(Self::File(path.to_owned()));
        }
        let mut names = HashMap::new();
        let mut taken: HashMap<PathBuf, &PathBuf> = HashMap::new();
        for input in inputs {
            let stem = match input.file_name() {
                Some(name) if input.as_os_str() != "-" => name.to_string_lossy().into_owned(),
                _ => String::from("standard-input"),
            };
            let file = path.join(format!("{stem}.{}", format.extension()));
            if let Some(other) = taken.insert(file.clone(), input) {
                return Err(Failure::usage(format!(
                    "{} and {} would both be written to {}; translate them one at a time",
                    other.display(),
                    input.display(),
                    file.display()
                )));
            }
            names.insert(input.clone(), file);
        }
        Ok(Self::Folder(names))
    }
}

/// Writes documents as they are done.
pub(super) struct Sink {
    output: Output,
    format: Format,
    style: Style,
    several: bool,
    documents: Vec<Document>,
}

impl Sink {
    pub(super) fn new(output: Output, format: Format, several: bool, verbosity: Verbosity) -> Self {
        let terminal = matches!(output, Output::Stdout) && io::stdout().is_terminal();
        let style = Style {
            width: terminal.then(|| usize::from(console_width()).min(WIDEST)),
            terminal,
            marks: verbosity >= Verbosity::Verbose,
            colour: terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        };
        Self {
            output,
            format,
            style,
            several,
            documents: Vec::new(),
        }
    }

    /// Takes a finished document; `input` is what it was made from.
    pub(super) fn add(&mut self, input: &Path, document: Document) -> Result<(), Failure> {
        match &self.output {
            Output::Folder(names) => {
                let Some(path) = names.get(input) else {
                    return Ok(());
                };
                let mut bytes = Vec::new();
                report::write(&document, self.format, &self.style, &mut bytes)
                    .map_err(|error| Failure::new(Exit::SomeFailed, error))?;
                write_whole(path, &bytes)
            }
            // A stream of documents need not wait for the last.
            Output::Stdout if !self.several || self.format == Format::Jsonl => {
                let mut bytes = Vec::new();
                report::write(&document, self.format, &self.style, &mut bytes)
                    .map_err(|error| Failure::new(Exit::SomeFailed, error))?;
                to_stdout(&bytes)
            }
            Output::Stdout | Output::File(_) => {
                self.documents.push(document);
                Ok(())
            }
        }
    }

    /// Writes what is still due.
    pub(super) fn finish(self) -> Result<(), Failure> {
        if self.documents.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::new();
        let written = if self.several {
            report::write_all(&self.documents, self.format, &self.style, &mut bytes)
        } else {
            self.documents
                .iter()
                .try_for_each(|d| report::write(d, self.format, &self.style, &mut bytes))
        };
        written.map_err(|error| Failure::new(Exit::SomeFailed, error))?;
        match self.output {
            Output::File(path) => write_whole(&path, &bytes),
            Output::Stdout | Output::Folder(_) => to_stdout(&bytes),
        }
    }
}

/// Writes results to standard output.
pub(super) fn to_stdout(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .context("cannot write to standard output")
        .map_err(|error| Failure::new(Exit::SomeFailed, error))
}

/// Writes a file that appears whole or not at all.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let write = || -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new()
            .prefix(".translate-")
            .permissions_like_a_new_file()
            .tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write()
        .with_context(|| format!("cannot write {}", path.display()))
        .map_err(|error| Failure::new(Exit::SomeFailed, error))
}

/// A temporary file is private by default; a result is not.
trait NewFilePermissions {
    fn permissions_like_a_new_file(&mut self) -> &mut Self;
}

impl NewFilePermissions for tempfile::Builder<'_, '_> {
    #[cfg(unix)]
    fn permissions_like_a_new_file(&mut self) -> &mut Self {
        use std::os::unix::fs::PermissionsExt;
        // The process's umask still applies.
        self.permissions(std::fs::Permissions::from_mode(0o666))
    }

    #[cfg(not(unix))]
    fn permissions_like_a_new_file(&mut self) -> &mut Self {
        self
    }
}

fn console_width() -> u16 {
    console::Term::stdout().size().1
}
