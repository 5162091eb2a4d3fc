//! Which blocks are captions of pictures: by the class of their element, or by its place under a picture.

use super::{MAX_NODES_AFTER, Reader, is_block, is_heading};
use crate::article::html::page::{Content, Element, Page};
use crate::article::html::roles;
use crate::article::{ParagraphKind, metadata, paragraphs};

/// Words of classes that captions of pictures have.
#[rustfmt::skip]
const CAPTION_NAMES: &[&str] = &[
    "caption", "wp caption text", "photo desc", "photo description", "photo credit", "photo author", "photo text", "photo caption", "photo title",
    "img desc", "img caption", "image desc", "image description", "image caption", "image credit", "image author", "image text", "image title", "img title", "pic title", "photo name", "img text", "image copyright", "photo copyright", "img copyright", "media copyright",
    "picture desc", "picture caption", "foto avtor", "foto author", "ph author", "figcaption", "media caption", "media desc", "media pholder caption",
    "credit", "credits", "photosource", "photo source", "image source", "img source", "img author", "suret", "surет",
];
/// Words of classes of what holds a picture, and maximum elements in it.
pub(in crate::article::html) const PICTURE_NAMES: &[&str] =
    &["photo", "foto", "img", "image", "picture", "suret"];
const MAX_NODES_OF_PICTURE: usize = 8;
/// Maximum nodes of a caption that are looked at.
const MAX_NODES_OF_CAPTION: usize = 40;
/// Words of classes of what names the picture's author in its caption.
const CREDIT_NAMES: &[&str] = &[
    "author",
    "avtor",
    "copyright",
    "photographer",
    "source",
    "rights",
    "agency",
];
/// Maximum letters of what is a caption by its place only, and of one of several sentences without a picture.
const MAX_CAPTION: usize = 300;
const MAX_PLAIN_CAPTION: usize = 100;
/// Nodes before a caption among which its picture is.
const MAX_NODES_NEAR: usize = 12;
/// Words of classes of a person's name beside a picture.
const PERSON_NAMES: &[&str] = &[
    "author", "authors", "avtor", "name", "person", "user", "byline",
];
/// Words of classes of galleries, minimum pictures in one and maximum nodes that are looked at to count them.
#[rustfmt::skip]
const GALLERY_NAMES: &[&str] = &[
    "gallery", "galleria", "galereya", "fotogalereya", "photogallery", "slider", "slides", "slideshow", "carousel", "swiper", "fotorama", "lightgallery",
];
const MIN_PICTURES: usize = 2;
const MAX_NODES_OF_GALLERY: usize = 120;
/// Elements around a caption among which its gallery is.
const MAX_GALLERY_LEVELS: usize = 4;
const PICTURE_ENDINGS: &[&str] = &[".jpg", ".jpeg", ".png", ".webp", ".gif"];
/// Maximum children before and after a caption among which others are.
const MAX_SIBLINGS: usize = 40;
/// Maximum sentences of a caption.
const MAX_CAPTION_SENTENCES: usize = 3;

/// Whether the class of an element is that of a caption or of a credit.
fn is_named_part(element: &Element) -> bool {
    element.has_name(CAPTION_NAMES) || element.has_name(CREDIT_NAMES)
}

/// The gallery of pictures that a node is in: an element that its class calls one, and no text of an article. In
/// those of other articles the text is in a link to each.
pub(in crate::article::html) fn gallery_around(page: &Page, at: usize) -> Option<usize> {
    let is_gallery = |&around: &usize| {
        let is_named = |element: &Element| {
            element.has_name(GALLERY_NAMES)
                && !roles::has_body_class(element)
                && !roles::is_article(element)
                && !matches!(element.name.as_str(), "body" | "main" | "html")
        };
        let inside = page.range(around).take(MAX_NODES_OF_GALLERY);
        let inside = inside.filter_map(|at| page.element(at));
        page.element(around).is_some_and(is_named)
            && inside.filter(|inner| inner.name == "img").count() >= MIN_PICTURES
    };
    let gallery = page
        .ancestors(at)
        .take(MAX_GALLERY_LEVELS)
        .find(is_gallery)?;
    let mut inside = page.ancestors(at).take_while(|&around| around != gallery);
    inside
        .all(|around| !is_link_to_page(page, around))
        .then_some(gallery)
}

/// Whether an element is a link with text to anything but a picture.
fn is_link_to_page(page: &Page, at: usize) -> bool {
    page.element(at).is_some_and(|element| {
        let address = element.attribute("href").unwrap_or_default();
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let path = path.to_ascii_lowercase();
        element.name == "a"
            && page.letters(at) > 0
            && !PICTURE_ENDINGS.iter().any(|end| path.ends_with(end))
    })
}

impl Reader<'_> {
    /// Whether an element is a caption by its class, or by its place under a picture or in a gallery.
    pub(super) fn is_caption(&self, at: usize, element: &Element) -> bool {
        element.has_name(CAPTION_NAMES) && self.looks_like_caption(at)
            || self.is_under_picture(at)
            || self.holds_caption(at)
            || self.is_in_gallery(at)
    }

    /// Whether an element is the only text, one block and no sentence, in an element for a picture that holds one,
    /// or short and right after the picture in any other.
    fn is_under_picture(&self, at: usize) -> bool {
        let around = self.page.parent(at);
        let Some(element) = self.page.element(around) else {
            return false;
        };
        let letters = self.page.letters(at);
        if element.name != "div" || letters == 0 || letters != self.page.letters(around) {
            return false;
        }
        let is_of_author = |at: usize| {
            let element = self.page.element(at);
            element.is_some_and(|one| one.has_name(PERSON_NAMES))
        };
        let most = if element.has_name(PICTURE_NAMES) {
            MAX_CAPTION
        } else {
            MAX_PLAIN_CAPTION
        };
        letters <= most
            && self
                .page
                .elements_in(around)
                .take(MAX_NODES_OF_PICTURE)
                .any(|(place, inner)| {
                    inner.name == "img" && (place < at || element.has_name(PICTURE_NAMES))
                })
            && !is_of_author(around)
            && !is_of_author(at)
            && !self.has_parts(at)
            && !paragraphs::ends_sentence(&self.page.text(at, MAX_CAPTION * 8))
    }

    /// Whether all text of an element with a picture is in an inline element with the class of a caption, or in a
    /// short one where the class of the element is that of a picture.
    fn holds_caption(&self, at: usize) -> bool {
        let letters = self.page.letters(at);
        if letters == 0 || letters > MAX_CAPTION {
            return false;
        }
        let inside = || self.page.elements_in(at).take(MAX_NODES_OF_PICTURE);
        let is_of_picture = letters <= MAX_PLAIN_CAPTION
            && self
                .page
                .element(at)
                .is_some_and(|element| element.has_name(PICTURE_NAMES))
            && !paragraphs::ends_sentence(&self.page.text(at, MAX_CAPTION * 8));
        inside().any(|(_, inner)| inner.name == "img")
            && inside().any(|(part, inner)| {
                !is_block(&inner.name)
                    && (inner.has_name(CAPTION_NAMES) || is_of_picture && inner.name == "span")
                    && self.page.letters(part) == letters
            })
            && self.looks_like_caption(at)
    }

    /// Whether an element is the short text after one of the pictures of a gallery, and no link to an article.
    pub(super) fn is_in_gallery(&self, at: usize) -> bool {
        let letters = self.page.letters(at);
        if letters == 0 || letters > MAX_CAPTION || !self.is_after_picture(at) {
            return false;
        }
        let mut inside = self.page.range(at).take(MAX_NODES_OF_CAPTION);
        gallery_around(self.page, at).is_some()
            && !inside.any(|inner| is_link_to_page(self.page, inner))
            && self.looks_like_caption(at)
            && !self.is_of_report(at)
    }

    /// Whether an element is a sentence beside others in one element with the pictures, as reports in pictures have
    /// them: each caption of a gallery has its own.
    fn is_of_report(&self, at: usize) -> bool {
        let Some(element) = self.page.element(at) else {
            return false;
        };
        let is_picture = |at: usize| self.page.element(at).is_some_and(|one| one.name == "img");
        let holds_picture = self
            .page
            .range(at)
            .take(MAX_NODES_OF_PICTURE)
            .any(is_picture);
        let parent = self.page.parent(at);
        let end = self.page.range(parent).end;
        let children = |first: usize| {
            let next = move |&at: &usize| Some(self.page.range(at).end.max(at + 1));
            std::iter::successors(Some(first), next)
                .take(MAX_SIBLINGS)
                .take_while(move |&at| at < end)
        };
        let is_like = |&other: &usize| {
            other != at
                && self.page.letters(other) > 0
                && self
                    .page
                    .element(other)
                    .is_some_and(|one| one.name == element.name)
        };
        (element.name == "p" || !holds_picture)
            && paragraphs::ends_sentence(&self.page.text(at, MAX_CAPTION * 8))
            && children(parent + 1)
                .chain(children(at))
                .any(|at| is_like(&at))
    }

    /// Whether a picture comes before the text of an element, and no other text between.
    fn is_after_picture(&self, at: usize) -> bool {
        let is_picture = |near: usize| {
            let element = self.page.element(near);
            element.is_some_and(|one| one.name == "img")
        };
        let has_letters = |near: usize| match &self.page.nodes[near].content {
            Content::Text(text) => text.contains(char::is_alphanumeric),
            _ => false,
        };
        let inside = self.page.range(at).take(MAX_NODES_OF_PICTURE);
        let before = (at.saturating_sub(MAX_NODES_OF_PICTURE)..at).rev();
        inside
            .take_while(|&near| !has_letters(near))
            .any(is_picture)
            || before
                .take_while(|&near| !has_letters(near))
                .any(is_picture)
    }

    /// Whether an element is a headline, or holds one or several blocks with text, as no caption does.
    fn has_parts(&self, at: usize) -> bool {
        let is_headline = |element: &Element| {
            element.has_value("itemprop", "headline")
                || element.has_name(&["headline"])
                || element.has_name(roles::HEADLINE_NAMES)
        };
        let all = self.page.letters(at);
        let inside = self.page.range(at).skip(1).take(MAX_NODES_OF_CAPTION);
        let mut inside = inside.filter_map(|at| Some((at, self.page.element(at)?)));
        self.page.element(at).is_some_and(is_headline)
            || inside.any(|(at, element)| {
                let letters = self.page.letters(at);
                let is_part = is_block(&element.name) && letters > 0 && letters < all;
                is_part || is_heading(&element.name) || is_headline(element)
            })
    }

    /// Whether an inline element of a caption has a class of its own, as credits have, and is no part of a
    /// sentence of the caption (`Суретті <span class="author">Серік Жұман</span> түсірген`).
    pub(super) fn is_part_of_caption(&self, at: usize, element: &Element) -> bool {
        self.kind == Some(ParagraphKind::Caption)
            && matches!(
                element.name.as_str(),
                "span" | "em" | "i" | "cite" | "small" | "strong"
            )
            && is_named_part(element)
            && !self.continues(at)
    }

    /// Whether text of the same caption runs into an element or on behind it; a credit with its key (`Фото: …`)
    /// begins anew.
    fn continues(&self, at: usize) -> bool {
        let (start, end) = self
            .open
            .last()
            .map_or((0, 0), |open| (open.element + 1, open.end));
        let range = self.page.range(at);
        let before = start.max(at.saturating_sub(MAX_NODES_AFTER))..at;
        let before = before.rev().map_while(|near| self.adjoining(near));
        let after = range.end..end.min(range.end + MAX_NODES_AFTER);
        let after = after.map_while(|near| self.adjoining(near));
        let mut before = before.filter(|text| !text.trim().is_empty());
        let mut after = after.filter(|text| !text.trim().is_empty());
        let is_word = |sign: char| sign.is_alphanumeric() || matches!(sign, ',' | '-' | '»' | ')');
        let runs_in = before
            .next()
            .is_some_and(|text| text.trim_end().ends_with(is_word));
        let runs_on = after.next().is_some_and(|text| {
            let text = text.trim_start();
            text.starts_with(|sign: char| is_word(sign) || sign == '.')
        });
        let is_credit = || {
            self.page.letters(at) <= MAX_CAPTION
                && metadata::is_photo_credit(&self.page.text(at, MAX_CAPTION * 8))
        };
        runs_on || runs_in && !is_credit()
    }

    /// The text of a node beside an element of a caption; `None` if it is apart from that.
    fn adjoining(&self, at: usize) -> Option<&str> {
        let is_apart = |element: &Element| {
            is_block(&element.name) || element.name == "br" || is_named_part(element)
        };
        match &self.page.nodes.get(at)?.content {
            Content::Text(text) => {
                let parent = self.page.element(self.page.parent(at))?;
                let is_of_caption = self
                    .open
                    .last()
                    .is_some_and(|open| open.element == self.page.parent(at));
                (is_of_caption || !is_apart(parent)).then_some(text)
            }
            Content::Element(element) => Some("").filter(|_| !is_apart(element)),
            Content::Comment(_) | Content::Other => Some(""),
        }
    }

    /// Whether all of an element is short enough for what is under a picture.
    fn looks_like_caption(&self, at: usize) -> bool {
        if self.page.letters(at) > MAX_CAPTION {
            return false;
        }
        let text = self.page.text(at, MAX_CAPTION * 8);
        let sentences = text.match_indices(['.', '!', '?']).filter(|(at, _)| {
            let after = text.get(at + 1..).unwrap_or_default();
            after.is_empty() || after.starts_with(' ')
        });
        let sentences = sentences.count();
        // Sentences without a picture are a paragraph that a wrong style was given.
        let is_text = sentences > 1 && self.page.letters(at) > MAX_PLAIN_CAPTION;
        sentences <= MAX_CAPTION_SENTENCES && (!is_text || self.has_picture_near(at))
    }

    /// Whether an element with pictures is around an element, or right before it.
    fn has_picture_near(&self, at: usize) -> bool {
        let is_picture = |element: &Element| {
            matches!(
                element.name.as_str(),
                "img" | "picture" | "figure" | "amp-img" | "video" | "iframe"
            ) || element.has_name(PICTURE_NAMES)
        };
        let near = at.saturating_sub(MAX_NODES_NEAR)..at;
        let mut near = near.chain(self.page.ancestors(at).take(2));
        near.any(|near| self.page.element(near).is_some_and(is_picture))
    }
}
