//! The source says something and the target says nothing.

use super::SentencePair;
use super::text::{excerpt, weight};

pub(super) fn problem(pair: &SentencePair) -> Option<String> {
    let lost = weight(pair.source) > 0 && weight(pair.target) == 0;
    lost.then(|| format!("“{}” has no translation", excerpt(pair.source)))
}
