//! `translate models …`: lists, downloads, shows, verifies and removes models.

use std::fmt::Write as _;

use console::measure_text_width;

use super::args::{DeviceChoice, ModelArgs, ModelsCommand, PrecisionChoice};
use super::config::{hub_options, variant};
use super::device;
use super::exit::{Exit, Failure};
use super::loading::{fetch, hub_failure};
use super::model_list::{self, Row};
use super::output::to_stdout;
use super::progress::PullProgress;
use super::speeds::Speeds;
use super::terminal::{columns_of_stdout, wrapped};
use super::words::size;
use crate::catalogue::{Entry, ModelSpec, Quality, resolve};
use crate::hub::{self, FileState, HubOptions, ModelState};
use crate::model::converted;
use crate::nn::ComputeOptions;
use crate::text::lines;

pub(super) fn run(command: ModelsCommand, offline: bool) -> Result<Exit, Failure> {
    let options = hub_options(offline);
    match &command {
        ModelsCommand::List(args) => list(&options, args.json),
        ModelsCommand::Where => places(&options),
        ModelsCommand::Pull(args) => {
            each(&args.models, |spec| pull(spec, args.precision, &options))
        }
        ModelsCommand::Show(args) => each(args, |spec| show(spec, &options)),
        ModelsCommand::Verify(args) => each(args, |spec| {
            each_held(spec, &options, |spec| verify(spec, &options))
        }),
        ModelsCommand::Rm(args) => each(args, |spec| {
            each_held(spec, &options, |spec| remove(spec, &options))
        }),
    }
}

fn each(
    args: &ModelArgs,
    mut action: impl FnMut(&ModelSpec) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let specs = args.models.iter().map(|name| resolve(name));
    let specs: Vec<ModelSpec> = specs
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::usage(error.to_string()))?;
    worst_of(&specs, &mut action)
}

/// Acts on what the cache holds of a model: its own files, and those of the same model as integers,
/// which may have been taken in their place. If it holds neither, on its own.
fn each_held(
    spec: &ModelSpec,
    options: &HubOptions,
    mut action: impl FnMut(&ModelSpec) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let Some(integers) = spec.entry().and_then(Entry::as_integers) else {
        return action(spec);
    };
    let listed = hub::list(options).map_err(hub_failure)?;
    let is_held = |spec: &ModelSpec| {
        let name = spec.to_string();
        let mut held = listed.iter().filter(|one| one.state != ModelState::Absent);
        held.any(|one| one.name == name)
    };
    let both = [spec.clone(), ModelSpec::Catalogue(integers)];
    let held: Vec<ModelSpec> = both.into_iter().filter(is_held).collect();
    if held.is_empty() {
        return action(spec);
    }
    worst_of(&held, &mut action)
}

fn worst_of(
    specs: &[ModelSpec],
    action: &mut dyn FnMut(&ModelSpec) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let mut worst = Exit::Done;
    for spec in specs {
        let exit = action(spec)?;
        if exit != Exit::Done {
            worst = exit;
        }
    }
    Ok(worst)
}

fn list(options: &HubOptions, is_json: bool) -> Result<Exit, Failure> {
    let models = hub::list(options).map_err(hub_failure)?;
    let rows: Vec<Row> = models
        .into_iter()
        .map(|model| Row {
            speeds: Speeds::of(&model.name, &options.state),
            model,
        })
        .collect();
    if is_json {
        to_stdout(format!("{}\n", model_list::json(&rows)).as_bytes())?;
        return Ok(Exit::Done);
    }
    let columns = columns_of_stdout();
    let mut text = model_list::text(&rows, columns);
    let folder = converted::folder();
    let files = folder.as_deref().map(converted::list).transpose();
    let files = files.map_err(model_failure)?.unwrap_or_default();
    if !files.is_empty() {
        let head = "Converted for this machine; translate models rm MODEL removes them:";
        let _ = writeln!(text, "\n{}", wrapped(head, columns, "  "));
    }
    for file in files {
        let (name, size) = (file.name(), size(file.bytes).to_string());
        let width = measure_text_width(&name) + 2 + size.len();
        let between = match columns {
            Some(columns) if columns < width => "\n",
            _ => "",
        };
        let _ = writeln!(text, "{name}{between}  {size}");
    }
    text.push('\n');
    for line in [
        "More of one: translate models show NAME",
        "To download one: translate models pull NAME",
    ] {
        let _ = writeln!(text, "{}", wrapped(line, columns, "  "));
    }
    to_stdout(lines(&text).as_bytes())?;
    Ok(Exit::Done)
}

fn places(options: &HubOptions) -> Result<Exit, Failure> {
    let mut text = format!(
        "models     {}\nverified   {}\n",
        options.cache.display(),
        options.state.display()
    );
    if let Some(folder) = converted::folder() {
        let _ = writeln!(text, "converted  {}", folder.display());
    }
    to_stdout(lines(&text).as_bytes())?;
    Ok(Exit::Done)
}

fn pull(
    spec: &ModelSpec,
    precision: PrecisionChoice,
    options: &HubOptions,
) -> Result<Exit, Failure> {
    let options = HubOptions {
        refresh: !options.offline,
        ..options.clone()
    };
    let device = device::device(DeviceChoice::Auto, precision)?;
    let compute = ComputeOptions {
        precision: device::precision(precision, device),
        device,
        ..ComputeOptions::default()
    };
    let spec = variant(spec.clone(), &compute, &options)?;
    let files = fetch(&spec, &options)?;
    let text = format!("{} is in {}\n", files.id, files.root.display());
    to_stdout(lines(&text).as_bytes())?;
    Ok(Exit::Done)
}

fn show(spec: &ModelSpec, options: &HubOptions) -> Result<Exit, Failure> {
    let path = hub::location(spec, options).map_err(hub_failure)?;
    let mut text = String::new();
    if let Some(entry) = spec.entry() {
        describe(entry, &mut text);
    }
    if let ModelSpec::Repository { .. } = spec {
        text.push_str("pins         none: its files are checked against what the hub says\n");
    }
    let _ = writeln!(text, "folder       {}", path.display());
    to_stdout(lines(&text).as_bytes())?;
    Ok(Exit::Done)
}

fn describe(entry: &Entry, text: &mut String) {
    let _ = writeln!(text, "{}: {}", entry.name, entry.about);
    let _ = writeln!(text, "repository   {} @ {}", entry.repository, entry.commit);
    let _ = writeln!(text, "licence      {}", entry.licence.id);
    for line in entry.licence.notice.iter().chain(&entry.licence.link) {
        let _ = writeln!(text, "             {line}");
    }
    let _ = writeln!(
        text,
        "languages    {} to {}",
        entry.languages.source, entry.languages.target
    );
    if let Some(integers) = entry.as_integers() {
        let _ = writeln!(
            text,
            "q8 and q4    take {}, {} instead of {}, unless only these files are here",
            integers.name, integers.download, entry.download
        );
    }
    if let Some(memory) = &entry.memory {
        let _ = writeln!(text, "memory       about {memory}, as q8 on a CPU");
    }
    if let Some(Quality { score, on, source }) = &entry.quality {
        let _ = writeln!(text, "quality      {score} on {on} ({source})");
    }
    let checked = "checked against what the hub says, and what the first pull recorded";
    let _ = match entry.pinned_files() {
        (0, _) => writeln!(text, "pins         none: its files are {checked}"),
        (pinned, all) if pinned < all => writeln!(
            text,
            "pins         of {pinned} of its {all} files; the others are {checked}"
        ),
        _ => writeln!(text, "pins         of all its files"),
    };
    for file in &entry.files {
        let bytes = file.bytes.map_or(String::from("size unknown"), |bytes| {
            size(bytes).to_string()
        });
        let hash = file.sha256.as_deref().unwrap_or("checked against the hub");
        let _ = writeln!(text, "{:<24} {bytes:>12}  {hash}", file.name.as_str());
    }
}

fn verify(spec: &ModelSpec, options: &HubOptions) -> Result<Exit, Failure> {
    let mut progress = PullProgress::default();
    let reports = hub::verify(spec, options, &mut progress).map_err(hub_failure)?;
    drop(progress);
    let mut exit = Exit::Done;
    let mut text = String::new();
    for report in reports {
        let state = match report.state {
            FileState::Good(_) => String::from("good"),
            FileState::Missing => String::from("missing"),
            FileState::Bad { problem, deleted } => {
                let fate = if deleted {
                    "deleted"
                } else {
                    "could not be deleted"
                };
                format!("bad: {problem} ({fate})")
            }
            FileState::Unverifiable(_) => String::from("nothing says what it must be"),
        };
        if state != "good" {
            exit = Exit::Model;
        }
        let _ = writeln!(text, "{:<24} {state}", report.file);
    }
    to_stdout(lines(&text).as_bytes())?;
    Ok(exit)
}

fn remove(spec: &ModelSpec, options: &HubOptions) -> Result<Exit, Failure> {
    let converted = remove_converted(spec, options)?;
    // A folder is its owner's: only what was converted from it is removed.
    let is_folder = matches!(spec, ModelSpec::Folder(_));
    let bytes = if is_folder && converted > 0 {
        converted
    } else {
        converted + hub::remove(spec, options).map_err(hub_failure)?.bytes
    };
    if bytes == 0 {
        tracing::error!("{spec} is not on this machine: nothing was removed");
        return Ok(Exit::SomeFailed);
    }
    let text = format!("{spec}: {} freed\n", size(bytes));
    to_stdout(lines(&text).as_bytes())?;
    Ok(Exit::Done)
}

/// Removes what was converted from a model, and returns the bytes freed.
fn remove_converted(spec: &ModelSpec, options: &HubOptions) -> Result<u64, Failure> {
    let Some(folder) = converted::folder() else {
        return Ok(0);
    };
    let root = hub::location(spec, options).map_err(hub_failure)?;
    // A hub model's id contains its commit, which is the name of its snapshot.
    let id = match (spec.repository(), root.file_name()) {
        (Some((id, _)), Some(commit)) => format!("{id}@{}", commit.to_string_lossy()),
        _ => String::new(),
    };
    converted::remove(&folder, &id, &root).map_err(model_failure)
}

fn model_failure(error: converted::ConvertedError) -> Failure {
    Failure::new(Exit::Model, error)
}
