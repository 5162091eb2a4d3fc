//! The source says something and the target says nothing.

use super::SentencePair;
use super::finding::Problem;
use crate::text::{alnum_count, excerpt};

pub(super) fn problems(pair: &SentencePair) -> Vec<Problem> {
    let lost = alnum_count(pair.source) > 0 && alnum_count(pair.target) == 0;
    let problem = || Problem::whole(format!("“{}” has no translation", excerpt(pair.source)));
    lost.then(problem).into_iter().collect()
}
