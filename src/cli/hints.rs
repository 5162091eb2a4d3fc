//! Advice: what a user of the command can do about an error.
//!
//! The library's errors state facts, for any program that shows them. Options, subcommands and
//! environment variables are named here, and the advice follows the fact after a semicolon.

use std::error::Error;
use std::io;

use crate::archive::{JournalError, LimitError, MergeError, RunError};
use crate::article::ArticleError;
use crate::bench::BenchError;
use crate::hub::{HubError, TokenState};
use crate::model::ModelError;
use crate::nn;
use crate::pipeline::{PipelineError, ReadError};

/// What can be done about an error, by itself or by one of its causes.
pub(super) fn advice(error: &(dyn Error + 'static)) -> Option<String> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(advice) = of_cause(error) {
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

fn of_cause(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref() {
        return hub(error);
    }
    if let Some(error) = network_error(error) {
        return network(error).map(String::from);
    }
    let advice = if let Some(error) = error.downcast_ref() {
        return read(error);
    } else if let Some(error) = error.downcast_ref() {
        limit(error)
    } else if let Some(error) = error.downcast_ref::<RunError>() {
        match error {
            RunError::Journal(error) => journal(error)?,
            RunError::OtherShard { .. } => "give each shard an --output of its own",
            _ => return None,
        }
    } else if let Some(MergeError::Unfinished { .. }) = error.downcast_ref() {
        "run its shard to the end"
    } else {
        return None;
    };
    Some(advice.to_owned())
}

fn hub(error: &HubError) -> Option<String> {
    Some(match error {
        HubError::Offline { model, .. } => format!(
            "run `translate models pull {model}` on a machine with a connection and share its \
             cache (HF_HOME names the folder)"
        ),
        HubError::NotFound { token, .. } => String::from(match token {
            Some(TokenState::Sent) => {
                "check the name, or whether HF_TOKEN may see it, if it is private"
            }
            Some(TokenState::NotSet) => "check the name, or set HF_TOKEN, if it is private",
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
        HubError::BadAnswer { .. } | HubError::BadEndpoint { .. } => {
            String::from("check HF_ENDPOINT")
        }
        HubError::BadToken => String::from("check HF_TOKEN"),
        HubError::Status { .. } => {
            String::from("try again later, or check HF_ENDPOINT and the network")
        }
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

/// The network's error behind those of the rooms that run networks.
fn network_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a nn::Error> {
    let model = match error.downcast_ref() {
        Some(RunError::Models(PipelineError::Translate(error))) => Some(error),
        _ => match error.downcast_ref() {
            Some(PipelineError::Translate(error)) => Some(error),
            _ => match error.downcast_ref() {
                Some(BenchError::Model(error)) => Some(error),
                _ => error.downcast_ref(),
            },
        },
    };
    match model? {
        ModelError::Network(error) => Some(error),
        _ => None,
    }
}

fn network(error: &nn::Error) -> Option<&'static str> {
    match error {
        nn::Error::Unreadable { .. } => Some("fetch the model again"),
        nn::Error::OutOfMemory(_) => {
            Some("end what else runs on it, decode with fewer beams, or compute on the CPU")
        }
        _ => None,
    }
}

fn read(error: &ReadError) -> Option<String> {
    Some(String::from(match error {
        ReadError::Article(error) => article(error)?,
        ReadError::OtherLanguage { code } => {
            return Some(format!("translate it with --source-language {code}"));
        }
        ReadError::ArabicScript | ReadError::TurkicAlphabet => {
            "give it in Cyrillic, or take the risk with --source-language kaz_Cyrl"
        }
        ReadError::UzbekCyrillic => "give it in Latin script, with --source-language uzn_Latn",
        ReadError::UnknownLanguage => {
            "say its language with --source-language CODE (such as rus_Cyrl)"
        }
        _ => return None,
    }))
}

fn article(error: &ArticleError) -> Option<&'static str> {
    match error {
        ArticleError::ControlCharacters { .. } => {
            Some("give a text file, or name its charset with --encoding")
        }
        ArticleError::Unrecognised { .. } => {
            Some("name the charset with --encoding, or give --lossy to replace what cannot be read")
        }
        ArticleError::Invalid { .. } => Some(
            "name the right charset with --encoding, or give --lossy to replace what cannot be \
             read",
        ),
        _ => None,
    }
}

fn limit(error: &LimitError) -> &'static str {
    match error {
        LimitError::Entries(_) => "a larger limit is --max-entries",
        LimitError::Bytes(_) | LimitError::BytesInAll(_) => "a larger limit is --max-bytes",
        LimitError::Ratio(_) => "a larger limit is --max-ratio",
    }
}

fn journal(error: &JournalError) -> Option<&'static str> {
    match error {
        JournalError::NotOurs { .. } => Some("move it away, or give another --output"),
        JournalError::InUse { .. } => Some("let it end"),
        _ => None,
    }
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
