//! How often a client may ask.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::engine::ClientId;

/// What a limit is counted over.
const PERIOD: Duration = Duration::from_secs(60);
/// Maximum clients that are counted at a time.
const MAX_CLIENTS: usize = 1 << 16;

/// Counts the requests of each client, minute by minute.
pub(super) struct RateLimit {
    per_minute: Option<u32>,
    clients: Mutex<HashMap<ClientId, Minute>>,
}

struct Minute {
    began: Instant,
    requests: u32,
}

/// A client asked too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany {
    pub per_minute: u32,
    /// Seconds until it may ask again.
    pub retry_after: u64,
}

impl RateLimit {
    /// Without a number, there is no limit.
    pub(super) fn new(per_minute: Option<u32>) -> Self {
        Self {
            per_minute,
            clients: Mutex::default(),
        }
    }

    /// Counts a request of `client` at the time `now`.
    ///
    /// # Errors
    /// If it is one too many.
    pub(super) fn count(&self, client: ClientId, now: Instant) -> Result<(), TooMany> {
        let Some(per_minute) = self.per_minute else {
            return Ok(());
        };
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= MAX_CLIENTS && !clients.contains_key(&client) {
            clients.retain(|_, minute| now.duration_since(minute.began) < PERIOD);
            if clients.len() >= MAX_CLIENTS {
                return Err(TooMany {
                    per_minute,
                    retry_after: PERIOD.as_secs(),
                });
            }
        }
        let minute = clients.entry(client).or_insert(Minute {
            began: now,
            requests: 0,
        });
        let passed = now.duration_since(minute.began);
        if passed >= PERIOD {
            *minute = Minute {
                began: now,
                requests: 0,
            };
        }
        if minute.requests >= per_minute {
            return Err(TooMany {
                per_minute,
                retry_after: PERIOD.saturating_sub(passed).as_secs() + 1,
            });
        }
        minute.requests += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_may_ask_so_often_a_minute_and_again_after_it() {
        let limit = RateLimit::new(Some(2));
        let (a, b) = (ClientId::Key(1), ClientId::Key(2));
        let start = Instant::now();
        assert_eq!(limit.count(a, start), Ok(()));
        assert_eq!(limit.count(a, start), Ok(()));
        let half = start + Duration::from_secs(30);
        let too_many = TooMany {
            per_minute: 2,
            retry_after: 31,
        };
        assert_eq!(limit.count(a, half), Err(too_many));
        assert_eq!(limit.count(b, half), Ok(()));
        assert_eq!(limit.count(a, start + PERIOD), Ok(()));
        assert_eq!(RateLimit::new(None).count(a, start), Ok(()));
    }
}
