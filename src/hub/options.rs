//! Where the hub and its cache are, by the environment variables of Hugging Face's own tools.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use etcetera::BaseStrategy;

use crate::files::read_text;

/// Maximum size of the file that holds a token.
const MAX_TOKEN_BYTES: u64 = 64 << 10;

/// Where to look for models and how to get them.
#[derive(Debug, Clone)]
pub struct HubOptions {
    /// The Hugging Face cache (`models--org--name` folders), shared with Python.
    pub cache: PathBuf,
    /// The ledgers of verified files; never inside `cache`.
    pub state: PathBuf,
    /// The hub's address, without a slash at the end.
    pub endpoint: String,
    /// Sent to the endpoint, and to no other host.
    pub token: Option<String>,
    /// Where the token comes from, for messages: a variable, or a file.
    pub token_source: String,
    /// Whether the hub has refused the token: options and their copies send it no more.
    pub(crate) token_refused: Arc<AtomicBool>,
    /// Use no network.
    pub offline: bool,
    /// Ask the hub for a branch's commit, even if the cache knows one.
    pub refresh: bool,
    /// Waiting and trying again.
    pub retry: RetryPolicy,
}

/// How long to wait and how often to try again.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Attempts in a row without progress after which a transfer fails.
    pub attempts: u32,
    /// Pause after the first failed attempt; it doubles with each, up to 30 s.
    pub pause: Duration,
    /// Timeout of connecting, and of waiting for the head of a response.
    pub connect: Duration,
    /// Time without an answer after which it is told what is waited for.
    pub notice: Duration,
    /// Time without data in the middle of a file after which the connection counts as dead.
    pub silence: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 5,
            pause: Duration::from_millis(500),
            connect: Duration::from_secs(30),
            notice: Duration::from_secs(3),
            silence: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// The pause after the given failed attempt, counted from 1.
    pub(super) fn pause_after(&self, attempt: u32) -> Duration {
        const MAX_PAUSE: Duration = Duration::from_secs(30);
        self.pause
            .saturating_mul(1 << attempt.saturating_sub(1).min(10))
            .min(MAX_PAUSE)
    }
}

/// The public hub.
pub const DEFAULT_ENDPOINT: &str = "https://huggingface.co";

impl HubOptions {
    /// Options for a cache, with defaults for everything else and no token.
    pub fn new(cache: impl Into<PathBuf>, state: impl Into<PathBuf>) -> Self {
        Self {
            cache: cache.into(),
            state: state.into(),
            endpoint: DEFAULT_ENDPOINT.to_owned(),
            token: None,
            token_source: String::from("the options"),
            token_refused: Arc::default(),
            offline: false,
            refresh: false,
            retry: RetryPolicy::default(),
        }
    }

    /// Reads HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME, HF_ENDPOINT, HF_TOKEN,
    /// HUGGING_FACE_HUB_TOKEN, HF_TOKEN_PATH, HF_HUB_DISABLE_IMPLICIT_TOKEN, HF_HUB_OFFLINE and
    /// TRANSFORMERS_OFFLINE from the environment, in huggingface_hub's order of precedence, and AUDARMA_CACHE,
    /// this program's own folder.
    pub fn from_env() -> Self {
        let home = etcetera::home_dir().ok();
        let user_cache = etcetera::choose_base_strategy()
            .ok()
            .map(|dirs| dirs.cache_dir());
        Self::from_lookup(|name| std::env::var_os(name), home.as_deref(), user_cache)
    }

    /// [`Self::from_env`] over any source of variables; a variable that is empty counts as unset.
    fn from_lookup(
        lookup: impl Fn(&str) -> Option<OsString>,
        home: Option<&Path>,
        user_cache: Option<PathBuf>,
    ) -> Self {
        let get = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let path = |name: &str| get(name).map(|value| expand_home(PathBuf::from(value), home));
        let text = |name: &str| get(name).and_then(|value| value.into_string().ok());
        let on = |name: &str| {
            text(name).is_some_and(|value| {
                matches!(
                    value.to_ascii_uppercase().as_str(),
                    "1" | "ON" | "YES" | "TRUE"
                )
            })
        };

        let dot_cache = || home.unwrap_or(Path::new(".")).join(".cache");
        let hf_home = path("HF_HOME").unwrap_or_else(|| {
            path("XDG_CACHE_HOME")
                .unwrap_or_else(dot_cache)
                .join("huggingface")
        });
        let cache = path("HF_HUB_CACHE")
            .or_else(|| path("HUGGINGFACE_HUB_CACHE"))
            .unwrap_or_else(|| hf_home.join("hub"));
        let own = path("AUDARMA_CACHE")
            .unwrap_or_else(|| user_cache.unwrap_or_else(dot_cache).join("audarma"));
        let state = own.join("verified");

        let token_path = path("HF_TOKEN_PATH").unwrap_or_else(|| hf_home.join("token"));
        let variable = |name: &str| Some((text(name)?, name.to_owned()));
        let file = || {
            let token = read_text(&token_path, MAX_TOKEN_BYTES).ok()?;
            Some((token, token_path.display().to_string()))
        };
        let token = if on("HF_HUB_DISABLE_IMPLICIT_TOKEN") {
            None
        } else {
            variable("HF_TOKEN")
                .or_else(|| variable("HUGGING_FACE_HUB_TOKEN"))
                .or_else(file)
                .map(|(token, source)| (token.trim().to_owned(), source))
                .filter(|(token, _)| !token.is_empty())
        };
        let (token, token_source) = token.unzip();
        let endpoint = text("HF_ENDPOINT").unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned());

        Self {
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            token,
            token_source: token_source.unwrap_or_default(),
            offline: on("HF_HUB_OFFLINE") || on("TRANSFORMERS_OFFLINE"),
            ..Self::new(cache, state)
        }
    }
}

/// `~` and `~/x` as the user's home: a shell expands them, an environment file does not.
fn expand_home(path: PathBuf, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> HubOptions {
        let lookup = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| OsString::from(value))
        };
        HubOptions::from_lookup(
            lookup,
            Some(Path::new("/home/a")),
            Some("/home/a/.cache".into()),
        )
    }

    #[test]
    fn nothing_set_means_the_cache_python_uses() {
        let options = read(&[]);
        assert_eq!(options.cache, Path::new("/home/a/.cache/huggingface/hub"));
        assert_eq!(options.state, Path::new("/home/a/.cache/audarma/verified"));
        assert_eq!(options.endpoint, "https://huggingface.co");
        assert!(!options.offline && options.token.is_none());
    }

    #[test]
    fn the_narrower_variable_wins() {
        let mut variables = vec![("XDG_CACHE_HOME", "/x")];
        assert_eq!(read(&variables).cache, Path::new("/x/huggingface/hub"));
        variables.push(("HF_HOME", "~/hf"));
        assert_eq!(read(&variables).cache, Path::new("/home/a/hf/hub"));
        variables.push(("HUGGINGFACE_HUB_CACHE", "/old"));
        assert_eq!(read(&variables).cache, Path::new("/old"));
        variables.push(("HF_HUB_CACHE", "/new"));
        assert_eq!(read(&variables).cache, Path::new("/new"));
    }

    #[test]
    fn what_was_verified_is_recorded_in_the_programs_own_folder() {
        let options = read(&[("AUDARMA_CACHE", "/models/audarma"), ("HF_HOME", "/models")]);
        assert_eq!(options.state, Path::new("/models/audarma/verified"));
        assert_eq!(options.cache, Path::new("/models/hub"));
    }

    #[test]
    fn offline_reads_the_words_python_reads() {
        for (value, wanted) in [
            ("1", true),
            ("true", true),
            ("ON", true),
            ("0", false),
            ("", false),
        ] {
            assert_eq!(
                read(&[("HF_HUB_OFFLINE", value)]).offline,
                wanted,
                "{value:?}"
            );
        }
    }

    #[test]
    fn a_token_from_the_environment_or_a_file_is_trimmed() {
        assert_eq!(
            read(&[("HF_TOKEN", " hf_x\n")]).token.as_deref(),
            Some("hf_x")
        );
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "hf_file\n").unwrap();
        let path = file.path().to_str().unwrap();
        let of_file = read(&[("HF_TOKEN_PATH", path)]);
        assert_eq!(of_file.token.as_deref(), Some("hf_file"));
        assert_eq!(of_file.token_source, path);
        let off = read(&[("HF_TOKEN", "hf_x"), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")]);
        assert_eq!(off.token, None);
    }

    #[test]
    fn an_endpoint_loses_the_slash_at_its_end() {
        assert_eq!(
            read(&[("HF_ENDPOINT", "http://h:1/")]).endpoint,
            "http://h:1"
        );
    }

    #[test]
    fn pauses_double_up_to_30_seconds() {
        let retry = RetryPolicy::default();
        assert_eq!(retry.pause_after(1), retry.pause);
        assert_eq!(retry.pause_after(3), retry.pause * 4);
        assert_eq!(retry.pause_after(u32::MAX), Duration::from_secs(30));
    }
}
