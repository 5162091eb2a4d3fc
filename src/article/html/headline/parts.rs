//! The parts of a page's title between the signs that part the names of article, section and site.

/// Signs that part the names of article, section and site in the title of a page.
const SEPARATORS: &[&str] = &[
    " | ", " — ", " – ", " - ", " :: ", " » ", " « ", " • ", " · ", " / ", " > ", "|",
];
/// The parts of a title between separators.
pub(super) fn divide(title: &str) -> Vec<&str> {
    let mut parts = vec![title];
    for separator in SEPARATORS {
        parts = parts
            .into_iter()
            .flat_map(|part| part.split(separator))
            .collect();
    }
    parts.truncate(20);
    parts
}

/// A title in two at its last separator: what is before with the separator, and what is after.
pub(super) fn last_part(title: &str) -> Option<((&str, &'static str), &str)> {
    let found = SEPARATORS
        .iter()
        .filter_map(|separator| Some((title.rfind(separator)?, *separator)));
    let (at, separator) = found.max_by_key(|&(at, separator)| (at, separator.len()))?;
    let (before, after) = (title.get(..at)?, title.get(at + separator.len()..)?);
    (!before.trim().is_empty() && !after.trim().is_empty()).then_some(((before, separator), after))
}

/// A title in two at its first separator: what is before with the separator, and what is after.
pub(super) fn first_part(title: &str) -> Option<((&str, &'static str), &str)> {
    let found = SEPARATORS
        .iter()
        .filter_map(|separator| Some((title.find(separator)?, *separator)));
    let (at, separator) =
        found.min_by_key(|&(at, separator)| (at, std::cmp::Reverse(separator.len())))?;
    let (before, after) = (title.get(..at)?, title.get(at + separator.len()..)?);
    (!before.trim().is_empty() && !after.trim().is_empty()).then_some(((before, separator), after))
}
