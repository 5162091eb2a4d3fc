//! What a search found, for programs.

use serde::Serialize;

use super::asked::Asked;
use super::{Results, page};
use crate::archive::finished::{ArticleEntry, Found, Hit, Piece};
use crate::checks::Check;

/// A page of what was found: sentences where words were asked for, else articles.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(in crate::serve) struct SearchAnswer {
    /// How many there are; counted to 10,000.
    total: usize,
    /// Whether there are more than were counted.
    more: bool,
    /// The number of this page, from 1.
    page: usize,
    /// Sentences that have the words.
    #[serde(skip_serializing_if = "Option::is_none")]
    sentences: Option<Vec<FoundSentence>>,
    /// Articles, where no words were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    articles: Option<Vec<FoundArticle>>,
}

/// A sentence, and the article that it is in.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(in crate::serve) struct FoundSentence {
    article: FoundArticle,
    /// Its number in the article's text, from 1; 0 is the title.
    sentence: usize,
    source: String,
    target: String,
    /// Where the words are in the two texts.
    marks: FoundMarks,
    /// Names of the checks that it failed.
    flags: Vec<String>,
}

/// Places of words: UTF-8 byte offsets, the end exclusive.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(in crate::serve) struct FoundMarks {
    source: Vec<(usize, usize)>,
    target: Vec<(usize, usize)>,
}

/// What is known of an article.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(in crate::serve) struct FoundArticle {
    id: String,
    /// Its page; for a sentence with its place on it.
    url: String,
    title: Option<FoundTexts>,
    date: Option<String>,
    section: Option<FoundTexts>,
    outlet: Option<String>,
    /// Names of the checks that failed somewhere in it.
    flags: Vec<String>,
}

/// A text in the article's language, and in English.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(in crate::serve) struct FoundTexts {
    source: String,
    target: String,
}

impl SearchAnswer {
    /// `url` is the server's address as the client knows it.
    pub(super) fn new(results: &Results, asked: &Asked, url: &str) -> Self {
        match results {
            Results::Sentences(found) => Self {
                sentences: Some(found.items.iter().map(|hit| sentence(hit, url)).collect()),
                ..Self::counted(found, asked)
            },
            Results::Articles(found) => {
                let articles = found.items.iter();
                let articles = articles.map(|entry| article(entry, page::link(entry, None), url));
                Self {
                    articles: Some(articles.collect()),
                    ..Self::counted(found, asked)
                }
            }
        }
    }

    fn counted<T>(found: &Found<T>, asked: &Asked) -> Self {
        Self {
            total: found.total,
            more: found.is_more,
            page: asked.page,
            sentences: None,
            articles: None,
        }
    }
}

fn sentence(hit: &Hit, url: &str) -> FoundSentence {
    let (source, target) = (places(&hit.source), places(&hit.target));
    FoundSentence {
        article: article(
            &hit.article,
            page::link(&hit.article, Some(hit.sentence)),
            url,
        ),
        sentence: hit.sentence,
        source: source.0,
        target: target.0,
        marks: FoundMarks {
            source: source.1,
            target: target.1,
        },
        flags: names(&hit.flags),
    }
}

fn article(entry: &ArticleEntry, link: String, url: &str) -> FoundArticle {
    let texts = |source: &Option<String>, target: &Option<String>| {
        source.as_ref().map(|source| FoundTexts {
            source: source.clone(),
            target: target.clone().unwrap_or_default(),
        })
    };
    FoundArticle {
        id: entry.id.clone(),
        url: format!("{url}/archive/{link}"),
        title: texts(&entry.title_source, &entry.title_target),
        date: entry.date.clone(),
        section: texts(&entry.section_source, &entry.section_target),
        outlet: entry.outlet.clone(),
        flags: names(&entry.flags),
    }
}

fn names(flags: &[Check]) -> Vec<String> {
    flags.iter().map(|flag| flag.name().to_owned()).collect()
}

/// A text, and where what was looked for is in it.
fn places(pieces: &[Piece]) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut places) = (String::new(), Vec::new());
    for piece in pieces {
        let start = text.len();
        text.push_str(&piece.text);
        if piece.is_found {
            places.push((start, text.len()));
        }
    }
    (text, places)
}
