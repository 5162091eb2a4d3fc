//! `translate glossary check FILE`: what in a glossary does not do what its author expects.

use std::path::Path;
use std::sync::Arc;

use super::args::GlossaryCommand;
use super::exit::{Exit, Failure};
use super::output::to_stdout;
use crate::article::tidy;
use crate::glossary::{Fault, Glossary, GlossaryError};
use crate::language::KAZAKH;
use crate::segment;
use crate::text::one_line;

/// Prints a line for each fault; the exit code is 1 where there are any.
pub(super) fn run(command: &GlossaryCommand) -> Result<Exit, Failure> {
    let GlossaryCommand::Check { file } = command;
    let (glossary, mut faults) = Glossary::open_in_part(file).map_err(no_glossary)?;
    faults.extend(faults_of(&glossary));
    faults.sort_by_key(|fault| fault.line);
    let name = file.display().to_string();
    if faults.is_empty() {
        let entries = glossary.entries().len();
        to_stdout(one_line(&format!("{name}: {entries} entries, no faults")).as_bytes())?;
        to_stdout(b"\n")?;
        return Ok(Exit::Done);
    }
    let lines: Vec<String> = faults
        .iter()
        .map(|fault| one_line(&format!("{name}:{}: {fault}", fault.line)) + "\n")
        .collect();
    to_stdout(lines.concat().as_bytes())?;
    Ok(Exit::SomeFailed)
}

/// The glossary of `--glossary`; faults are no error.
pub(super) fn glossary(file: &Path) -> Result<Arc<Glossary>, Failure> {
    let glossary = Glossary::open(file).map_err(no_glossary)?;
    let faults = faults_of(&glossary).len();
    if faults > 0 {
        tracing::warn!(
            "{faults} of {} entries of {} never match or contradict another; \
             `translate glossary check` names them",
            glossary.entries().len(),
            file.display()
        );
    }
    Ok(Arc::new(glossary))
}

/// The faults of a glossary in Kazakh texts that are tidied.
fn faults_of(glossary: &Glossary) -> Vec<Fault> {
    // Inside a sentence: what is there alone may be taken for a headline.
    let (before, after) = ("Бүгін", "туралы айтылды.");
    glossary.faults(&KAZAKH, &|term| {
        let text = format!("{before} {term} {after}");
        let sentences = segment::sentences(&text, &KAZAKH).into_iter();
        let units = sentences.map(|sentence| tidy::model_input(sentence.trim(), &KAZAKH));
        units
            .map(|unit| {
                let unit = unit.strip_prefix(before).unwrap_or(&unit);
                unit.strip_suffix(after).unwrap_or(unit).trim().to_owned()
            })
            .collect()
    })
}

fn no_glossary(error: GlossaryError) -> Failure {
    Failure::new(Exit::Usage, error)
}
