//! What holds the processes that read articles.

use serde::Serialize;

use crate::article_reader::{Confinement, ReaderLimits, StartError};
use crate::cli::reader::pool;

/// What holds the processes that read articles.
#[derive(Debug, Serialize)]
pub(super) struct Reading {
    /// Why articles are read in this process, if they are.
    unavailable: Option<String>,
    #[serde(flatten)]
    confinement: Confinement,
}

impl Reading {
    pub(super) fn of_this_machine() -> Self {
        let pool = pool(ReaderLimits::default()).map_err(StartError::from);
        let (confinement, unavailable) = match pool.and_then(|pool| pool.confinement()) {
            Ok(confinement) => (confinement, None),
            Err(error) => (Confinement::default(), Some(error.to_string())),
        };
        Self {
            unavailable,
            confinement,
        }
    }

    pub(super) fn to_text(&self) -> String {
        if let Some(reason) = &self.unavailable {
            return format!("in this process, without limits: another cannot be had ({reason})");
        }
        let Confinement {
            memory,
            cpu_time,
            paths,
            calls,
        } = self.confinement;
        let by = |kernel: bool| if kernel { "the kernel" } else { "looking" };
        let refused = |refused: bool| if refused { "refused" } else { "not refused" };
        format!(
            "in processes of its own; memory limited by {}, CPU time by {}; paths {} (Landlock), \
             other calls {} (seccomp)",
            by(memory),
            by(cpu_time),
            refused(paths),
            refused(calls)
        )
    }
}
