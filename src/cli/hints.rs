//! Advice: what a user of the command can do about an error.
//!
//! The library's errors state facts, for any program that shows them. Options, subcommands and
//! environment variables are named here, and the advice follows the fact after a semicolon.

use std::error::Error;
use std::io;
use std::path::Path;

use super::loading::ModelMissing;
use super::output::endings_for_many;
use crate::archive::finished::FinishedError;
use crate::archive::{
    ForeignFile, JournalError, LimitError, MergeError, OutputError, RunError, TakenName,
};
use crate::article::{ArticleError, FileClass};
use crate::article_reader::{ReadError, ReaderEnd};
use crate::bench::BenchError;
use crate::files::is_temporary;
use crate::hub::{HubError, TokenState};
use crate::model::ModelError;
use crate::model_files::LayoutError;
use crate::nn;
use crate::pipeline::PipelineError;

type Cause = dyn Error + 'static;

/// What can be done about an error, by itself or by one of its causes.
pub(super) fn advice(error: &Cause) -> Option<String> {
    let kinds = [
        missing, hub, network, reading, article, limit, output, foreign, run, merge, finished,
        machine,
    ];
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(advice) = kinds.iter().find_map(|kind| kind(error)) {
            return Some(advice);
        }
        // What an input/output error wraps is not its source.
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        cause = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}

/// Of a model that a run needs: what is to be downloaded, and how to go on without it.
fn missing(error: &Cause) -> Option<String> {
    let ModelMissing {
        source,
        downloads,
        is_summary,
    } = error.downcast_ref()?;
    let needed = match downloads.as_slice() {
        [] => None,
        downloads => Some(format!(
            "the first run downloads {}",
            downloads.join(" and ")
        )),
    };
    let without = is_summary.then(|| {
        String::from(
            "or do without it: -s extractive takes the best sentences, -s none writes no summary",
        )
    });
    let parts = [needed, hub(source), without].into_iter().flatten();
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn hub(error: &Cause) -> Option<String> {
    Some(match error.downcast_ref::<HubError>()? {
        HubError::Offline { model, .. } => format!(
            "run `translate models pull {model}` on a machine with a connection and share its \
             cache (HF_HOME names the folder)"
        ),
        HubError::NotFound { token, .. } => String::from(match token {
            Some(TokenState::Sent) => "check the name, and whether HF_TOKEN may see it",
            Some(TokenState::NotSet) => "check the name, or set HF_TOKEN if it is private",
            Some(TokenState::Refused) => {
                "check the name, or set HF_TOKEN to a valid token if it is private"
            }
            None => "check the name",
        }),
        HubError::Gated {
            endpoint,
            repository,
            token,
            ..
        } => {
            let then = match token {
                TokenState::Sent => "check that HF_TOKEN is a valid token of the account that did",
                TokenState::NotSet => "set HF_TOKEN to a token of that account",
                TokenState::Refused => "set HF_TOKEN to a valid token of that account",
            };
            format!("open {endpoint}/{repository} and accept its terms, then {then}")
        }
        HubError::Corrupt {
            model, endpoint, ..
        } => {
            let again = format!("run `translate models pull {model}`");
            match endpoint {
                Some(endpoint) => format!(
                    "{again}; if it stays so, something between this machine and {endpoint} \
                     changes what it delivers"
                ),
                None => again,
            }
        }
        HubError::Unverifiable { model, .. } => {
            format!("run `translate models pull {model}` with a connection")
        }
        HubError::NotAModel {
            problem: LayoutError::GitLfsPointer { .. },
            ..
        } => String::from("run `git lfs pull` in the folder"),
        HubError::BadAnswer { .. } | HubError::BadEndpoint { .. } => {
            String::from("check HF_ENDPOINT")
        }
        HubError::BadToken => String::from("check HF_TOKEN"),
        HubError::StorageRefused { host, .. } => {
            format!("try again later, or ask who runs this network whether {host} is let through")
        }
        HubError::Elsewhere { host, .. } => {
            format!("let {host} through where a firewall or proxy allows the hub's address alone")
        }
        HubError::Certificate { .. } => String::from(
            "where a proxy decrypts connections, install its certificate authority in the system, \
             or name the file of certificates with SSL_CERT_FILE",
        ),
        HubError::NoRoom { .. } => {
            String::from("make room, or keep models elsewhere: HF_HOME names the folder")
        }
        HubError::Busy { .. } => String::from("run again then"),
        HubError::Status { .. } => {
            String::from("try again later, or check HF_ENDPOINT and the network")
        }
        HubError::Unreachable { .. } => String::from(
            "check the network, HF_ENDPOINT and the proxy (HTTPS_PROXY), or pull on a machine with a \
             connection (`translate models pull`) and share its cache (HF_HOME names the folder)",
        ),
        HubError::Network { .. } => String::from(
            "check the network, HF_ENDPOINT and the proxy (HTTPS_PROXY), or use --offline where \
             the model has been pulled",
        ),
        error if error.is_disk_full() => {
            String::from("make room and run again: a pull goes on where it stopped")
        }
        _ => return None,
    })
}

fn network(error: &Cause) -> Option<String> {
    let advice = match network_error(error)? {
        // What was pulled has been verified since: another pull brings the same bytes.
        nn::Error::Unreadable { path, .. } if is_in_cache(path) => {
            "`translate models verify MODEL` tells whether its files are still what was pulled"
        }
        nn::Error::Unreadable { .. } => "check that it was copied in full",
        nn::Error::OutOfMemory(_) => {
            "end what else runs on it, decode with fewer beams, or compute on the CPU"
        }
        _ => return None,
    };
    Some(advice.to_owned())
}

/// Whether a file is one of a snapshot in the hub's cache.
fn is_in_cache(path: &Path) -> bool {
    let folder = path.ancestors().nth(2);
    folder.is_some_and(|folder| folder.ends_with("snapshots"))
}

/// The network's error within the error of a module that runs networks.
fn network_error(error: &Cause) -> Option<&nn::Error> {
    if let Some(RunError::Models(error)) = error.downcast_ref() {
        return network_error(error);
    }
    if let Some(PipelineError::Translate(error)) = error.downcast_ref() {
        return network_error(error);
    }
    if let Some(BenchError::Model(error)) = error.downcast_ref() {
        return network_error(error);
    }
    match error.downcast_ref()? {
        ModelError::Network(error) => Some(error),
        _ => None,
    }
}

fn reading(error: &Cause) -> Option<String> {
    let ReadError::Ended { end, .. } = error.downcast_ref()? else {
        return None;
    };
    let advice = match end {
        ReaderEnd::OutOfMemory { .. } => "more memory is --reader-memory; or save it as text",
        ReaderEnd::CpuTime { .. } | ReaderEnd::NoAnswer { .. } => {
            "more time is --reader-seconds; or save it as text"
        }
        _ => "save it as text",
    };
    Some(advice.to_owned())
}

fn article(error: &Cause) -> Option<String> {
    let error = match error.downcast_ref() {
        Some(ReadError::Article(error)) => error,
        _ => error.downcast_ref()?,
    };
    let advice = match error {
        ArticleError::Binary { class, .. } => match class {
            FileClass::Zip => "unpack it, or save its text as .docx or .txt",
            FileClass::Book => "give it as .epub, in a file of its own, or save it as .txt",
            FileClass::Table => "save the sheet as .csv, with a column named text",
            FileClass::Picture => "run it through OCR first",
            FileClass::Compressed => "unpack it first",
            FileClass::Office => "save it as .docx or .txt",
            FileClass::DjVu => "save its text layer as .txt",
            FileClass::Other => "give the text itself",
        },
        ArticleError::Several { .. } => "give it as a file of its own, whose articles are read",
        ArticleError::ControlCharacters { .. } => {
            "give a text file, or name its charset with --encoding"
        }
        ArticleError::Unrecognised { .. } => {
            "name the charset with --encoding, or give --lossy to replace what cannot be read"
        }
        ArticleError::Invalid { .. } => {
            "name the right charset with --encoding, or give --lossy to replace what cannot be read"
        }
        ArticleError::Misread => "get the text again from where it comes from",
        ArticleError::NoArticle => "save the article itself as text or HTML",
        ArticleError::NestedTooDeeply { .. } | ArticleError::TooMany { .. } => "save it as text",
        ArticleError::Damaged { .. } => "save it again, or as text",
        ArticleError::NoTextLayer => "run it through OCR first",
        ArticleError::OtherLanguage { code } => {
            return Some(format!("translate it with --source-language {code}"));
        }
        ArticleError::ArabicScript
        | ArticleError::TurkicAlphabet
        | ArticleError::DigraphAlphabet => {
            "give it in Cyrillic, or take the risk with --source-language kaz_Cyrl"
        }
        ArticleError::UzbekCyrillic => "give it in Latin script, with --source-language uzn_Latn",
        ArticleError::UnknownLanguage => {
            "say its language with --source-language CODE (such as rus_Cyrl)"
        }
        _ => return None,
    };
    Some(advice.to_owned())
}

fn limit(error: &Cause) -> Option<String> {
    let option = match error.downcast_ref()? {
        LimitError::Entries(_) => "--max-entries",
        LimitError::Bytes(_) | LimitError::BytesInAll(_) => "--max-bytes",
        LimitError::Ratio(_) => "--max-ratio",
    };
    Some(format!("a larger limit is {option}"))
}

/// Of runs and merges, whose errors are transparent for it.
fn output(error: &Cause) -> Option<String> {
    let error = match (error.downcast_ref(), error.downcast_ref()) {
        (Some(RunError::Output(error)), _) | (_, Some(MergeError::Output(error))) => error,
        _ => error.downcast_ref()?,
    };
    let advice = match error {
        OutputError::NotOurs { .. } | OutputError::Special { .. } => {
            "move it away, or give another --output"
        }
        OutputError::ReplacesInput { .. } | OutputError::AmongInputs { .. } => {
            "give another --output"
        }
        _ => return None,
    };
    Some(String::from(advice))
}

fn foreign(error: &Cause) -> Option<String> {
    if error.is::<TakenName>() {
        return Some(String::from(
            "move it away, or give another --output; --overwrite replaces it",
        ));
    }
    error.downcast_ref::<ForeignFile>().map(|_| {
        String::from(
            "move it away, or give another --output; --overwrite replaces it, and does all articles again",
        )
    })
}

fn run(error: &Cause) -> Option<String> {
    let advice = match error.downcast_ref()? {
        RunError::Journal(JournalError::NotOurs { .. }) => "move it away, or give another --output",
        RunError::Journal(JournalError::LaterVersion { .. }) => {
            "give another --output, or move it away with the results beside it"
        }
        // The journal of a single file is named after it.
        RunError::Journal(JournalError::EarlierVersion { path, .. })
            if path.extension().is_some_and(|ending| ending == "journal") =>
        {
            "--overwrite does that, and replaces the file of the old results; or give another --output"
        }
        RunError::Journal(JournalError::EarlierVersion { .. }) => {
            "--overwrite does that, and leaves the old results where they are; or give another --output"
        }
        RunError::Journal(JournalError::InUse { .. }) => "let it end",
        RunError::LeavesOut { .. } => {
            "give it with the other inputs, or another --output; --overwrite begins the file anew"
        }
        RunError::OtherShard { .. } => "give each shard an --output of its own",
        _ => return None,
    };
    Some(advice.to_owned())
}

fn merge(error: &Cause) -> Option<String> {
    match error.downcast_ref()? {
        MergeError::Twice { .. } => Some(String::from("name each part once")),
        MergeError::Unfinished { .. } => Some(String::from("run its shard to the end")),
        MergeError::ReplacesPart { .. } | MergeError::OfRun { .. } => {
            Some(String::from("give another --output"))
        }
        MergeError::ManyFiles { .. } => {
            let endings = endings_for_many();
            Some(format!("give a name that ends in {endings}"))
        }
        _ => None,
    }
}

/// What the system lacks, whatever it was wanted for.
fn finished(error: &Cause) -> Option<String> {
    let advice = match error.downcast_ref::<FinishedError>()? {
        FinishedError::NoJournal { .. } | FinishedError::Kind { .. } => {
            "give the --output of an archive run: a folder of HTML or JSON, or its .sqlite or .jsonl"
        }
        FinishedError::Format { .. } => {
            "run it into another --output, with --format html, or into a .sqlite"
        }
        FinishedError::Damaged { .. } => "run it again into another --output, or take a sound copy",
        _ => return None,
    };
    Some(advice.to_owned())
}

fn machine(error: &Cause) -> Option<String> {
    let error = error.downcast_ref::<io::Error>()?;
    let advice = match error.kind() {
        io::ErrorKind::OutOfMemory => "end what else runs, or allow this program more memory",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room and run it again",
        io::ErrorKind::FileTooLarge => "allow larger files (ulimit -f)",
        io::ErrorKind::WouldBlock => "allow more threads (ulimit -u), or use fewer: --threads",
        _ if is_temporary(error) => "allow more open files (ulimit -n)",
        _ => return None,
    };
    Some(advice.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Fault, FaultKind};

    #[test]
    fn a_limit_is_found_in_the_failure_to_read_that_it_caused() {
        let error = io::Error::from(LimitError::Ratio(200));
        let error = io::Error::new(error.kind(), error);
        let fault = Fault::of("a.tar.gz", FaultKind::Input, error);
        let cause = fault.cause.unwrap();
        let advice = advice(&*cause).unwrap();
        assert!(advice.contains("--max-ratio"), "{advice}");
    }

    #[test]
    fn an_error_of_the_network_is_found_in_those_of_its_users() {
        let full = || nn::Error::OutOfMemory(io::ErrorKind::OutOfMemory.into());
        let found = [
            advice(&PipelineError::Translate(full().into())),
            advice(&RunError::Models(ModelError::from(full()).into())),
            advice(&ModelError::from(full())),
            advice(&BenchError::from(full())),
        ];
        for advice in found {
            assert!(advice.unwrap().contains("fewer beams"));
        }
    }
}
