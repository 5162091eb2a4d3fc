//! What reading an article could not do exactly, for whoever watches.

use super::Article;

/// How many warnings there are.
pub(super) const KINDS: usize = 3;

impl Article {
    /// Warns of what reading could not do exactly. `name` is the article's.
    pub(crate) fn log_warnings(&self, name: &str) {
        for warning in self.warnings().into_iter().flatten() {
            tracing::warn!("{name}: {warning}");
        }
    }

    /// The warnings of an article, each in its place.
    pub(super) fn warnings(&self) -> [Option<String>; KINDS] {
        let Self {
            encoding,
            replaced,
            language,
            ..
        } = self;
        [
            (*replaced > 0).then(|| {
                format!("{replaced} places could not be read as {encoding} and stand as U+FFFD")
            }),
            language.alphabet.map(|alphabet| {
                format!(
                    "Kazakh in the Latin alphabet {}; the model reads it spelt in Cyrillic, about one \
                     word in fifty wrongly",
                    alphabet.name()
                )
            }),
            language.is_found_other().then(|| {
                let code = &language.code;
                format!("not in Kazakh; translated from {code}, the language it is surely in")
            }),
        ]
    }
}
