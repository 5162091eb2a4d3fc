//! Values of options, and how they are read.

use std::ffi::OsStr;
use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};

use crate::catalogue;
use crate::generate::OutputVocabulary;
use crate::model_files::Task;
use crate::report::{Format, Layout};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SummaryMethod {
    /// Written by the summarisation model
    Abstractive,
    /// The best sentences of the body; needs no model
    Extractive,
    /// No summary
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RecordsForm {
    /// {"id": …, "text": …}
    Json,
    /// Entities of FollowTheMoney
    Ftm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PrecisionChoice {
    Auto,
    F32,
    F16,
    Bf16,
    Q8,
    Q4,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Vocabulary {
    Full,
    Latin,
}

impl From<Vocabulary> for OutputVocabulary {
    fn from(choice: Vocabulary) -> Self {
        match choice {
            Vocabulary::Full => Self::Full,
            Vocabulary::Latin => Self::Latin,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LayoutChoice {
    /// Source and English side by side
    Columns,
    /// The English alone
    English,
}

impl From<LayoutChoice> for Layout {
    fn from(choice: LayoutChoice) -> Self {
        match choice {
            LayoutChoice::Columns => Self::Columns,
            LayoutChoice::English => Self::English,
        }
    }
}

/// Where to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeviceChoice {
    Auto,
    Cpu,
    Cuda(usize),
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let unknown = || format!("`{word}` is not a valid device; auto, cpu, cuda or cuda:N are");
        match word {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            _ => {
                let index = word.strip_prefix("cuda:").ok_or_else(unknown)?;
                index.parse().map(Self::Cuda).map_err(|_| unknown())
            }
        }
    }
}

pub(super) fn format_parser() -> impl TypedValueParser<Value = Format> {
    // A database is asked for by the ending of its file.
    let formats = Format::ALL
        .iter()
        .filter(|format| **format != Format::Sqlite);
    let names = formats.map(|format| format.name());
    PossibleValuesParser::new(names).try_map(|word| word.parse::<Format>())
}

/// A model as the user names it. Completion scripts offer the catalogue's names of a task, or all.
#[derive(Debug, Clone)]
pub(super) struct ModelName(pub(super) Option<Task>);

impl TypedValueParser for ModelName {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let entries = catalogue::entries().iter();
        let fitting = entries.filter(|entry| self.0.is_none_or(|task| entry.task == task));
        Some(Box::new(
            fitting.map(|entry| PossibleValue::new(entry.name.as_str())),
        ))
    }
}

/// A number of bytes: `500`, `64K`, `1T`.
pub(super) fn bytes(word: &str) -> Result<u64, String> {
    let (digits, shift) = match word.trim_end_matches(['K', 'M', 'G', 'T']) {
        digits if digits.len() == word.len() => (word, 0),
        digits => match word.get(digits.len()..) {
            Some("K") => (digits, 10),
            Some("M") => (digits, 20),
            Some("G") => (digits, 30),
            Some("T") => (digits, 40),
            _ => (word, 0),
        },
    };
    let number: Option<u64> = digits.parse().ok();
    number
        .and_then(|number| number.checked_mul(1 << shift))
        .ok_or_else(|| String::from("a number of bytes is expected, such as 500M or 20G"))
}

/// A whole number of any type that can hold it.
pub(super) fn whole_number<T: FromStr>(word: &str) -> Result<T, String> {
    let number = word.parse();
    number.map_err(|_| String::from("a whole number from 0 is expected, and not too large a one"))
}

pub(super) fn number(word: &str) -> Result<f32, String> {
    let number = word.parse().ok().filter(|number: &f32| number.is_finite());
    number.ok_or_else(|| String::from("a number is expected"))
}

pub(super) fn limit(word: &str) -> Result<u64, String> {
    let number = word.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| String::from("a whole number from 1 is expected"))
}

pub(super) fn port(word: &str) -> Result<u16, String> {
    word.parse()
        .map_err(|_| String::from("a port is a whole number from 0 to 65535"))
}

pub(super) fn at_least_one(word: &str) -> Result<usize, String> {
    match word.parse() {
        Ok(0) | Err(_) => Err(String::from("a whole number from 1 is expected")),
        Ok(number) => Ok(number),
    }
}

/// Memory for a process that reads articles: enough for the program itself.
pub(super) fn reader_memory(word: &str) -> Result<u64, String> {
    const MIN_BYTES: u64 = 32 << 20;
    match bytes(word)? {
        bytes if bytes < MIN_BYTES => Err(String::from("at least 32M is expected")),
        bytes => Ok(bytes),
    }
}

/// At most a day.
pub(super) fn whole_seconds(word: &str) -> Result<u64, String> {
    const MAX_SECONDS: u64 = 24 * 60 * 60;
    match word.parse() {
        Ok(seconds @ 1..=MAX_SECONDS) => Ok(seconds),
        _ => Err(format!(
            "whole seconds from 1 to {MAX_SECONDS} are expected"
        )),
    }
}
