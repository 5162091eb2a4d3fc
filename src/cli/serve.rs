//! `translate serve`: a page and an HTTP API on this machine.

use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::Context;

use super::args::ServeArgs;
use super::config::{PipelineConfig, Reading, start_threads};
use super::exit::{Exit, Failure};
use super::loading::open_pipeline;
use super::reader::article_reader;
use super::signals;
use crate::archive::finished::{FinishedArchive, FinishedError, IndexNotice};
use crate::article::ReadOptions;
use crate::serve::{Keys, Options, Server};

/// Serves until a signal comes.
pub(super) fn run(args: &ServeArgs, offline: bool) -> Result<Exit, Failure> {
    let config = PipelineConfig::new(&args.pipeline, Reading::default(), offline)?;
    let mut options = options(args, &config, offline)?;
    start_threads(config.compute.threads)?;
    if let Some(path) = &args.archive {
        match archive(path)? {
            Some(archive) => options.archive = Some(archive),
            None => return Ok(signals::exit_code()),
        }
    }
    let translates = options.translates;
    let server = Server::start(options, article_reader(args.reader), signals::stop_flag())
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    // A line that programs wait for, whatever is told besides; nobody may read it.
    let _ = writeln!(io::stderr(), "listening on {}", server.url());
    if !translates {
        signals::request_graceful_shutdown();
        server.run_without_models();
        return Ok(signals::exit_code());
    }
    // It may have come at the end of the indexing.
    if signals::stop_flag().load(Ordering::Relaxed) {
        return Ok(signals::exit_code());
    }
    let pipeline = open_pipeline(&config)?;
    // From here on there may be requests in work.
    signals::request_graceful_shutdown();
    server.run(pipeline);
    Ok(signals::exit_code())
}

/// Opens a finished archive; an index is made first if there is none. `None` if a signal ended that.
fn archive(path: &Path) -> Result<Option<Arc<FinishedArchive>>, Failure> {
    let mut tell = |notice: IndexNotice<'_>| match notice {
        IndexNotice::Begins { articles } => {
            // What is half made is removed before the program ends.
            signals::request_graceful_shutdown();
            match articles {
                Some(articles) => {
                    tracing::info!("indexing {articles} articles for searches, once");
                }
                None => tracing::info!("indexing for searches, once"),
            }
        }
        IndexNotice::Unwritable { path, error } => tracing::warn!(
            "{} cannot be written ({error}): the index for searches is temporary, and made again at every start",
            path.display()
        ),
        IndexNotice::Lost { lines } => {
            tracing::warn!("{lines} lines of the journal are damaged; their articles are left out");
        }
        IndexNotice::LeftOut {
            count,
            file,
            reason,
        } => {
            tracing::warn!("{count} results are left out; the first is {file}: {reason}");
        }
    };
    match FinishedArchive::open(path, signals::stop_flag(), &mut tell) {
        Ok(archive) => Ok(Some(Arc::new(archive))),
        Err(FinishedError::Stopped) => Ok(None),
        Err(error) => Err(Failure::new(Exit::Usage, error)),
    }
}

fn options(args: &ServeArgs, config: &PipelineConfig, offline: bool) -> Result<Options, Failure> {
    let address = address(&args.host, args.port)?;
    let keys = args.api_keys.as_deref().map(|path| {
        Keys::read(path)
            .with_context(|| path.display().to_string())
            .map_err(|error| Failure::new(Exit::Usage, error))
    });
    let keys = keys.transpose()?;
    if !is_own(address.ip()) && keys.is_none() && !args.no_key {
        return Err(Failure::usage(format!(
            "{} is reached by other machines: give --api-keys FILE, or --no-key if everybody there \
             may use the server",
            address.ip()
        )));
    }
    if args.fetch && offline {
        return Err(Failure::usage(
            "--fetch needs the network, which --offline forbids",
        ));
    }
    if let Some(folder) = args.keep.as_deref().filter(|folder| !folder.is_dir()) {
        return Err(Failure::usage(format!(
            "{}: not a folder; make it first, or name another with --keep",
            folder.display()
        )));
    }
    if let Some(origin) = args.cors.iter().find(|origin| !is_origin(origin)) {
        return Err(Failure::usage(format!(
            "{origin:?} is not an origin, such as https://example.org, or *"
        )));
    }
    Ok(Options {
        address,
        url_prefix: url_prefix(args.url_prefix.as_deref())?,
        keys,
        char_limit: args.char_limit,
        batch_limit: args.batch_limit,
        requests_per_minute: args.requests_per_minute,
        max_upload: usize::try_from(args.max_upload).unwrap_or(usize::MAX),
        queue: args.queue,
        cors: args.cors.clone(),
        allowed_hosts: allowed_hosts(args),
        fetch: args.fetch,
        metrics: args.metrics,
        keep: args.keep.clone(),
        read: ReadOptions {
            language: config.source_language.clone(),
            ..ReadOptions::default()
        },
        translates: args.archive.is_none() || args.given.0,
        archive: None,
    })
}

/// The names that the server is known by: those that are allowed, and the one that it listens on.
fn allowed_hosts(args: &ServeArgs) -> Vec<String> {
    let own = Some(&args.host).filter(|host| host.parse::<IpAddr>().is_err());
    args.allow_host.iter().chain(own).cloned().collect()
}

fn address(host: &str, port: u16) -> Result<SocketAddr, Failure> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = (bare, port)
        .to_socket_addrs()
        .ok()
        .and_then(|mut all| all.next());
    found.ok_or_else(|| Failure::usage(format!("{host:?} is not an address of this machine")))
}

/// Whether only this machine reaches an address.
fn is_own(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// A scheme and a host, without a path; or all of them.
fn is_origin(word: &str) -> bool {
    word == "*"
        || word.split_once("://").is_some_and(|(scheme, host)| {
            !scheme.is_empty()
                && !host.is_empty()
                && host
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && byte != b'/')
        })
}

/// The prefix with a slash at its beginning and none at its end.
fn url_prefix(given: Option<&str>) -> Result<String, Failure> {
    let path = given.unwrap_or_default().trim_matches('/');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-_.~".contains(c);
    if !path.chars().all(is_plain) || path.split('/').any(|part| part == "..") {
        return Err(Failure::usage(format!(
            "{path:?} is not a path of letters, digits and the signs - _ . ~"
        )));
    }
    Ok(match path {
        "" => String::new(),
        path => format!("/{path}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_begins_with_a_slash_and_does_not_end_in_one() {
        for (given, prefix) in [
            (None, ""),
            (Some("/"), ""),
            (Some("kk/"), "/kk"),
            (Some("/a/b"), "/a/b"),
        ] {
            assert_eq!(url_prefix(given).unwrap(), prefix);
        }
        for given in ["a b", "../a", "a?b", "ә"] {
            assert!(url_prefix(Some(given)).is_err(), "{given}");
        }
    }

    #[test]
    fn only_this_machine_reaches_its_own_addresses() {
        let is_own = |address: &str| is_own(address.parse().unwrap());
        assert!(is_own("127.0.0.1") && is_own("::1") && is_own("::ffff:127.0.0.1"));
        assert!(!is_own("0.0.0.0") && !is_own("::") && !is_own("192.0.2.1"));
    }

    #[test]
    fn an_origin_has_no_path() {
        assert!(
            is_origin("*") && is_origin("https://example.org") && is_origin("moz-extension://a-b")
        );
        assert!(
            !is_origin("example.org") && !is_origin("https://example.org/") && !is_origin("://a")
        );
    }
}
