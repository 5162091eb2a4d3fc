//! `--names`: whether names are put in one spelling, and the list of names that is followed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::cli::args::PipelineArgs;
use crate::cli::exit::{Exit, Failure};
use crate::files::folder_of;
use crate::names::NameList;

/// The ending of a list that is yet to be made.
const NEW_LIST_ENDING: &str = "csv";

/// How names are spelt.
pub(in crate::cli) struct NamesConfig {
    /// Whether each is put in one spelling.
    pub unify: bool,
    /// The list that is followed.
    pub list: Option<Arc<NameList>>,
    /// Its file.
    pub file: Option<PathBuf>,
    /// Whether they are listed below a text: `--names` was given, and not off.
    pub is_listed: bool,
    /// What results depend on.
    pub option: Value,
}

impl NamesConfig {
    pub(super) fn new(args: &PipelineArgs) -> Result<Self, Failure> {
        // Without retries the model's words stay, but for the names of a glossary's terms.
        let may_unify = args.retries > 0;
        let word = args.names.as_deref().map(Path::as_os_str);
        let (unify, word) = match word {
            None => (true, "on"),
            Some(word) if word == "on" => (true, "on"),
            Some(word) if word == "off" => (false, "off"),
            Some(file) => return Self::of_file(Path::new(file), may_unify),
        };
        Ok(Self {
            unify: unify && may_unify,
            list: None,
            file: None,
            is_listed: unify && args.names.is_some(),
            option: json!(word),
        })
    }

    fn of_file(file: &Path, may_unify: bool) -> Result<Self, Failure> {
        if file.exists() && !file.is_file() {
            return Err(Failure::usage(format!(
                "--names {}: a list of names is a file, since names are added to it",
                file.display()
            )));
        }
        let list = NameList::open(file).map_err(|error| Failure::new(Exit::Usage, error))?;
        let unfollowed = list.unfollowed();
        if unfollowed > 0 {
            tracing::warn!(
                "{unfollowed} of {} names of {} have not as many words as their spelling, which is not \
                 followed",
                list.len(),
                file.display()
            );
        }
        if !file.exists() {
            let name = file.display();
            if file
                .extension()
                .is_none_or(|ending| ending != NEW_LIST_ENDING)
            {
                return Err(Failure::usage(format!(
                    "--names {name}: there is no such list of names; on, off, or a list, which is made \
                     if its name ends in .{NEW_LIST_ENDING}, is expected"
                )));
            }
            // A run of days must not find out at its end.
            if !folder_of(file).is_dir() {
                return Err(Failure::usage(format!(
                    "--names {name}: its folder does not exist"
                )));
            }
        }
        Ok(Self {
            unify: may_unify,
            option: json!(list.digest()),
            list: Some(Arc::new(list)),
            file: Some(file.to_owned()),
            is_listed: true,
        })
    }
}
