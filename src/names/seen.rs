//! The names that a run met, and how they were spelt.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::document::{Name, NameKind};
use crate::text::is_double_quote;

/// Spellings of a name that are counted at most.
const MAX_SPELLINGS: usize = 16;

/// A name of an article, as it is spelt there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenName {
    /// As the article writes it, without endings.
    pub source: String,
    /// Its spelling in the translation.
    pub target: String,
    /// What it is.
    pub kind: NameKind,
}

impl SeenName {
    /// The name, if the translation has it and its spelling is not the source's own; a mark of quotation
    /// is of no name.
    pub fn of(name: &Name) -> Option<Self> {
        name.standard.as_ref()?;
        let texts = [Some(&name.source), name.target.as_ref()];
        if texts
            .into_iter()
            .flatten()
            .any(|text| text.contains(is_double_quote))
        {
            return None;
        }
        Some(Self {
            source: name.source.clone(),
            target: name.target.clone()?,
            kind: name.kind,
        })
    }
}

/// The names of several articles, with the number of articles that spell each so. What is in it does not
/// depend on the order in which they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeenNames(BTreeMap<(String, &'static str), Spellings>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Spellings {
    kind: NameKind,
    articles: BTreeMap<String, u64>,
}

/// A name that was met, with its commonest spelling.
pub(super) struct SeenRow<'s> {
    pub(super) source: &'s str,
    pub(super) target: &'s str,
    pub(super) kind: NameKind,
    /// All spellings, the commonest first, with their numbers.
    pub(super) seen: String,
}

impl SeenNames {
    /// Adds a name of an article.
    pub fn add(&mut self, name: &SeenName) {
        let key = (name.source.clone(), name.kind.name());
        let spellings = self.0.entry(key).or_insert_with(|| Spellings {
            kind: name.kind,
            articles: BTreeMap::new(),
        });
        *spellings.articles.entry(name.target.clone()).or_default() += 1;
    }

    /// Adds the names of an article.
    pub fn add_all<'n>(&mut self, names: impl IntoIterator<Item = &'n Name>) {
        for name in names.into_iter().filter_map(SeenName::of) {
            self.add(&name);
        }
    }

    /// Whether no name was met.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names, in the order of their letters; of spellings that are equally common the first by its
    /// letters counts.
    pub(super) fn rows(&self) -> impl Iterator<Item = SeenRow<'_>> {
        self.0.iter().filter_map(|((source, _), spellings)| {
            let mut articles: Vec<(&String, u64)> = spellings
                .articles
                .iter()
                .map(|(target, count)| (target, *count))
                .collect();
            articles.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            articles.truncate(MAX_SPELLINGS);
            let seen = articles
                .iter()
                .map(|(target, count)| format!("{target} {count}"));
            Some(SeenRow {
                seen: seen.collect::<Vec<_>>().join("; "),
                source,
                target: articles.first()?.0,
                kind: spellings.kind,
            })
        })
    }
}
