//! Runs the program on an attack within limits of memory and CPU time, and tells what was wrong with
//! what it did.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Value, json};

use super::attack::{Attack, Fate, Given, Others};
use crate::support::{FAST, MODELS, World, fixture};

/// Address space of each process, in KiB: what reading may take by default, the program, and what
/// its threads reserve.
const MAX_ADDRESS_KIB: u64 = 2 << 20;
/// CPU time of each process, in seconds.
const MAX_CPU_SECONDS: u64 = 120;
/// How long a run is waited for, in seconds: it may use no CPU time at all.
const MAX_WAIT_SECONDS: u64 = 600;
/// What a run may say of one article, in bytes, and a few lines besides.
const MAX_SAID_BYTES: usize = 4 << 10;

/// A sentence of the memorised article, which is surely Kazakh.
pub const SENTENCE: &str = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.";

/// The files that are read before and after an attack.
const NEIGHBOURS: [&str; 2] = ["!good.txt", "~good.txt"];

/// How a run ended.
pub struct Ended {
    /// `None` if a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs the binary within the limits of an attack, times `factor`.
pub fn run(world: &World, arguments: &[&str], stdin: Option<&Path>, factor: u64) -> Ended {
    let cpu = MAX_CPU_SECONDS * factor;
    let limits = format!("ulimit -v {MAX_ADDRESS_KIB}; ulimit -t {cpu}; exec \"$@\"");
    let program = env!("CARGO_BIN_EXE_translate");
    let mut command = if cfg!(unix) {
        let shell = ["-c", &limits, "sh", program];
        world.command_of(Path::new("sh"), &[&shell, arguments].concat())
    } else {
        world.command(arguments)
    };
    if let Some(stdin) = stdin {
        command.stdin(File::open(stdin).unwrap());
    }
    // Files, since a pipe that nobody reads would stop it.
    let [stdout, stderr] = ["said.out", "said.err"].map(|name| world.path(name));
    command
        .stdout(File::create(&stdout).unwrap())
        .stderr(File::create(&stderr).unwrap());
    let code = waited_for(&mut command, MAX_WAIT_SECONDS * factor);
    let text = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
    Ended {
        code,
        stdout: text(&stdout),
        stderr: text(&stderr),
    }
}

/// The exit code of a command; `None` if a signal ended it, or it did not end.
fn waited_for(command: &mut Command, seconds: u64) -> Option<i32> {
    let mut child = command.spawn().unwrap();
    for _ in 0..seconds * 100 {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

/// What was wrong with what became of an attack: nothing, if it was survived.
pub fn problems(attack: &Attack) -> Vec<String> {
    match &attack.given {
        Given::File(_) | Given::Entry(_) => {
            problems_of_a_folder(&[attack], &NEIGHBOURS, attack.is_only_read, 1)
        }
        Given::Stream(make) => problems_of_a_stream(attack, &make()),
        Given::Model(change) => problems_of_a_model(attack, change),
    }
}

/// Writes an attack into a folder.
fn put(attack: &Attack, folder: &Path) {
    let path = folder.join(&attack.name);
    match &attack.given {
        Given::File(make) => fs::write(path, make()).unwrap(),
        Given::Entry(make) => make(&path),
        Given::Stream(_) | Given::Model(_) => {}
    }
}

/// Runs over a folder of attacks and sound articles, which are to be translated as without attacks, or
/// only read.
pub fn problems_of_a_folder(
    attacks: &[&Attack],
    good: &[&str],
    only_read: bool,
    factor: u64,
) -> Vec<String> {
    let world = World::new();
    fs::create_dir(world.path("in")).unwrap();
    for name in good {
        fs::write(world.path("in").join(name), SENTENCE).unwrap();
    }
    for attack in attacks {
        put(attack, &world.path("in"));
    }
    let mut arguments = [&MODELS[..], &FAST, &["in", "-o", "out.jsonl"]].concat();
    if only_read {
        arguments.push("--dry-run");
    }
    let ended = run(&world, &arguments, None, factor);
    let mut problems = Vec::new();
    let mut seen = if only_read {
        seen_in_a_dry_run(&ended)
    } else {
        seen_in_results(&world, &mut problems)
    };
    for name in good {
        match seen.iter().position(|seen| seen.id == *name) {
            Some(place) if !seen[place].is_good(only_read) => {
                problems.push(format!("{name} has another translation, or none"));
                seen.swap_remove(place);
            }
            Some(place) => drop(seen.swap_remove(place)),
            None => problems.push(format!("{name} is lost")),
        }
    }
    let has_failed = seen.iter().any(|seen| seen.failure.is_some());
    if ended.code != Some(i32::from(has_failed)) {
        problems.push(format!("exit code {:?}", ended.code));
    }
    check_said(&ended, attacks.len() + seen.len(), &mut problems);
    check_fates(attacks, &seen, &mut problems);
    for seen in seen.iter().filter(|seen| seen.failure.is_some()) {
        let is_plain = |c: char| c.is_ascii_graphic() || c == ' ';
        let told = format!("error: {}: ", seen.id);
        if seen.id.chars().all(is_plain) && !ended.stderr.contains(&told) {
            problems.push(format!("{} is not named on standard error", seen.id));
        }
    }
    if !problems.is_empty() && attacks.len() == 1 {
        problems.push(shortened(&ended.stderr));
    }
    problems
}

/// What became of an article.
struct Seen {
    id: String,
    /// Why it failed, if it did.
    failure: Option<String>,
    /// Its document, if that was written.
    document: Value,
}

impl Seen {
    /// Whether it is a sound article that was read and, unless it was only read, translated.
    fn is_good(&self, only_read: bool) -> bool {
        self.failure.is_none() && (only_read || self.document["paragraphs"] == *good_paragraphs())
    }
}

/// The paragraphs of a sound article's document, as they are where nothing else is read.
fn good_paragraphs() -> &'static Value {
    static PARAGRAPHS: OnceLock<Value> = OnceLock::new();
    PARAGRAPHS.get_or_init(|| {
        let world = World::new();
        world.write("good.txt", SENTENCE);
        let arguments = [&FAST[..], &["good.txt", "-f", "json"]].concat();
        let document = world.translate(&arguments).expect_code(0).json();
        let sentence = &document["paragraphs"][0]["sentences"][0];
        assert_eq!(sentence["source"], SENTENCE);
        assert!(!sentence["target"].as_str().unwrap().is_empty());
        document["paragraphs"].clone()
    })
}

fn seen_in_results(world: &World, problems: &mut Vec<String>) -> Vec<Seen> {
    let mut seen = Vec::new();
    for line in json_lines(&world.path("out.jsonl"), problems) {
        let id = line["id"].as_str().unwrap_or("no id").to_owned();
        seen.push(Seen {
            id,
            failure: None,
            document: line,
        });
    }
    for line in json_lines(&world.path("out.jsonl.errors.jsonl"), problems) {
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        seen.push(Seen {
            id: text(&line["id"]),
            failure: Some(text(&line["error"]["message"])),
            document: Value::Null,
        });
    }
    seen
}

fn json_lines(path: &Path, problems: &mut Vec<String>) -> Vec<Value> {
    let Ok(bytes) = fs::read(path) else {
        return Vec::new();
    };
    let lines = bytes.split(|&byte| byte == b'\n');
    let lines = lines.filter(|line| !line.is_empty());
    lines
        .filter_map(|line| {
            let line = serde_json::from_slice(line);
            line.map_err(|error| problems.push(format!("{}: {error}", path.display())))
                .ok()
        })
        .collect()
}

fn seen_in_a_dry_run(ended: &Ended) -> Vec<Seen> {
    let read = ended.stdout.lines().map(|id| (id.to_owned(), None));
    let failures = ended.stderr.lines().filter_map(|line| {
        let (id, message) = line.strip_prefix("error: ")?.split_once(": ")?;
        Some((id.to_owned(), Some(message.to_owned())))
    });
    let seen = read.chain(failures).map(|(id, failure)| Seen {
        id,
        failure,
        document: Value::Null,
    });
    seen.collect()
}

/// Compares what became of articles with what has to.
fn check_fates(attacks: &[&Attack], seen: &[Seen], problems: &mut Vec<String>) {
    let mut left: Vec<(&Attack, &str, &Fate)> = Vec::new();
    for attack in attacks {
        let expected = attack.expected.iter();
        left.extend(expected.map(|(id, fate)| (*attack, id.as_str(), fate)));
    }
    for Seen { id, failure, .. } in seen {
        let failure = failure.as_deref();
        let found = left
            .iter()
            .position(|(_, expected, fate)| expected == id && fate.is(failure));
        if let Some(found) = found {
            left.swap_remove(found);
            continue;
        }
        let may_be = |attack: &&Attack| {
            id.starts_with(&attack.name)
                && match attack.others {
                    Others::None => false,
                    Others::Fail => failure.is_some(),
                    Others::Any => true,
                }
        };
        if !attacks.iter().any(may_be) {
            let what = failure.unwrap_or("it was translated");
            problems.push(format!(
                "unexpected: {}: {}",
                shortened(id),
                shortened(what)
            ));
        }
    }
    for (_, id, fate) in left {
        problems.push(format!("not seen: {}: {fate:?}", shortened(id)));
    }
}

/// Checks what was said on standard error of so many articles: that no part of the program crashed
/// without notice, that it is no flood, and that it is safe to show.
fn check_said(ended: &Ended, articles: usize, problems: &mut Vec<String>) {
    let said = &ended.stderr;
    if said.contains("panicked at") {
        problems.push(String::from("something panicked"));
    }
    if said.len() > MAX_SAID_BYTES * (articles + 1) {
        problems.push(format!("{} bytes on standard error", said.len()));
    }
    let acts = |c: char| c.is_control() && c != '\n' || is_bidi(c);
    if let Some(sign) = said.chars().find(|&c| acts(c)) {
        problems.push(format!("{sign:?} on standard error"));
    }
}

/// Whether a character changes the direction of what is around it.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Sends lines to the worker, between two sound records.
fn problems_of_a_stream(attack: &Attack, lines: &[u8]) -> Vec<String> {
    let world = World::new();
    let good = |id: &str| format!("{}\n", json!({"id": id, "text": SENTENCE})).into_bytes();
    let end = if lines.ends_with(b"\n") {
        &b""[..]
    } else {
        b"\n"
    };
    let input = world.write(
        "input",
        [&good("first"), lines, end, &good("last")].concat(),
    );
    let arguments = [&["worker"], &MODELS[..], &FAST].concat();
    let ended = run(&world, &arguments, Some(&input), 1);
    let mut problems = Vec::new();
    if ended.code != Some(0) {
        problems.push(format!("exit code {:?}", ended.code));
    }
    check_said(&ended, attack.expected.len(), &mut problems);
    let answers = json_lines(&world.path("said.out"), &mut problems);
    let is_good = |answer: Option<&Value>, id: &str| {
        answer
            .is_some_and(|answer| answer["id"] == id && answer["paragraphs"] == *good_paragraphs())
    };
    if !is_good(answers.first(), "first") || !is_good(answers.last(), "last") {
        problems.push(String::from("a sound record is not answered"));
    }
    let answers = answers.get(1..answers.len().saturating_sub(1));
    let answers = answers.unwrap_or_default();
    if answers.len() != attack.expected.len() {
        problems.push(format!("{} answers", answers.len()));
    }
    for (answer, (_, fate)) in answers.iter().zip(&attack.expected) {
        let failure = answer["error"]["message"].as_str();
        if !fate.is(failure) {
            problems.push(format!(
                "{fate:?}, and not {}",
                shortened(&answer.to_string())
            ));
        }
    }
    if !problems.is_empty() {
        problems.push(shortened(&ended.stderr));
    }
    problems
}

/// Translates an article with a changed model.
fn problems_of_a_model(attack: &Attack, change: &dyn Fn(&Path)) -> Vec<String> {
    let world = World::new();
    let model = world.path("model");
    fs::create_dir(&model).unwrap();
    for entry in fixture("memorised-nllb").read_dir().unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, model.join(path.file_name().unwrap())).unwrap();
    }
    change(&model);
    world.write("good.txt", SENTENCE);
    let arguments = [&FAST[..], &["--model", "./model", "good.txt"]].concat();
    let ended = run(&world, &arguments, None, 1);
    let mut problems = Vec::new();
    let (_, fate) = &attack.expected[0];
    let failure = (ended.code != Some(0)).then_some(ended.stderr.as_str());
    if !fate.is(failure) {
        problems.push(format!("{fate:?} is expected"));
    }
    if failure.is_some() && (ended.code != Some(3) || !ended.stdout.is_empty()) {
        problems.push(format!("exit code {:?}", ended.code));
    }
    check_said(&ended, 1, &mut problems);
    if !problems.is_empty() {
        problems.push(shortened(&ended.stderr));
    }
    problems
}

/// Some of what was said, for the message of a test.
fn shortened(text: &str) -> String {
    const MOST: usize = 400;
    let mut short = String::new();
    for c in text.chars().take(MOST) {
        let _ = match c {
            '\n' => write!(short, "\n    "),
            _ if c.is_control() || is_bidi(c) => write!(short, "{}", c.escape_default()),
            _ => write!(short, "{c}"),
        };
    }
    short
}
