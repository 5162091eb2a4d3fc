//! The source says something and the target says nothing.

use super::Evidence;
use super::text::{excerpt, weight};

pub(super) fn problem(evidence: &Evidence) -> Option<String> {
    let lost = weight(evidence.source) > 0 && weight(evidence.target) == 0;
    lost.then(|| format!("“{}” has no translation", excerpt(evidence.source)))
}
