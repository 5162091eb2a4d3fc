//! The source says something and the target says nothing.

use super::SentencePair;
use crate::text::{alnum_count, excerpt};

pub(super) fn problem(pair: &SentencePair) -> Option<String> {
    let lost = alnum_count(pair.source) > 0 && alnum_count(pair.target) == 0;
    lost.then(|| format!("“{}” has no translation", excerpt(pair.source)))
}
