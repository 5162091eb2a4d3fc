//! Splits a window into articles for the models and items that need no model, and joins the results
//! in the window's order.

use crate::document::Document;
use crate::pipeline::ParsedArticle;

/// An item of a window before the models work on it.
pub(super) enum Pending<S> {
    Translate(Box<ParsedArticle>),
    /// Settled without a model.
    Settled(S),
}

/// An item of a window after the models.
pub(super) enum Joined<S, E> {
    Settled(S),
    Done(Box<Document>),
    /// The models failed on this article.
    Failed(Box<ParsedArticle>, E),
    /// Some article of the window has no result. Which one is unknown, so that none is used.
    Lost,
}

/// A window that was split.
pub(super) struct SplitWindow<T, S> {
    /// For each item its own data and, if it needs no model, what it is settled with; `None` for
    /// the next of `articles`.
    places: Vec<(T, Option<S>)>,
    articles: Vec<ParsedArticle>,
}

impl<T, S> SplitWindow<T, S> {
    pub(super) fn new(places: impl IntoIterator<Item = (T, Pending<S>)>) -> Self {
        let mut articles = Vec::new();
        let places = places
            .into_iter()
            .map(|(own, pending)| match pending {
                Pending::Settled(settled) => (own, Some(settled)),
                Pending::Translate(article) => {
                    articles.push(*article);
                    (own, None)
                }
            })
            .collect();
        Self { places, articles }
    }

    /// The articles for the models, in order.
    pub(super) fn articles(&self) -> &[ParsedArticle] {
        &self.articles
    }

    /// Joins the results of [`Self::articles`] with the other items.
    pub(super) fn join<E>(self, results: Vec<Result<Document, E>>) -> Vec<(T, Joined<S, E>)> {
        let is_complete = results.len() == self.articles.len();
        let mut results = results.into_iter().filter(|_| is_complete);
        let mut articles = self.articles.into_iter();
        let mut outcome = |settled: Option<S>| match settled {
            Some(settled) => Joined::Settled(settled),
            None => match (articles.next(), results.next()) {
                (_, Some(Ok(document))) => Joined::Done(Box::new(document)),
                (Some(article), Some(Err(error))) => Joined::Failed(Box::new(article), error),
                _ => Joined::Lost,
            },
        };
        let places = self.places.into_iter();
        places
            .map(|(own, settled)| (own, outcome(settled)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::ReadOptions;
    use crate::pipeline;

    fn article(name: &str) -> ParsedArticle {
        let text = "Бұл мәтін қазақ тілінде жазылған.".as_bytes();
        pipeline::read(name, text, &ReadOptions::default()).unwrap()
    }

    /// `None` for an article, a word for what is settled.
    fn split<'a>(places: &[Option<&'a str>]) -> SplitWindow<usize, &'a str> {
        SplitWindow::new(places.iter().enumerate().map(|(index, place)| {
            let pending = match place {
                Some(settled) => Pending::Settled(*settled),
                None => Pending::Translate(Box::new(article(&index.to_string()))),
            };
            (index, pending)
        }))
    }

    #[test]
    fn results_return_to_the_places_of_their_articles() {
        let window = split(&[Some("known"), None, Some("failed"), None]);
        let ids: Vec<&str> = window.articles().iter().map(|a| a.id.as_str()).collect();
        assert_eq!(ids, ["1", "3"]);
        let joined = window.join(vec![Err("first"), Err("second")]);
        let told: Vec<(usize, &str)> = joined
            .iter()
            .map(|(own, outcome)| match outcome {
                Joined::Settled(word) => (*own, *word),
                Joined::Failed(article, error) => {
                    assert_eq!(article.id, own.to_string());
                    (*own, *error)
                }
                Joined::Done(_) | Joined::Lost => (*own, "?"),
            })
            .collect();
        assert_eq!(
            told,
            [(0, "known"), (1, "first"), (2, "failed"), (3, "second")]
        );
    }

    #[test]
    fn a_missing_result_shifts_none_of_the_others() {
        for count in [0, 1, 3] {
            let window = split(&[None, Some("known"), None]);
            let joined = window.join(vec![Err("failed"); count]);
            let lost = |outcome: &Joined<_, _>| matches!(outcome, Joined::Lost);
            let lost: Vec<bool> = joined.iter().map(|(_, outcome)| lost(outcome)).collect();
            assert_eq!(lost, [true, false, true], "{count}");
        }
    }
}
