//! Which sections, outlets and checks occur: what a reader can choose among.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Item;
use crate::checks::Check;
use crate::report::escape::without_controls_and_bidi;

/// Different sections and outlets that are counted at most.
const MAX_COUNTED: usize = 5000;
/// Choices that are offered at most: the commonest.
const MAX_OFFERED: usize = 200;

/// How often each section, outlet and check occurs.
#[derive(Debug, Default)]
pub(super) struct Facets {
    /// By their names in the article's language, each with its name in English.
    sections: BTreeMap<String, (String, usize)>,
    outlets: BTreeMap<String, (String, usize)>,
    checks: BTreeMap<&'static str, usize>,
}

/// A choice: the value that data has, what is shown for it, and how many articles have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub value: String,
    pub name: String,
    pub articles: usize,
}

impl Facets {
    pub(super) fn add(&mut self, item: &Item) {
        if let Some((source, target)) = item.section {
            let name = match (source, target) {
                (source, "") => source.to_owned(),
                (source, target) if source == target => source.to_owned(),
                (source, target) => format!("{target} ({source})"),
            };
            count(&mut self.sections, source, name);
        }
        if let Some(outlet) = item.outlet {
            count(&mut self.outlets, outlet, outlet.to_owned());
        }
        for flag in item.flags {
            *self.checks.entry(flag.check.name()).or_default() += 1;
        }
    }

    pub(super) fn sections(&self) -> Vec<Choice> {
        commonest(&self.sections)
    }

    pub(super) fn outlets(&self) -> Vec<Choice> {
        commonest(&self.outlets)
    }

    /// In the order of [`Check::ALL`].
    pub(super) fn checks(&self) -> Vec<Choice> {
        let counted = Check::ALL.into_iter().filter_map(|check| {
            Some(Choice {
                value: check.name().to_owned(),
                name: check.name().to_owned(),
                articles: *self.checks.get(check.name())?,
            })
        });
        counted.collect()
    }
}

/// Counts a value. One with characters that are not shown as they are cannot be chosen.
fn count(counts: &mut BTreeMap<String, (String, usize)>, value: &str, name: String) {
    if matches!(without_controls_and_bidi(value), Cow::Owned(_)) {
        return;
    }
    if let Some((_, articles)) = counts.get_mut(value) {
        *articles += 1;
    } else if counts.len() < MAX_COUNTED {
        counts.insert(value.to_owned(), (name, 1));
    }
}

/// The commonest values, in the order of what is shown.
fn commonest(counts: &BTreeMap<String, (String, usize)>) -> Vec<Choice> {
    let choices = counts.iter().map(|(value, (name, articles))| Choice {
        value: value.clone(),
        name: name.clone(),
        articles: *articles,
    });
    let mut choices: Vec<Choice> = choices.collect();
    choices.sort_by_key(|choice| Reverse(choice.articles));
    choices.truncate(MAX_OFFERED);
    choices.sort_by(|a, b| a.name.cmp(&b.name));
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commonest_are_offered_in_order() {
        let mut counts = BTreeMap::new();
        for number in 0..300 {
            count(
                &mut counts,
                &format!("{number:03}"),
                format!("n{number:03}"),
            );
        }
        for _ in 0..2 {
            count(&mut counts, "299", String::new());
        }
        let choices = commonest(&counts);
        assert_eq!(choices.len(), MAX_OFFERED);
        let last = choices.last().unwrap();
        assert_eq!((last.name.as_str(), last.articles), ("n299", 3));
        assert!(choices.is_sorted_by(|a, b| a.name <= b.name));
    }
}
