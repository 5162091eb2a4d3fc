//! Waiting: what a hub asks for, and what a user is told of it.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use ureq::http::HeaderMap;

/// The longest wait that a hub can ask for; its windows have 300 s.
pub(super) const MAX_WAIT_SECONDS: u64 = 900;

/// Seconds until a hub takes requests again, by `RateLimit: "resolvers";r=0;t=55` or `Retry-After: 55`.
pub(super) fn seconds_asked_for(headers: &HeaderMap) -> Option<u64> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let window = text("ratelimit").and_then(|limit| {
        let left = limit
            .split(';')
            .find_map(|part| part.trim().strip_prefix("t="));
        left?.parse().ok()
    });
    window.or_else(|| text("retry-after")?.trim().parse().ok())
}

/// Calls `tell` if `work` takes longer than `patience`.
pub(super) fn told_if_longer<T>(
    patience: Duration,
    tell: impl FnOnce() + Send + 'static,
    work: impl FnOnce() -> T,
) -> T {
    let (done, is_done) = mpsc::channel::<()>();
    let watch = thread::Builder::new().spawn(move || {
        if is_done.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
            tell();
        }
    });
    let result = work();
    drop(done);
    if let Ok(watch) = watch {
        let _ = watch.join();
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &'static str, value: &'static str) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        seconds_asked_for(&headers)
    }

    #[test]
    fn a_wait_is_read_as_the_hub_and_others_tell_it() {
        assert_eq!(asked("ratelimit", r#""resolvers";r=0;t=55"#), Some(55));
        assert_eq!(asked("ratelimit", r#""api"; r=0; t=7"#), Some(7));
        assert_eq!(asked("retry-after", "12"), Some(12));
        assert_eq!(asked("retry-after", "Fri, 31 Dec 1999 23:59:59 GMT"), None);
        assert_eq!(asked("ratelimit", "t="), None);
        assert_eq!(asked("date", "now"), None);
    }

    #[test]
    fn what_takes_long_is_told_while_it_lasts_and_what_does_not_is_not() {
        let (told, is_told) = mpsc::channel();
        let tell = told.clone();
        told_if_longer(
            Duration::ZERO,
            move || tell.send("waiting").unwrap(),
            || assert_eq!(is_told.recv(), Ok("waiting")),
        );
        told_if_longer(Duration::MAX, move || told.send("never").unwrap(), || ());
        assert!(is_told.recv().is_err());
    }
}
