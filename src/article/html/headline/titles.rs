//! What a page states of its title, without the names of site and section.

use super::parts::{divide, first_part, last_part};
use super::{EXACT, MAX_LOGO_BYTES, MAX_LOGOS, MAX_SITE_WORDS, MIN_LAST_WORDS, letters, words};
use crate::article::html::evidence::Evidence;
use crate::article::html::page::Page;
use crate::article::{byline, date, metadata};
use crate::text::{host, squeeze};

/// Those that part the site's name for sure, and those that part the names on the way to an article.
const SURE_SEPARATORS: &[&str] = &[" | ", "|", " :: "];
const PATH_SEPARATORS: &[&str] = &[" » ", " > "];
/// Maximum names before a headline that are taken off.
const MAX_FIRST_PARTS: usize = 5;
/// Maximum letters of the labels in a headline (`ВИДЕО`, `18+`).
const MAX_LABEL_LETTERS: usize = 12;
/// Maximum words of a name before a headline.
const MAX_FIRST_WORDS: usize = 3;

/// What a page states of its title.
pub(super) struct Titles<'e> {
    evidence: &'e Evidence,
    /// Letters of the stated headlines.
    stated: Vec<String>,
    /// Letters of the page's title.
    page_title: String,
    /// Letters of the parts of the page's title and of the stated headlines, but for the site's name.
    parts: Vec<String>,
    sites: Vec<String>,
    /// Letters of the names of logos, but for the headline that a class calls one.
    logos: Vec<String>,
}

impl<'e> Titles<'e> {
    pub(super) fn new(evidence: &'e Evidence, logos: Vec<String>) -> Self {
        let mut sites: Vec<String> = evidence.sites.iter().map(|name| letters(name)).collect();
        if let Some(host) = evidence.url.as_deref().and_then(host) {
            sites.push(letters(host));
            sites.extend(host.rsplit_once('.').map(|(name, _)| letters(name)));
        }
        sites.retain(|name| !name.is_empty());
        let is_stated = |name: &String| evidence.titles.iter().any(|title| letters(title) == *name);
        let logos = logos.iter().map(|name| letters(name));
        let logos: Vec<String> = logos
            .filter(|name| !name.is_empty() && !is_stated(name))
            .collect();
        let all = evidence.titles.iter().chain(&evidence.page_title);
        let mut parts: Vec<String> = all.flat_map(|title| divide(title)).map(letters).collect();
        let after_sites = evidence.titles.iter().chain(&evidence.page_title);
        let after_sites = after_sites.filter_map(|title| after_site(title, &evidence.sites));
        parts.extend(after_sites.map(letters));
        parts.retain(|part| !part.is_empty() && !sites.contains(part) && !logos.contains(part));
        Self {
            evidence,
            stated: evidence.titles.iter().map(|title| letters(title)).collect(),
            page_title: letters(evidence.page_title.as_deref().unwrap_or_default()),
            parts,
            sites,
            logos,
        }
    }

    /// Whether a text is known as the name of the site.
    fn is_site(&self, text: &str) -> bool {
        let name = letters(text);
        self.sites.contains(&name) || self.logos.contains(&name)
    }

    /// Whether a part of the page's title, by its letters, is the headline after the names of site and
    /// section (`Дала таңы » Мәдениет » …`).
    fn is_headline_at_the_end(&self, part: &str) -> bool {
        let title = self.evidence.page_title.as_deref().unwrap_or_default();
        let parts = divide(title);
        let Some((last, before)) = parts.split_last() else {
            return false;
        };
        letters(last) == part
            && words(last) >= MIN_LAST_WORDS
            && !byline::is_organisation(last)
            && before
                .iter()
                .all(|one| words(one) <= MAX_FIRST_WORDS && letters(one).len() * 3 < part.len() * 2)
    }

    /// Whether the page states a text as the headline.
    pub(super) fn is_stated(&self, text: &str) -> bool {
        self.stated.contains(&letters(text))
    }

    /// The stated headline that a heading shows the beginning of, with dots.
    pub(super) fn whole(&self, text: &str) -> Option<String> {
        let beginning = text
            .strip_suffix("...")
            .or_else(|| text.strip_suffix('…'))?;
        let beginning = letters(beginning);
        let stated = self.evidence.titles.iter().chain(&self.evidence.page_title);
        let mut titles = stated.map(|title| self.without_site(title));
        titles.find(|title| {
            let title = letters(title);
            title.len() > beginning.len() && title.starts_with(&beginning) && beginning.len() > 15
        })
    }

    /// What the page states as the headline, of a heading that holds labels in elements of their own besides
    /// (`ВИДЕО`, `18+`).
    pub(super) fn without_labels(&self, page: &Page, at: usize, text: &str) -> Option<String> {
        let all = letters(text);
        let inner = page.elements_in(at).take(MAX_LOGOS);
        let labels: Vec<String> = inner
            .filter(|(at, _)| (1..=MAX_LABEL_LETTERS).contains(&page.letters(*at)))
            .map(|(at, _)| letters(&page.text(at, MAX_LOGO_BYTES)))
            .collect();
        if labels.is_empty() {
            return None;
        }
        let stated = self.evidence.titles.iter().chain(&self.evidence.page_title);
        let mut titles = stated.map(|title| self.without_site(title));
        titles.find(|title| {
            let title = letters(title);
            let Some((before, after)) = all.split_once(&title).filter(|_| !title.is_empty()) else {
                return false;
            };
            let is_label = |part: &str| part.is_empty() || labels.iter().any(|label| label == part);
            all != title && is_label(before) && is_label(after)
        })
    }

    /// What the page states as the headline, of a heading that holds a date besides.
    pub(super) fn without_date(&self, text: &str) -> Option<String> {
        let all = letters(text);
        date::find(text)?;
        let stated = self.evidence.titles.iter().chain(&self.evidence.page_title);
        let titles = stated.map(|title| self.without_site(title));
        let mut titles =
            titles.filter(|title| !title.is_empty() && all.len() > letters(title).len());
        titles.find(|title| all.starts_with(&letters(title)) && date::find(title).is_none())
    }

    /// Whether a text is the page's whole title, and no headline that is stated besides.
    pub(super) fn is_page_title_only(&self, name: &str) -> bool {
        let text = letters(name);
        let is_part = byline::is_organisation(name) && self.parts.contains(&text);
        (text == self.page_title || is_part) && !self.stated.contains(&text)
    }

    /// How much the page's statements speak for a text as the headline.
    pub(super) fn support(&self, text: &str) -> i32 {
        let text = letters(text);
        if text.is_empty() {
            return -100;
        }
        if self.sites.contains(&text) {
            return -100;
        }
        if self.logos.contains(&text) {
            return -40;
        }
        if self.stated.contains(&text) {
            return 80;
        }
        if self.parts.first() == Some(&text) {
            return 70;
        }
        if text == self.page_title {
            return EXACT;
        }
        // Metadata cut long headlines, and editors change a word of them.
        let begins = |title: &String| {
            let (short, long) = if title.len() < text.len() {
                (title, &text)
            } else {
                (&text, title)
            };
            short.len() > 15
                && short.len() * 5 >= long.len() * 3
                && long.starts_with(short.as_str())
        };
        if self.parts.contains(&text) {
            // The last of several parts is the site's name as a rule.
            let is_last = self.parts.last() == Some(&text) && self.parts.len() > 1;
            return if is_last && !self.is_headline_at_the_end(&text) {
                5
            } else {
                55
            };
        }
        if self.stated.iter().any(begins) || begins(&self.page_title) {
            return EXACT - 1;
        }
        0
    }

    /// Whether the page states something as its headline that does not begin with the name of the site.
    pub(super) fn names_headline(&self) -> bool {
        self.stated().is_some_and(|title| {
            let title = letters(&title);
            let mut sites = self.sites.iter().chain(&self.logos);
            !sites.any(|site| title.starts_with(site.as_str()))
        })
    }

    /// The title that the page states, without the site's name, also before a colon.
    pub(super) fn stated(&self) -> Option<String> {
        let stated = self.stated_title()?;
        let after = after_site(&stated, &self.evidence.sites).map(squeeze);
        Some(after.unwrap_or(stated))
    }

    fn stated_title(&self) -> Option<String> {
        let title = self
            .evidence
            .titles
            .iter()
            .find(|title| !self.sites.contains(&letters(title)));
        let Some(title) = title else {
            let title = self.without_site(self.evidence.page_title.as_ref()?);
            if self.is_site(&title) {
                return None;
            }
            // Nothing else says what of the title is the site's name.
            return match last_part(&title) {
                Some(((before, _), site))
                    if words(before) > MAX_SITE_WORDS && words(site) <= MAX_SITE_WORDS =>
                {
                    Some(self.without_site(before))
                }
                _ => Some(title).filter(|title| !title.is_empty()),
            };
        };
        Some(self.without_site(title)).filter(|title| !title.is_empty())
    }

    /// A title without the name of the site at its end or its beginning, and of the section after that.
    pub(super) fn without_site(&self, title: &str) -> String {
        let mut title = squeeze(title);
        while let Some((kept, site)) = last_part(&title) {
            let name = letters(site);
            let is_known = self.is_site(site) || self.is_last_of_page_title(&title, &name);
            let is_sure = SURE_SEPARATORS.contains(&kept.1)
                && !self.is_site(kept.0)
                && !self.is_headline_at_the_end(&name);
            let is_short = site.split_whitespace().count() <= MAX_SITE_WORDS;
            let is_domain = crate::text::is_domain(site.trim());
            if !(is_known || is_domain || is_sure && is_short || date::is_only_date(site)) {
                break;
            }
            title = squeeze(kept.0);
        }
        for _ in 0..MAX_FIRST_PARTS {
            let Some(((first, separator), rest)) = first_part(&title) else {
                break;
            };
            let is_first = self.is_site(first)
                || crate::text::is_domain(first.trim())
                || (SURE_SEPARATORS.contains(&separator) || PATH_SEPARATORS.contains(&separator))
                    && (metadata::is_section(first.trim())
                        || byline::is_organisation(first) && words(first) <= MAX_SITE_WORDS
                        || self.is_headline_at_the_end(&letters(rest)));
            if !is_first {
                break;
            }
            title = squeeze(rest);
        }
        title
    }

    /// Whether the page's title ends in this name after what is stated as the headline.
    fn is_last_of_page_title(&self, title: &str, name: &str) -> bool {
        let Some(before) = letters(title).strip_suffix(name).map(str::to_owned) else {
            return false;
        };
        self.stated.contains(&before)
    }
}

/// What follows the name of the site and a colon in a title (`Дала таңы: …`); one word can be what the title is
/// about (`Қазақстан: …`).
fn after_site<'t>(title: &'t str, sites: &[String]) -> Option<&'t str> {
    let (name, rest) = title.split_once(": ")?;
    let is_name = words(name) > 1 || crate::text::is_domain(name);
    let name = letters(name);
    let is_site = sites.iter().any(|site| letters(site) == name);
    (is_name && is_site && words(rest) >= MIN_LAST_WORDS).then_some(rest)
}
