//! The list of names of `--names FILE` at the end of a run.

use super::config::NamesConfig;
use super::exit::{Exit, Failure};
use super::words::counted;
use crate::names::{NameList, SeenNames};
use crate::text::one_line;

/// Adds the names that a run met to its list, if it has one.
pub(super) fn add(config: &NamesConfig, seen: &SeenNames) -> Result<(), Failure> {
    let Some(file) = &config.file else {
        return Ok(());
    };
    let added = NameList::add(file, seen).map_err(|error| Failure::new(Exit::SomeFailed, error))?;
    if added > 0 {
        let names = counted(added as u64, "name", "names");
        let file = file.display().to_string();
        tracing::info!("{names} added to {}", one_line(&file));
    }
    Ok(())
}
