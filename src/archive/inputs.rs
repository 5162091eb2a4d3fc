//! From inputs to records: files, folders, containers and lists of records, one after the other.
//!
//! A folder is walked in the order of its names. Hidden files and folders (`.git`, `.DS_Store`) are
//! left out. A link to a file is read as that file; a link to a folder is not followed, so that no
//! loop is walked. A container found in a folder is read as well, its members below its name; one
//! inside another container is refused.

use std::borrow::Cow;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::input_file::{InputFile, Sink, unreadable};
use super::input_kind::{Holds, InputKind};
use super::limits::Limits;
use super::record::{Fault, FaultKind, Record};
use super::record_fields::RecordOptions;
use super::{
    csv_input, epub, feed, json_input, jsonl, mbox, parquet_input, tar, telegram, wacz, warc, zip,
};
use crate::input::is_stdin;
use crate::panics;

/// The inputs of a run.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// Files and folders in the order they are read; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// What is read of each container at most.
    pub limits: Limits,
    /// How records are read.
    pub records: RecordOptions,
    /// The folder of results; files below it are not inputs.
    pub output: Option<PathBuf>,
}

/// How much there is to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extent {
    /// Files to read; a container is one.
    pub files: u64,
    /// Of these, the containers, by their names.
    pub containers: u64,
    /// Their sizes on the disk, added up; standard input counts 0.
    pub bytes: u64,
    /// Hidden files and links to folders, left out.
    pub left_out: u64,
    /// Folders among the inputs in which there is no file to read.
    pub empty: Vec<PathBuf>,
}

/// Which input a record is from.
#[derive(Debug, Clone, Copy)]
pub(super) struct FromInput<'a> {
    pub path: &'a Path,
    /// The path as it was typed, if ids may begin with it.
    pub given: Option<&'a str>,
}

/// As [`Sink`], with the input.
pub(super) type GivenSink<'a> =
    dyn FnMut(Result<Record, Fault>, u64, FromInput) -> ControlFlow<()> + 'a;

/// Receives the path and the id of a file, and the path of its input as it was typed, if ids may begin
/// with it.
pub(super) type FileSink<'a> = dyn FnMut(&Path, &str, Option<&str>) -> ControlFlow<()> + 'a;

/// A file found among the inputs, or why one cannot be read.
enum Found {
    File {
        path: PathBuf,
        id: String,
        bytes: u64,
    },
    LeftOut,
    Fault(Fault),
}

impl Inputs {
    /// Counts what there is, without reading it.
    pub fn extent(&self) -> Extent {
        let mut extent = Extent::default();
        for input in &self.paths {
            let before = extent.files;
            // The closure never breaks, so the result carries nothing.
            let _ = self.walk(input, &mut |found| {
                match found {
                    Found::File { bytes, id, .. } => {
                        extent.files += 1;
                        let is_container = InputKind::of(&id) != InputKind::Article;
                        extent.containers += u64::from(is_container);
                        extent.bytes += bytes;
                    }
                    Found::LeftOut => extent.left_out += 1,
                    Found::Fault(_) => {}
                }
                ControlFlow::Continue(())
            });
            if extent.files == before && input.is_dir() {
                extent.empty.push(input.clone());
            }
        }
        extent
    }

    /// Whether each input is one article, not a folder, an archive or a list of them.
    pub(super) fn are_articles(&self) -> bool {
        let mut paths = self.paths.iter();
        paths.all(|path| Holds::of(path) == Holds::Article)
    }

    /// Hands each file to `each` in their order, without reading it. A break ends it.
    pub(super) fn files(&self, each: &mut FileSink) -> ControlFlow<()> {
        for input in &self.paths {
            let given = given(input);
            self.walk(input, &mut |found| match found {
                Found::File { path, id, .. } => each(&path, &id, given.as_deref()),
                Found::LeftOut | Found::Fault(_) => ControlFlow::Continue(()),
            })?;
        }
        ControlFlow::Continue(())
    }

    /// Hands every record to `sink`, or the fault in its place, with the number of bytes of the inputs
    /// read so far; the order depends on the inputs alone. A break ends the reading.
    pub fn read(&self, sink: &mut Sink) -> ControlFlow<()> {
        self.read_given(&mut |record, read, _| sink(record, read))
    }

    /// As [`Self::read`], with the inputs.
    pub(super) fn read_given(&self, sink: &mut GivenSink) -> ControlFlow<()> {
        let mut before = 0;
        for input in &self.paths {
            let given = given(input);
            let from = FromInput {
                path: input,
                given: given.as_deref(),
            };
            self.walk(input, &mut |found| match found {
                Found::File { path, id, bytes } => {
                    let container = path != *input;
                    let file = InputFile {
                        path: &path,
                        id: &id,
                        below: container.then_some(id.as_str()),
                        limits: self.limits,
                        records: &self.records,
                    };
                    let flow = read(&file, &mut |record, read| sink(record, before + read, from));
                    before += bytes;
                    flow
                }
                Found::LeftOut => ControlFlow::Continue(()),
                Found::Fault(fault) => sink(Err(fault), before, from),
            })?;
        }
        ControlFlow::Continue(())
    }

    fn output_below(&self, input: &Path) -> Option<OutputBelow> {
        let output = self.output.as_deref()?.canonicalize().ok()?;
        let folder = input.canonicalize().ok()?;
        let walked = output
            .strip_prefix(folder)
            .ok()
            .map(|below| input.join(below));
        Some(OutputBelow { output, walked })
    }

    fn walk(
        &self,
        input: &Path,
        each: &mut dyn FnMut(Found) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let name = input.to_string_lossy().into_owned();
        if is_stdin(input) {
            let (path, id) = (input.to_owned(), name);
            return each(Found::File { path, id, bytes: 0 });
        }
        let metadata = match std::fs::metadata(input) {
            Ok(metadata) => metadata,
            Err(error) => return each(Found::Fault(unreadable(&name, &error))),
        };
        if !metadata.is_dir() {
            let (path, id, bytes) = (input.to_owned(), name, metadata.len());
            return each(Found::File { path, id, bytes });
        }
        let output = self.output_below(input);
        let mut entries = WalkDir::new(input)
            .min_depth(1)
            .sort_by_file_name()
            .into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(input);
                    let id = below(input, path);
                    let error = error.into_io_error();
                    let error = error.unwrap_or_else(|| io::Error::other("links lead in a circle"));
                    each(Found::Fault(unreadable(&id, &error)))?;
                    continue;
                }
            };
            let folder = entry.file_type().is_dir();
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            let is_output = output.as_ref().is_some_and(|output| output.is(&entry));
            if hidden || is_output {
                if folder {
                    entries.skip_current_dir();
                }
                if hidden {
                    each(Found::LeftOut)?;
                }
                continue;
            }
            if folder {
                continue;
            }
            let id = below(input, entry.path());
            let found = match std::fs::metadata(entry.path()) {
                Ok(metadata) if metadata.is_file() => Found::File {
                    path: entry.path().to_owned(),
                    id,
                    bytes: metadata.len(),
                },
                Ok(metadata) if metadata.is_dir() => Found::LeftOut,
                Ok(_) => Found::Fault(Fault::new(id, FaultKind::Refused, "it is no regular file")),
                Err(error) => Found::Fault(unreadable(&id, &error)),
            };
            each(found)?;
        }
        ControlFlow::Continue(())
    }
}

/// Where the results are, for an input folder that is walked.
struct OutputBelow {
    /// The results' folder or file, all links followed.
    output: PathBuf,
    /// The same as a path that the walk comes to; `None` if it is not below the input.
    walked: Option<PathBuf>,
}

impl OutputBelow {
    fn is(&self, entry: &DirEntry) -> bool {
        // Following the links of every entry's whole path would take time that grows with the cube
        // of the depth; the walk itself follows none, so only an entry that is one can lead there.
        if entry.path_is_symlink() {
            return entry
                .path()
                .canonicalize()
                .is_ok_and(|path| path == self.output);
        }
        self.walked.as_deref() == Some(entry.path())
    }
}

/// The path of an input as it was typed, if ids may begin with it: those below a folder do not.
fn given(input: &Path) -> Option<Cow<'_, str>> {
    (!input.is_dir()).then(|| input.to_string_lossy())
}

/// A path below a folder, with `/` between its parts.
fn below(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = below
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

/// Reads one file.
fn read(file: &InputFile, sink: &mut Sink) -> ControlFlow<()> {
    // The libraries may panic on damaged files; a panic becomes the file's error.
    let flow = panics::catch(|| match InputKind::of_file(file.path, file.id) {
        InputKind::Article => {
            let article = file.article();
            let bytes = article.as_ref().map_or(0, Record::size);
            sink(article, bytes as u64)
        }
        InputKind::Zip => zip::read(file, sink),
        InputKind::Tar(compression) => tar::read(file, compression, sink),
        InputKind::JsonLines(compression) => jsonl::read(file, compression, sink),
        InputKind::Csv => csv_input::read(file, sink),
        InputKind::Json => json_input::read(file, sink),
        InputKind::Feed => feed::read(file, sink),
        InputKind::TelegramPage => telegram::read_page(file, sink),
        InputKind::Warc(compression) => warc::read(file, compression, sink),
        InputKind::Wacz => wacz::read(file, sink),
        InputKind::Epub => epub::read(file, sink),
        InputKind::Mbox => mbox::read(file, sink),
        InputKind::Parquet => parquet_input::read(file, sink),
    });
    flow.unwrap_or_else(|_| sink(Err(file.broken("file", &"it is damaged")), 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(paths: &[&Path], output: &Path) -> Vec<String> {
        let inputs = Inputs {
            paths: paths.iter().map(|&path| path.to_owned()).collect(),
            limits: Limits::default(),
            records: RecordOptions::default(),
            output: Some(output.to_owned()),
        };
        let mut found = Vec::new();
        let flow = inputs.read(&mut |record, _| {
            found.push(record.unwrap().id);
            ControlFlow::Continue(())
        });
        assert!(flow.is_continue());
        found
    }

    #[test]
    fn results_below_an_input_are_not_read_by_whatever_path_it_is_named() {
        let world = tempfile::tempdir().unwrap();
        let root = world.path();
        std::fs::create_dir_all(root.join("in/a/out/b")).unwrap();
        for file in [
            "in/a/x.txt",
            "in/a/out/y.txt",
            "in/a/out/b/z.txt",
            "in/out.txt",
        ] {
            std::fs::write(root.join(file), "а").unwrap();
        }
        let out = root.join("in/a/out");
        for input in ["in", "in/", "in/.", "in/a/.."] {
            let ids = found(&[&root.join(input)], &out);
            assert_eq!(ids, ["a/x.txt", "out.txt"], "{input}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(root.join("in"), root.join("link")).unwrap();
            std::os::unix::fs::symlink(root.join("in/out.txt"), root.join("in/link.txt")).unwrap();
            assert_eq!(
                found(&[&root.join("link")], &out),
                ["a/x.txt", "link.txt", "out.txt"]
            );
            let ids = found(&[&root.join("in")], &root.join("in/out.txt"));
            assert_eq!(ids, ["a/out/b/z.txt", "a/out/y.txt", "a/x.txt"]);
        }
    }
}
