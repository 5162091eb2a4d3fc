//! Where results go: standard output, one file, or a file an input in a folder.

use std::collections::HashMap;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::exit::{Exit, Failure};
use super::log::is_coloured;
use super::verbosity::Verbosity;
use crate::archive::folded;
use crate::document::Document;
use crate::files::{AtomicFile, folder_of};
use crate::report::{self, Format, Style, Writer};

/// The widest column text is wrapped to: longer lines are hard to read.
const MAX_WIDTH: usize = 100;

/// Where documents are written.
pub(super) enum Output {
    /// All to standard output.
    Stdout,
    /// All into one file, which appears when all are done.
    File(PathBuf),
    /// Each to a file of its own, named here by input.
    Folder(HashMap<PathBuf, PathBuf>),
}

impl Output {
    /// Decides what `--output` means for these inputs, and refuses one that cannot be written to or
    /// would destroy an input.
    pub(super) fn plan(
        path: Option<&Path>,
        format: Format,
        inputs: &[PathBuf],
    ) -> Result<Self, Failure> {
        // Other names of standard output are treated as it: a rename would replace them by a file.
        let Some(path) = path.filter(|path| !is_stdout(path)) else {
            return Ok(Self::Stdout);
        };
        let slash = path.as_os_str().to_string_lossy().ends_with('/');
        let one_file = matches!(format, Format::Json | Format::Jsonl)
            && path
                .extension()
                .is_some_and(|end| end == format.extension());
        let output = if !path.is_dir() && !slash && (inputs.len() == 1 || one_file) {
            Self::File(path.to_owned())
        } else {
            Self::folder(path, format, inputs)?
        };
        output.check(inputs)?;
        Ok(output)
    }

    fn folder(path: &Path, format: Format, inputs: &[PathBuf]) -> Result<Self, Failure> {
        let is_name_of_a_file = Format::from_path(path).is_some();
        if !path.exists() && is_name_of_a_file && inputs.len() > 1 {
            return Err(Failure::usage(format!(
                "{} is named as a file, and there are several inputs: several go to one .json or \
                 .jsonl in that format, or to a folder",
                path.display()
            )));
        }
        if path.exists() && !path.is_dir() {
            return Err(Failure::usage(format!(
                "{} is a file, and there are several inputs: give a folder, or a name that ends \
                 in .json or .jsonl",
                path.display()
            )));
        }
        let mut names = HashMap::new();
        // The rule is the same on all machines, since some file systems ignore case.
        let mut taken: HashMap<String, &PathBuf> = HashMap::new();
        for input in inputs {
            let stem = match input.file_name() {
                Some(name) if input.as_os_str() != "-" => name.to_string_lossy().into_owned(),
                _ => String::from("standard-input"),
            };
            let name = format!("{stem}.{}", format.extension());
            let file = path.join(&name);
            if let Some(other) = taken.insert(folded(&name), input) {
                return Err(Failure::usage(format!(
                    "{} and {} would both be written to {}, or to names that not every file system \
                     tells apart; translate them one at a time",
                    other.display(),
                    input.display(),
                    file.display()
                )));
            }
            names.insert(input.clone(), file);
        }
        Ok(Self::Folder(names))
    }

    /// Checks before the work whether its results can be written.
    fn check(&self, inputs: &[PathBuf]) -> Result<(), Failure> {
        let files: Vec<&PathBuf> = match self {
            Self::Stdout => Vec::new(),
            Self::File(path) => vec![path],
            Self::Folder(names) => names.values().collect(),
        };
        for file in &files {
            let Ok(target) = file.canonicalize() else {
                continue;
            };
            let same = |input: &&PathBuf| input.canonicalize().is_ok_and(|input| input == target);
            if let Some(input) = inputs.iter().find(same) {
                return Err(Failure::usage(format!(
                    "the result would replace the input {}; give another --output",
                    input.display()
                )));
            }
        }
        if let Some(file) = files.first()
            && !is_special(file)
        {
            let folder = folder_of(file);
            fs::create_dir_all(folder)
                .and_then(|()| tempfile::tempfile_in(folder))
                .with_context(|| format!("cannot write to {}", folder.display()))
                .map_err(|error| Failure::new(Exit::Usage, error))?;
        }
        Ok(())
    }
}

/// Writes documents as they are done.
pub(super) struct Sink {
    format: Format,
    style: Style,
    place: Place,
}

enum Place {
    /// One document, written as it is.
    Alone,
    /// Several documents, one after the other.
    Stream(Writer<io::Stdout>),
    /// One file; several documents are gathered until all are there.
    File(PathBuf, Option<Writer<Vec<u8>>>),
    Folder(HashMap<PathBuf, PathBuf>),
}

impl Sink {
    pub(super) fn new(output: Output, format: Format, several: bool, verbosity: Verbosity) -> Self {
        let terminal = matches!(output, Output::Stdout) && io::stdout().is_terminal();
        let style = Style {
            width: terminal.then(|| usize::from(console_width()).min(MAX_WIDTH)),
            terminal,
            marks: verbosity >= Verbosity::Verbose,
            colour: is_coloured(terminal),
        };
        let place = match output {
            Output::Stdout if several => Place::Stream(Writer::new(format, &style, io::stdout())),
            Output::Stdout => Place::Alone,
            Output::File(path) => {
                let gathered = several.then(|| Writer::new(format, &style, Vec::new()));
                Place::File(path, gathered)
            }
            Output::Folder(names) => Place::Folder(names),
        };
        Self {
            format,
            style,
            place,
        }
    }

    /// Takes a finished document; `input` is what it was made from.
    pub(super) fn add(&mut self, input: &Path, document: &Document) -> anyhow::Result<()> {
        match &mut self.place {
            Place::Stream(writer) => writer
                .add(document)
                .and_then(|()| io::stdout().flush())
                .context(STDOUT),
            Place::File(_, Some(writer)) => Ok(writer.add(document)?),
            Place::Alone => stdout(&self.rendered(document)?),
            Place::File(path, None) => {
                write_whole(path, &rendered(document, self.format, &self.style)?)
            }
            Place::Folder(names) => match names.get(input) {
                Some(path) => write_whole(path, &rendered(document, self.format, &self.style)?),
                None => Ok(()),
            },
        }
    }

    fn rendered(&self, document: &Document) -> anyhow::Result<Vec<u8>> {
        rendered(document, self.format, &self.style)
    }

    /// Writes what is still due.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self.place {
            Place::Stream(writer) => writer.finish().map(|_| ()).context(STDOUT),
            Place::File(path, Some(writer)) => write_whole(&path, &writer.finish()?),
            Place::Alone | Place::File(..) | Place::Folder(_) => Ok(()),
        }
    }
}

const STDOUT: &str = "cannot write to standard output";

fn rendered(document: &Document, format: Format, style: &Style) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    report::write(document, format, style, &mut bytes)?;
    Ok(bytes)
}

fn stdout(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .context(STDOUT)
}

/// Writes results to standard output.
pub(super) fn to_stdout(bytes: &[u8]) -> Result<(), Failure> {
    stdout(bytes).map_err(|error| Failure::new(Exit::SomeFailed, error))
}

/// Writes a file that appears whole or not at all. A link is followed; a device or a pipe is written
/// to as it is.
fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let write = || -> io::Result<()> {
        if is_special(path) {
            return fs::OpenOptions::new()
                .write(true)
                .open(path)?
                .write_all(bytes);
        }
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        fs::create_dir_all(folder_of(&target))?;
        let mut file = AtomicFile::create(&target)?;
        file.write_all(bytes)?;
        file.commit().map(drop)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Whether a path is a name of standard output.
pub(super) fn is_stdout(path: &Path) -> bool {
    let path = path.as_os_str();
    path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1"
}

/// Whether `path` exists and is not a regular file.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

fn console_width() -> u16 {
    console::Term::stdout().size().1
}
