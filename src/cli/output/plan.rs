//! What `--output` means: in which format, and in which file, the result of each input is written.
//!
//! Policy: it is decided before anything is read or downloaded, and no input is replaced.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::archive::{self, CollectionFormat, InputKind, SingleResult};
use crate::cli::config::Config;
use crate::cli::exit::{Exit, Failure};
use crate::files::{Place, folder_of, is_same_file};
use crate::input::is_stdin;
use crate::report::{Format, Style};

/// Where the documents of single inputs are written.
pub(in crate::cli) enum Destination {
    /// To standard output.
    Stdout,
    /// Into one file, which appears when all are done, or through a stream.
    File(PathBuf),
    /// Into a file of a folder, whose name is chosen when the result is written.
    Folder(SingleResult),
}

/// The format that was given, or that the output's ending tells, or text.
pub(in crate::cli) fn format(
    given: Option<Format>,
    output: Option<&Path>,
) -> Result<Format, Failure> {
    if let Some(format) = given.or_else(|| Format::from_path(output?)) {
        return Ok(format);
    }
    // A reader could not open text under these endings; other unknown endings do no harm.
    let office = ["pdf", "doc", "odt", "rtf", "xls", "ods"];
    let ending = output
        .and_then(Path::extension)
        .and_then(|end| end.to_str());
    match ending.filter(|end| office.contains(end)) {
        Some(end) => Err(Failure::usage(format!(
            "results are not written as .{end}; endings are {}, or say the format with --format",
            listed(&endings(|_| true), "and")
        ))),
        None => Ok(Format::Text),
    }
}

/// The endings of files that hold the results of many articles.
pub(in crate::cli) fn endings_for_many() -> String {
    let mut names = vec![Format::Json.extension()];
    names.extend(endings(Format::holds_many));
    names.push("parquet");
    listed(&names, "or")
}

/// The endings of the formats that are so.
fn endings(is_so: impl Fn(Format) -> bool) -> Vec<&'static str> {
    let formats = Format::ALL.iter().filter(|format| is_so(**format));
    formats.map(|format| format.extension()).collect()
}

/// Endings as words name them: `.a, .b and .c`.
fn listed(endings: &[&str], last: &str) -> String {
    match endings {
        [] => String::new(),
        [only] => format!(".{only}"),
        [first @ .., end] => format!(".{} {last} .{end}", first.join(", .")),
    }
}

/// Whether a path is a name of standard output.
pub(in crate::cli) fn is_stdout(path: &Path) -> bool {
    let path = path.as_os_str();
    path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1"
}

/// Whether a path is a folder, or named as one.
fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().to_string_lossy().ends_with('/')
}

/// Whether a path is not a folder, and its name is that of a file of results.
fn is_named_as_file(path: &Path) -> bool {
    !is_folder(path) && Format::from_path(path).is_some()
}

/// Whether a path is named as a file that holds the result of one article alone.
pub(in crate::cli) fn is_file_of_one(path: &Path) -> bool {
    is_named_as_file(path)
        && CollectionFormat::from_path(path).is_none()
        && Format::from_path(path) != Some(Format::Jsonl)
}

/// Whether a path is of a pipe, a terminal or a descriptor, which is written through.
pub(in crate::cli) fn is_stream(path: &Path) -> bool {
    matches!(Place::of(path), Ok(Place::Stream))
}

impl Destination {
    /// Decides what `--output` means for an input, or for several that go to a stream, and refuses one that
    /// cannot be written to or would destroy the input.
    pub(in crate::cli) fn plan(config: &Config) -> Result<Self, Failure> {
        let (format, inputs) = (config.format, &config.inputs);
        // Other names of standard output are treated as it: a rename would replace them by a file.
        let Some(path) = config.output.as_deref().filter(|path| !is_stdout(path)) else {
            return Ok(Self::Stdout);
        };
        let input = match inputs.as_slice() {
            [input] if is_folder(path) => input,
            _ => {
                check(path, inputs, true)?;
                return Ok(Self::File(path.to_owned()));
            }
        };
        let is_file = !config.is_carried && !is_stdin(input);
        let result = SingleResult::new(
            path,
            &input.to_string_lossy(),
            is_file.then_some(input),
            format.extension(),
            is_file && is_contested(input, format),
            config.archive.overwrite,
        );
        let file = result
            .look()
            .map_err(|error| Failure::new(Exit::Usage, error))?;
        check(&file, inputs, false)?;
        Ok(Self::Folder(result))
    }
}

/// The names that the result of a single input can have in a folder, the best first.
fn output_names(input: &Path, format: Format) -> Vec<String> {
    let id = input.to_string_lossy();
    archive::output_names(&id, Some(&id), format.extension())
}

/// Whether the first of these names may be of another article, so that the result keeps the ending of
/// its own: one beside the input would have the same, whether it is translated or not.
fn is_contested(input: &Path, format: Format) -> bool {
    let names = output_names(input, format);
    let Some(name) = names.first() else {
        return false;
    };
    let folder = folder_of(input);
    let own = archive::folded(name);
    // A folder that cannot be read is told of where the input is read.
    let beside = fs::read_dir(folder).into_iter().flatten().flatten();
    beside
        .filter(|entry| Some(entry.file_name().as_os_str()) != input.file_name())
        .map(|entry| PathBuf::from(entry.file_name()))
        .filter(|other| {
            let is_article = InputKind::of(&other.to_string_lossy()) == InputKind::Article;
            let name = output_names(other, format).into_iter().next();
            is_article && name.is_some_and(|name| archive::folded(&name) == own)
        })
        .any(|other| folder.join(other).is_file())
}

/// Checks before the work whether a result can be written. Only what the user named is written through.
fn check(file: &Path, inputs: &[PathBuf], is_named: bool) -> Result<(), Failure> {
    if let Some(input) = inputs.iter().find(|input| is_same_file(input, file)) {
        return Err(Failure::usage(format!(
            "the result would replace the input {}; give another --output",
            input.display()
        )));
    }
    match Place::of(file).with_context(cannot_write_to(file)) {
        Ok(Place::File) => {}
        Ok(Place::Stream) if is_named => return Ok(()),
        Ok(place) => return Err(refused(file, place)),
        Err(error) => return Err(Failure::new(Exit::Usage, error)),
    }
    let folder = folder_of(file);
    fs::create_dir_all(folder)
        .and_then(|()| tempfile::tempfile_in(folder))
        .with_context(cannot_write_to(folder))
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    Ok(())
}

/// No result is written to such a place.
fn refused(file: &Path, place: Place) -> Failure {
    let what = match place {
        Place::File => "a file",
        Place::Folder => "a folder",
        Place::Stream => "a pipe or a device",
        Place::Other(what) => what,
    };
    Failure::usage(format!(
        "{} is {what}, and no result is written there; give another --output",
        file.display()
    ))
}

/// Decides what `--output` means for many articles, and refuses one that cannot hold them; whether it
/// would destroy an input is checked by [`archive::Output::check`]. `list` is the list of inputs.
pub(in crate::cli) fn archive_output(
    path: &Path,
    format: Format,
    style: Style,
    inputs: &[PathBuf],
    list: Option<&Path>,
) -> Result<archive::Output, Failure> {
    let output = match single_file(path, format)? {
        Some(output) => output,
        None if is_named_as_file(path) || !is_folder(path) && path.exists() => {
            return Err(Failure::usage(format!(
                "{} is a file, or named as one, and there are many articles: their translations \
                 go to a folder, or into one file that ends in {}",
                path.display(),
                endings_for_many()
            )));
        }
        None => {
            if let Some(input) = inputs.iter().find(|input| is_same_file(input, path)) {
                return Err(Failure::usage(format!(
                    "the results would be among the articles of {}; give another --output",
                    input.display()
                )));
            }
            archive::Output::Folder {
                root: path.to_owned(),
                format,
                marks: style.marks,
                names: style.names,
                layout: style.layout,
            }
        }
    };
    let files = output.files();
    if let Some(list) = list
        && let Some(file) = files.iter().find(|file| is_same_file(file, list))
    {
        return Err(Failure::usage(format!(
            "{} would replace the list of inputs {}; give another --output",
            file.display(),
            list.display()
        )));
    }
    Ok(output)
}

/// The one file that holds the results of many articles, if the path or the format asks for one.
fn single_file(path: &Path, format: Format) -> Result<Option<archive::Output>, Failure> {
    let asked = CollectionFormat::of(format);
    let is_lines = format == Format::Jsonl;
    if is_folder(path) {
        return match asked {
            None if !is_lines => Ok(None),
            _ => Err(one_file(path, format)),
        };
    }
    let named = Format::from_path(path);
    let output = match CollectionFormat::from_path(path) {
        Some(collection) => archive::Output::Collection(path.to_owned(), collection),
        None if named == Some(Format::Jsonl) => archive::Output::JsonLines(path.to_owned()),
        None if named.is_none() => {
            let path = path.to_owned();
            if is_lines {
                return Ok(Some(archive::Output::JsonLines(path)));
            }
            return Ok(asked.map(|collection| archive::Output::Collection(path, collection)));
        }
        None => return Ok(None),
    };
    // Parquet is no format of reports; it is asked for by its ending, and then the format is text.
    let is_named = named.map_or(format == Format::Text, |named| named == format);
    let is_one_file = asked.is_some() || matches!(format, Format::Json | Format::Jsonl);
    if !is_named && !is_one_file {
        return Err(Failure::usage(format!(
            "{} is one file, and {format} of many articles is a file each: other formats go to a folder; name \
             one, or leave out --format",
            path.display(),
        )));
    }
    if !is_named {
        return Err(Failure::usage(format!(
            "{} is not named as {format} is; give a name that ends in .{}, or leave out --format",
            path.display(),
            format.extension()
        )));
    }
    Ok(Some(output))
}

/// Such a format does not go to a folder.
fn one_file(folder: &Path, format: Format) -> Failure {
    Failure::usage(format!(
        "{} is a folder, or named as one, and {format} of many articles is one file: give a name \
         that ends in .{}",
        folder.display(),
        format.extension()
    ))
}

/// Makes the folder that the results of many articles are written to.
pub(in crate::cli) fn make_folder(output: &archive::Output) -> Result<(), Failure> {
    let folder = match output {
        archive::Output::Folder { root, .. } => root,
        archive::Output::JsonLines(path) | archive::Output::Collection(path, _) => folder_of(path),
    };
    fs::create_dir_all(folder)
        .with_context(cannot_write_to(folder))
        .map_err(|error| Failure::new(Exit::Usage, error))
}

fn cannot_write_to(folder: &Path) -> impl FnOnce() -> String {
    move || format!("cannot write to {}", folder.display())
}
