//! `translate models list`: what helps to choose a model.

use std::fmt::Write as _;

use console::measure_text_width;
use serde_json::{Value, json};

use super::speeds::Speeds;
use super::terminal::wrapped;
use super::words::size;
use crate::catalogue::{Entry, Quality, Task, entries};
use crate::hub::{ListedModel, ModelState};

const TASKS: [(Task, &str); 2] = [
    (Task::Translation, "Translation"),
    (Task::Summarization, "Summaries"),
];
const HEAD: [&str; COLUMNS] = [
    "name",
    "to pull",
    "on disk",
    "memory",
    "speed",
    "commercial",
    "quality",
];
const COLUMNS: usize = 7;
const NOTES: [&str; 3] = [
    "to pull: of two sizes, the first is for q8 and q4, the second for other precisions.",
    "memory: about, as q8 on a CPU. speed: tokens a second on this machine, sentences x beams, \
     where translate bench has measured it.",
    "commercial: whether the licence allows commercial use.",
];
/// Maximum columns of the notes.
const WIDTH: usize = 78;
const NOTHING: &str = "-";

/// A model, and what was measured of it here.
pub(super) struct Row {
    pub model: ListedModel,
    pub speeds: Speeds,
}

/// Tables for eyes: the catalogue by task, then what else is in the cache. A terminal has so many columns; a
/// table that is wider becomes a list.
pub(super) fn text(rows: &[Row], columns: Option<usize>) -> String {
    let mut text = String::new();
    for (task, title) in TASKS {
        let of_task = |row: &&Row| {
            let entry = row.model.entry.filter(|entry| entry.task == task);
            entry.is_some_and(|entry| !is_variant(entry) || row.model.state != ModelState::Absent)
        };
        table(title, rows.iter().filter(of_task), columns, &mut text);
    }
    let others = rows.iter().filter(|row| row.model.entry.is_none());
    table("Others in the cache", others, columns, &mut text);
    for line in NOTES
        .iter()
        .map(|&note| note.to_owned())
        .chain(sources(rows))
    {
        let width = columns.unwrap_or(WIDTH).min(WIDTH);
        let _ = writeln!(text, "{}", wrapped(&line, Some(width), "  "));
    }
    text
}

/// Whether a model is listed with another one, as its 8-bit integers.
fn is_variant(entry: &Entry) -> bool {
    entries()
        .iter()
        .any(|other| other.integers.as_deref() == Some(entry.name.as_str()))
}

/// `0.64/2.5 GB` for a model that is pulled as 8-bit integers or as the original.
fn to_pull(entry: &Entry) -> String {
    let integers = entry.as_integers();
    let short = integers.and_then(|integers| integers.download.strip_suffix(" GB"));
    match short {
        Some(short) => format!("{short}/{}", entry.download),
        None => entry.download.clone(),
    }
}

fn table<'a>(
    title: &str,
    rows: impl Iterator<Item = &'a Row>,
    columns: Option<usize>,
    text: &mut String,
) {
    let rows: Vec<[String; COLUMNS]> = rows.map(cells).collect();
    if rows.is_empty() {
        return;
    }
    let head = HEAD.map(str::to_owned);
    let all = || std::iter::once(&head).chain(&rows);
    let _ = writeln!(text, "{title}");
    let mut lines = Vec::new();
    for cells in all() {
        let mut line = String::from("  ");
        for (column, cell) in cells.iter().enumerate() {
            let widths = all().filter_map(|cells| cells.get(column).map(String::len));
            let width = widths.max().unwrap_or(0);
            let _ = write!(line, "{cell:<width$}  ");
        }
        lines.push(line.trim_end().to_owned());
    }
    let fits = |line: &String| columns.is_none_or(|columns| measure_text_width(line) < columns);
    if !lines.iter().all(fits) {
        lines = rows.iter().map(|cells| listed(cells, columns)).collect();
    }
    for line in lines {
        let _ = writeln!(text, "{line}");
    }
    text.push('\n');
}

/// The name of a model, and below it what is known.
fn listed(cells: &[String; COLUMNS], columns: Option<usize>) -> String {
    let [name, known @ ..] = cells;
    let [_, heads @ ..] = HEAD;
    let known = heads.iter().zip(known).filter(|(_, cell)| *cell != NOTHING);
    let known: Vec<String> = known.map(|(head, cell)| format!("{head} {cell}")).collect();
    let known = wrapped(&format!("    {}", known.join(", ")), columns, "    ");
    format!("  {name}\n{known}")
}

fn cells(row: &Row) -> [String; COLUMNS] {
    let entry = row.model.entry;
    let or_nothing = |text: Option<String>| text.unwrap_or_else(|| NOTHING.to_owned());
    let disk = match row.model.state {
        ModelState::Complete => size(row.model.bytes).to_string(),
        ModelState::Partial => format!("{} of it", size(row.model.bytes)),
        ModelState::Absent => NOTHING.to_owned(),
    };
    let commercial = entry.map(|entry| match entry.licence.allows_commercial_use() {
        Some(true) => "yes",
        Some(false) => "no",
        None => "see its licence",
    });
    let speed = row.speeds.usual();
    [
        row.model.name.clone(),
        or_nothing(entry.map(to_pull)),
        disk,
        or_nothing(entry.and_then(|entry| entry.memory.clone())),
        or_nothing(speed.map(|(case, speed)| format!("{:.0} ({case})", speed.tokens_per_second))),
        or_nothing(commercial.map(str::to_owned)),
        or_nothing(quality(entry).map(|quality| quality.score.clone())),
    ]
}

fn quality(entry: Option<&'static Entry>) -> Option<&'static Quality> {
    entry?.quality.as_ref()
}

/// Where the scores come from, each source once.
fn sources(rows: &[Row]) -> Vec<String> {
    let mut sources: Vec<(String, Vec<&str>)> = Vec::new();
    for row in rows {
        let Some(quality) = quality(row.model.entry) else {
            continue;
        };
        let note = format!("{} ({})", quality.on, quality.source);
        match sources.iter_mut().find(|(known, _)| *known == note) {
            Some((_, names)) => names.push(&row.model.name),
            None => sources.push((note, vec![&row.model.name])),
        }
    }
    let line =
        |(note, names): (String, Vec<&str>)| format!("quality of {}: {note}.", names.join(", "));
    sources.into_iter().map(line).collect()
}

/// The same for programs.
pub(super) fn json(rows: &[Row]) -> Value {
    rows.iter().map(object).collect()
}

fn object(row: &Row) -> Value {
    let model = &row.model;
    let entry = model.entry;
    let state = match model.state {
        ModelState::Complete => "complete",
        ModelState::Partial => "partial",
        ModelState::Absent => "absent",
    };
    json!({
        "name": model.name,
        "about": entry.map(|entry| &entry.about),
        "task": entry.map(|entry| entry.task.as_str()),
        "repository": entry.map(|entry| entry.repository.as_str()),
        "commit": entry.map(|entry| entry.commit.as_str()),
        "state": state,
        "folder": model.path.display().to_string(),
        "bytes_on_disk": model.bytes,
        "bytes_to_pull": entry.and_then(bytes_to_pull),
        "to_pull": entry.map(|entry| &entry.download),
        "pulled_for_q8_and_q4": entry.and_then(|entry| entry.integers.as_ref()),
        "memory": entry.and_then(|entry| entry.memory.as_ref()),
        "speed": row.speeds.usual().map(|(case, speed)| json!({
            "case": case,
            "tokens_per_second": speed.tokens_per_second,
            "precision": speed.precision,
            "device": speed.device,
            "threads": speed.threads,
        })),
        "licence": entry.map(|entry| &entry.licence.id),
        "commercial_use": entry.and_then(|entry| entry.licence.allows_commercial_use()),
        "quality": quality(entry),
        "files": entry.map(|entry| entry.pinned_files().1),
        "pinned_files": entry.map(|entry| entry.pinned_files().0),
    })
}

/// The sum of its files, if all are known.
fn bytes_to_pull(entry: &Entry) -> Option<u64> {
    let needed = entry.files.iter().filter(|file| !file.optional);
    needed.map(|file| file.bytes).sum()
}
