//! Whether the hub can be reached.

use std::time::Duration;

use serde::Serialize;

use crate::hub::{self, HubOptions};

/// How long the hub is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether models can be pulled.
#[derive(Debug, Serialize)]
pub(super) struct Network {
    endpoint: String,
    /// Whether no network is used; then nothing is asked.
    offline: bool,
    /// Whether the hub answers; `None` offline.
    reachable: Option<bool>,
    /// Why it does not.
    problem: Option<String>,
}

impl Network {
    pub(super) fn of(hub: &HubOptions) -> Self {
        let reached = (!hub.offline).then(|| hub::reach(hub, PATIENCE));
        Self {
            endpoint: hub.endpoint.clone(),
            offline: hub.offline,
            reachable: reached.as_ref().map(Result::is_ok),
            problem: reached.and_then(Result::err).map(|error| error.to_string()),
        }
    }

    pub(super) fn to_text(&self) -> String {
        match (&self.problem, self.reachable) {
            (Some(problem), _) => problem.clone(),
            (None, Some(_)) => format!("{} answers", self.endpoint),
            (None, None) => String::from("not used: offline"),
        }
    }
}
