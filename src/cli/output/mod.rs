//! Where results go: standard output, one file, or the output of a run.

mod plan;

use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

pub(super) use self::plan::{
    Destination, archive_output, endings_for_many, format, is_file_of_one, is_stdout, is_stream,
    make_folder,
};
use super::config::Config;
use super::exit::{Exit, Failure};
use super::log::is_coloured;
use super::verbosity::Verbosity;
use crate::archive::SingleResult;
use crate::document::Document;
use crate::files::{AtomicFile, Place, Stdout, folder_of};
use crate::report::{self, Format, Style, Writer};
use crate::text::one_line;

/// The widest column text is wrapped to: longer lines are hard to read.
const MAX_WIDTH: usize = 100;

/// Writes documents as they are done.
pub(super) struct Sink {
    format: Format,
    style: Style,
    open: OpenDestination,
}

/// A destination that documents are being written to.
enum OpenDestination {
    /// One document, written as it is.
    Alone,
    /// Several documents, one after the other.
    Stream(Writer<BufWriter<Stdout>>),
    /// One file; several documents are gathered until all are there.
    File(PathBuf, Option<Writer<Vec<u8>>>),
    /// A file of a folder.
    Folder(SingleResult),
}

impl Sink {
    pub(super) fn new(
        destination: Destination,
        config: &Config,
        several: bool,
        verbosity: Verbosity,
    ) -> Self {
        let format = config.format;
        let terminal = matches!(destination, Destination::Stdout) && io::stdout().is_terminal();
        let style = Style {
            width: terminal.then(|| usize::from(console_width()).min(MAX_WIDTH)),
            terminal,
            marks: verbosity >= Verbosity::Verbose,
            names: config.pipeline.names.is_listed,
            colour: terminal && is_coloured(&console::Term::stdout()),
            layout: config.layout,
        };
        let open = match destination {
            Destination::Stdout if several => {
                OpenDestination::Stream(Writer::new(format, &style, BufWriter::new(Stdout)))
            }
            Destination::Stdout => OpenDestination::Alone,
            Destination::File(path) => {
                let gathered = several.then(|| Writer::new(format, &style, Vec::new()));
                OpenDestination::File(path, gathered)
            }
            Destination::Folder(result) => OpenDestination::Folder(result),
        };
        Self {
            format,
            style,
            open,
        }
    }

    /// Takes a finished document.
    pub(super) fn add(&mut self, document: &Document) -> anyhow::Result<()> {
        match &mut self.open {
            OpenDestination::Stream(writer) => writer
                .add(document)
                .and_then(|()| writer.flush())
                .context(STDOUT),
            OpenDestination::File(_, Some(writer)) => Ok(writer.add(document)?),
            OpenDestination::Alone => stdout(&self.rendered(document)?),
            OpenDestination::File(path, None) => {
                write_whole(path, &rendered(document, self.format, &self.style)?)
            }
            OpenDestination::Folder(result) => {
                let bytes = rendered(document, self.format, &self.style)?;
                write_beside(result, document, &bytes)
            }
        }
    }

    fn rendered(&self, document: &Document) -> anyhow::Result<Vec<u8>> {
        rendered(document, self.format, &self.style)
    }

    /// Writes what is still due.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self.open {
            OpenDestination::Stream(writer) => writer.finish().map(|_| ()).context(STDOUT),
            OpenDestination::File(path, Some(writer)) => write_whole(&path, &writer.finish()?),
            OpenDestination::Alone | OpenDestination::File(..) | OpenDestination::Folder(_) => {
                Ok(())
            }
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
    Stdout.write_all(bytes).context(STDOUT)
}

/// Writes results to standard output.
pub(super) fn to_stdout(bytes: &[u8]) -> Result<(), Failure> {
    stdout(bytes).map_err(|error| Failure::new(Exit::SomeFailed, error))
}

/// Writes a file that appears whole or not at all. A link is followed; a pipe, a terminal or a
/// descriptor of this process is written through.
fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let write = || -> io::Result<()> {
        match Place::of(path)? {
            Place::Stream => {
                // Behind what the file of a descriptor has.
                let mut stream = fs::OpenOptions::new().append(true).open(path)?;
                return stream.write_all(bytes);
            }
            Place::Other(what) => return Err(io::Error::other(format!("it is {what}"))),
            Place::File | Place::Folder => {}
        }
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        fs::create_dir_all(folder_of(&target))?;
        let mut file = AtomicFile::create(&target)?;
        file.write_all(bytes)?;
        file.commit().map(drop)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Writes a result to a file of a folder, and says where it is if its name is another's.
fn write_beside(result: &SingleResult, document: &Document, bytes: &[u8]) -> anyhow::Result<()> {
    let written = result
        .write(&document.input.sha256, bytes)
        .context("cannot write its result")?;
    if let Some(other) = written.other {
        let (other, path) = (
            other.display().to_string(),
            written.path.display().to_string(),
        );
        tracing::info!(
            "{} is no result of {}, or was changed since: it is left, and the result is {}",
            one_line(&other),
            one_line(&document.id),
            one_line(&path)
        );
    }
    Ok(())
}

fn console_width() -> u16 {
    console::Term::stdout().size().1
}
