//! Waiting: what a hub asks for, and what a user is told of it.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
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

/// Tells of a silence that lasts, once each.
pub(super) struct Watch {
    alive: Option<Sender<()>>,
    watching: Option<JoinHandle<()>>,
}

impl Watch {
    /// Calls `tell` where nothing is heard for longer than `patience`.
    pub(super) fn start(patience: Duration, mut tell: impl FnMut() + Send + 'static) -> Self {
        let (alive, is_alive) = mpsc::channel();
        let watch = move || {
            let mut is_told = false;
            loop {
                let heard = if is_told {
                    is_alive.recv().map_err(RecvTimeoutError::from)
                } else {
                    is_alive.recv_timeout(patience)
                };
                match heard {
                    Ok(()) => is_told = false,
                    Err(RecvTimeoutError::Timeout) => {
                        tell();
                        is_told = true;
                    }
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        };
        Self {
            alive: Some(alive),
            // Where no thread can be had, nothing is told.
            watching: thread::Builder::new().spawn(watch).ok(),
        }
    }

    /// Something was heard.
    pub(super) fn hear(&self) {
        if let Some(alive) = &self.alive {
            let _ = alive.send(());
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.alive = None;
        if let Some(watching) = self.watching.take() {
            let _ = watching.join();
        }
    }
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
    fn a_silence_is_told_once_and_the_next_one_again() {
        let (told, is_told) = mpsc::channel();
        let watch = Watch::start(Duration::ZERO, move || told.send(()).unwrap());
        assert_eq!(is_told.recv(), Ok(()));
        watch.hear();
        assert_eq!(is_told.recv(), Ok(()));
        drop(watch);
        assert!(is_told.recv().is_err());
        let (told, is_told) = mpsc::channel();
        let watch = Watch::start(Duration::MAX, move || told.send(()).unwrap());
        watch.hear();
        drop(watch);
        assert!(is_told.recv().is_err());
    }
}
