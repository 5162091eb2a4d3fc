//! HTML: finds the article in a whole saved page.
//!
//! A page is judged by all that it says: what it states about itself ([`evidence`]), which heading is
//! the headline ([`headline`]), what its elements are for ([`roles`]), which of its blocks are the article
//! ([`body`]), and what they and those around them tell of date, author and section ([`facts`]). The markup
//! (heading, list item, caption) decides the kinds of the paragraphs; the kinds that it leaves open
//! are decided as in plain text.

mod address;
mod blocks;
mod body;
mod byline;
mod evidence;
mod facts;
mod headline;
mod inside;
mod json_ld;
mod lines;
mod live;
mod notes;
mod page;
mod parse;
mod raised;
mod reading;
mod roles;
mod scan;
mod tables;

use blocks::PageBlock;
use evidence::Evidence;
use facts::{Facts, Region};
use headline::Headline;
pub(crate) use inside::without_tags;
pub(super) use inside::{Level, Tag, blocks_of, leading_number, push_raised};
use lines::Line;
pub(super) use lines::is_label;
use page::Page;
pub(crate) use parse::{document, fragment};
use roles::Roles;

use super::contents::Contents;
use super::paragraphs::{self, Block};
use super::{
    ArticleError, Charset, Metadata, ParagraphKind, ReadOptions, captions, charset, date,
    letterhead, metadata,
};
use crate::text::{has_labels, host, is_domain};

/// Minimum names of sections in a row that are a menu.
const MIN_MENU: usize = 3;
/// Maximum words of a paper's name before its number.
const MAX_PAPER_WORDS: usize = 3;
/// Maximum letters of a title that only its form tells.
const MAX_TITLE_LETTERS: usize = 150;
/// Maximum quotations beside the text that are looked for in it, and elements between such a quotation and
/// its frame.
const MAX_QUOTES: usize = 50;
const MAX_QUOTE_LEVELS: usize = 4;
/// Letters of a quotation from which on its words are not in the text by chance.
const MIN_QUOTE: usize = 12;

/// Reads a decoded page; `captured` is the day on which it was captured, if that is known.
///
/// # Errors
/// [`ArticleError::NoArticle`] if the page holds no text, [`ArticleError::TooMany`] or
/// [`ArticleError::NestedTooDeeply`] if it is beyond the limits of [`parse`].
pub(super) fn read(html: &str, captured: Option<&str>) -> Result<Contents, ArticleError> {
    let page = Page::new(&parse::document(html)?);
    let mut evidence = Evidence::read(&page);
    if let Some(day) = captured {
        evidence.captured = Some(day.to_owned());
    }
    let aside = Roles::without_headers(&page);
    let headline = headline::find(&page, &evidence, &aside.left_out);
    let declared = page
        .elements()
        .filter(|(_, element)| element.has_value("itemprop", "articleBody"));
    let protected: Vec<usize> = declared.map(|(at, _)| at).chain(headline.at).collect();
    let reading = reading::find(&page, &evidence, headline.at, protected);
    let (blocks, body) = (reading.blocks, reading.body);
    let region = Region {
        page: &page,
        evidence: &evidence,
        blocks: &blocks,
        chosen: &body.blocks,
        around: body.around.clone(),
        headline: headline.at,
        title: headline.text.as_deref(),
    };
    let facts = region.facts();
    let mut contents = contents(&page, (&blocks, &body.blocks), facts, headline);
    if contents.paragraphs.is_empty() {
        contents.paragraphs = declared_paragraphs(evidence.body.as_deref());
    }
    if contents.paragraphs.is_empty() {
        return Err(ArticleError::NoArticle);
    }
    take_evidence(&mut contents.metadata, evidence);
    Ok(contents)
}

/// The article of chosen blocks and what was found about it.
fn contents(
    page: &Page,
    (blocks, chosen): (&[PageBlock], &[usize]),
    facts: Facts,
    headline: Headline,
) -> Contents {
    let mut metadata = Metadata::default();
    let mut kept: Vec<Block> = Vec::new();
    let mut above_links = false;
    let mut has_statement = !facts.stated.is_empty();
    let chosen: Vec<&PageBlock> = chosen.iter().filter_map(|&at| blocks.get(at)).collect();
    let first_prose = chosen
        .iter()
        .position(|block| block.is_prose())
        .unwrap_or(chosen.len());
    let repeated = repeated_quotes(page, &chosen);
    let is_live = live::is_live(chosen.iter().map(|block| block.text.as_str()));
    let mut last: Option<&PageBlock> = None;
    for (at, block) in chosen.iter().enumerate() {
        if repeated.contains(&at) {
            continue;
        }
        let all_linked = block.linked == block.letters && block.letters > 0;
        match lines::line(&block.text, block.linked > 0) {
            Line::LeftOut => continue,
            Line::AboveLinks => {
                above_links = true;
                continue;
            }
            Line::Text => {}
        }
        // A list of links under such a label.
        if above_links && all_linked {
            continue;
        }
        above_links = false;
        let is_stated = facts
            .stated
            .iter()
            .any(|nodes| nodes.start <= block.nodes.start && block.nodes.end <= nodes.end);
        let is_section = at < first_prose && facts.section.as_deref() == Some(block.text.as_str());
        let is_time = is_live && live::is_time(&block.text);
        let is_author = at < first_prose && facts.author.as_deref() == Some(block.text.as_str());
        let is_count =
            at < first_prose && block.text.chars().all(|next| !next.is_alphabetic()) && !is_time;
        if is_stated || is_section || is_author || is_count || lines::is_tags(&block.text) {
            // Elements that touch are statements of their own (`Назерке Әлімова` `27.01.2024`).
            let statement = byline::parts(page, block.nodes.clone()).join(" ");
            if !lines::is_tags(&statement) && metadata::is_metadata(&statement) {
                metadata::add_statement(&mut metadata, &block.text, &statement);
            } else {
                metadata.lines.push(block.text.clone());
            }
            has_statement = true;
            continue;
        }
        let is_note = block.is_note
            && at < first_prose
            && !is_time
            && block.kind != Some(ParagraphKind::Caption)
            && !metadata::is_photo_credit(&block.text)
            && !lines::is_credit(&block.text);
        let is_dates = at < first_prose && {
            let parts = byline::parts(page, block.nodes.clone());
            parts.len() > 1 && parts.iter().all(|part| date::is_only_date(part))
        };
        if is_note && !metadata::is_metadata(&block.text) || is_dates {
            metadata.lines.push(block.text.clone());
            has_statement = true;
            continue;
        }
        // What is beside a statement above the text states something, too: a counter, a name.
        let is_early = at < first_prose
            && has_statement
            && block.kind != Some(ParagraphKind::Caption)
            && !is_time;
        if is_early && metadata::is_metadata(&block.text) && !metadata::is_photo_credit(&block.text)
        {
            metadata::add_line(&mut metadata, &block.text);
            continue;
        }
        let is_plain = matches!(block.kind, None | Some(ParagraphKind::Text));
        let has_author = facts.author.is_some() || metadata.author.is_some();
        if is_early
            && is_plain
            && !has_author
            && let Some(name) = super::byline::author(&block.text)
        {
            metadata.author = Some(name.to_owned());
            metadata.lines.push(block.text.clone());
            continue;
        }
        // A lead is often marked up as a heading.
        let is_lead = block.kind == Some(ParagraphKind::Heading)
            && at < first_prose
            && (block.has_sentences() || body::is_named_lead(page, block));
        last = Some(*block);
        kept.push(Block {
            kind: if lines::is_credit(&block.text) {
                Some(ParagraphKind::Caption)
            } else if is_lead || block.kind.is_none() && names_the_quoted(page, block) {
                Some(ParagraphKind::Text)
            } else {
                block.kind
            },
            text: block.text.clone(),
        });
    }
    // The site's address below the signature.
    if kept.len() > 1
        && kept
            .last()
            .is_some_and(|block| is_address(block.text.trim()))
    {
        metadata.lines.extend(kept.pop().map(|block| block.text));
        last = chosen
            .iter()
            .rev()
            .copied()
            .find(|block| kept.last().is_some_and(|kept| kept.text == block.text));
    }
    if is_live {
        kept = live::join_times(kept);
    }
    join_captions(&mut kept);
    let title = headline.text.filter(|title| !title.is_empty());
    let first = kept.first().and_then(|first| {
        let mut chosen = chosen.iter();
        chosen.find(|block| block.text == first.text)
    });
    let title = match (title, first) {
        (Some(title), Some(first))
            if headline.at.is_none() && kept.len() > 1 && is_title_rather(page, &title, first) =>
        {
            Some(kept.remove(0).text)
        }
        (title, _) => title,
    };
    drop_repeated_title(&mut kept, title.as_deref());
    let mut lines = facts.lines;
    lines.append(&mut metadata.lines);
    take_metadata(&mut kept, &mut metadata);
    metadata.lines.splice(0..0, lines);
    metadata.date = facts.date.or(metadata.date);
    metadata.author = facts.author.or(metadata.author);
    let is_set_apart = last.is_some_and(|block| blocks::is_set_apart(page, block));
    take_byline(&mut kept, &mut metadata, is_set_apart);
    metadata.section = facts.section.or(metadata.section);
    metadata.views = metadata.views.or(facts.views);
    let paragraphs = captions::split_off(paragraphs::from_blocks(kept), title.as_deref());
    Contents {
        title,
        metadata,
        paragraphs,
    }
}

/// Whether the first line of a page without headings is the title rather than what the page states, which names a
/// paper's issue: a short emphasised line.
fn is_title_rather(page: &Page, stated: &str, first: &PageBlock) -> bool {
    is_issue(stated)
        && first.letters <= MAX_TITLE_LETTERS
        && byline::signature(&first.text).is_none()
        && super::byline::author(&first.text).is_none()
        && !paragraphs::ends_sentence(&first.text)
        && blocks::is_set_apart(page, first)
}

/// Whether a title names a paper's issue: with its date, or with its name and a number alone at the end. Schools
/// have numbers, too.
fn is_issue(title: &str) -> bool {
    let is_numbered = title.split_once('№').is_some_and(|(name, number)| {
        let number = number.trim();
        name.split_whitespace().count() <= MAX_PAPER_WORDS
            && name.starts_with(char::is_uppercase)
            && !number.is_empty()
            && number
                .chars()
                .all(|next| next.is_ascii_digit() || " ()-/".contains(next))
    });
    is_numbered || title.contains('№') && letterhead::date_of_issue(title).is_some()
}

/// Whether a line is the address of a site, also of a domain that is not known; a name with an initial has a capital
/// behind its stop.
fn is_address(line: &str) -> bool {
    let last = line.rsplit('.').next().unwrap_or_default();
    let is_domain_like = last.len() > 1 && last.chars().all(|next| next.is_ascii_lowercase());
    is_domain(line) || is_domain_like && has_labels(line)
}

/// Whether a block is a short line of a quotation, as the name of who is quoted is; it is no heading.
fn names_the_quoted(page: &Page, block: &PageBlock) -> bool {
    let around = page.ancestors(block.nodes.start).take(MAX_QUOTE_LEVELS);
    let mut around = around.filter_map(|at| page.element(at));
    !block.has_sentences() && around.any(|element| element.name == "blockquote")
}

/// Joins a caption that ends in a comma, which labels the next one (`Суреттің сипаттамасы,` `Қала орталығы`).
fn join_captions(blocks: &mut Vec<Block>) {
    let is_caption = |block: &Block| block.kind == Some(ParagraphKind::Caption);
    let mut joined: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks.drain(..) {
        match joined.last_mut() {
            Some(label)
                if is_caption(label)
                    && is_caption(&block)
                    && label.text.ends_with(',')
                    && lines::is_credit(&format!("{} ", label.text)) =>
            {
                label.text.push(' ');
                label.text.push_str(&block.text);
            }
            _ => joined.push(block),
        }
    }
    *blocks = joined;
}

/// Places of the quotations beside the text whose words the text has, too; with the name of who is quoted in the
/// same element.
fn repeated_quotes(page: &Page, blocks: &[&PageBlock]) -> Vec<usize> {
    let frame = |block: &PageBlock| {
        let mut around = page.ancestors(block.nodes.start).take(MAX_QUOTE_LEVELS);
        around.find(|&at| page.element(at).is_some_and(roles::is_pull_quote))
    };
    let (quotes, rest): (Vec<usize>, Vec<usize>) =
        (0..blocks.len()).partition(|&at| frame(blocks[at]).is_some());
    if quotes.is_empty() {
        return Vec::new();
    }
    let rest: String = rest
        .iter()
        .map(|&at| headline::letters(&blocks[at].text))
        .collect();
    // One name right below a quotation in its element goes with it, whatever the text has of the name.
    let mut before: Option<(usize, bool)> = None;
    let is_repeated = |at: &usize| {
        let block = blocks[*at];
        let is_person = super::byline::persons(&block.text).is_some();
        let above = before.filter(|&(last, _)| {
            last + 1 == *at && !block.is_prose() && frame(blocks[last]) == frame(block)
        });
        let is_name = is_person && above.is_some_and(|(_, is_repeated)| is_repeated);
        let is_repeated = above.is_none()
            && !is_person
            && block.letters >= MIN_QUOTE
            && rest.contains(&headline::letters(&block.text));
        before = Some((*at, is_repeated));
        is_name || is_repeated
    };
    quotes
        .into_iter()
        .take(MAX_QUOTES)
        .filter(is_repeated)
        .collect()
}

/// The address, and where the text comes from.
fn take_evidence(metadata: &mut Metadata, evidence: Evidence) {
    let host = evidence.url.as_deref().and_then(host).map(str::to_owned);
    metadata.origin = metadata
        .origin
        .take()
        .or(host)
        .or_else(|| evidence.sites.into_iter().next());
    metadata.url = evidence.url;
    metadata.captured = evidence.captured;
}

/// The paragraphs of a text that a page declares and does not show.
fn declared_paragraphs(text: Option<&str>) -> Vec<super::Paragraph> {
    let lines: Vec<&str> = text.unwrap_or_default().lines().collect();
    paragraphs::from_lines(&lines)
}

/// Decodes a page, also one with bytes that cannot be read, if none of them is in the article.
///
/// # Errors
/// That of the first byte that cannot be read, if one is in the article, and those of [`read`].
pub(super) fn read_bytes(
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<(String, Charset, Contents), ArticleError> {
    let captured = options.given.as_deref();
    let captured = captured.and_then(|given| given.metadata.captured.as_deref());
    let error = match charset::decode(bytes, options, charset) {
        Ok((text, _)) if text.trim().is_empty() => return Err(ArticleError::Empty),
        Ok((text, charset)) => {
            let contents = read(&text, captured)?;
            return Ok((text, charset, contents));
        }
        Err(error @ ArticleError::Invalid { .. }) => error,
        Err(error) => return Err(error),
    };
    let lossy = ReadOptions {
        lossy: true,
        ..options.clone()
    };
    let (text, charset) = charset::decode(bytes, &lossy, charset)?;
    let contents = read(&text, captured)?;
    let is_whole = |text: &str| !text.contains(char::REPLACEMENT_CHARACTER);
    let lines = contents.metadata.lines.iter().map(String::as_str);
    if contents.texts().chain(lines).all(is_whole) {
        Ok((text, charset, contents))
    } else {
        Err(error)
    }
}

/// The charset of a page: the one recognised from its visible text, else the declared one. The
/// declaration comes second because it is often wrong.
pub(super) fn charset(bytes: &[u8]) -> Result<Charset, ArticleError> {
    let error = match Charset::detect(bytes) {
        Ok(charset @ (Charset::Utf8 | Charset::Utf16Le | Charset::Utf16Be)) => return Ok(charset),
        Ok(_) => None,
        Err(error) => Some(error),
    };
    let visible = scan::visible(bytes);
    let declared = || declared_charset(bytes).ok_or(ArticleError::NoArticle);
    Charset::detect(&visible)
        .or_else(|_| declared())
        .map_err(|other| error.unwrap_or(other))
}

/// `charset=…` in the first kilobytes, as browsers look for it.
fn declared_charset(bytes: &[u8]) -> Option<Charset> {
    let head = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes)).to_ascii_lowercase();
    let (_, value) = head.split_once("charset=")?;
    let value = value.trim_start_matches(['"', '\'', ' ']);
    let end = value.find(|next: char| !next.is_ascii_alphanumeric() && !"-_:".contains(next))?;
    Charset::parse(&value[..end]).ok()
}

/// Moves the metadata lines at the head and the foot of an article to its metadata; captions stay.
fn take_metadata(blocks: &mut Vec<Block>, metadata: &mut Metadata) {
    let is_statement = |block: &Block| {
        block.kind != Some(ParagraphKind::Caption)
            && metadata::is_metadata(&block.text)
            && !metadata::is_photo_credit(&block.text)
    };
    let body = blocks
        .iter()
        .position(|block| !is_statement(block))
        .unwrap_or(blocks.len());
    // Credits of pictures may be between statements and stay.
    let end = blocks
        .iter()
        .rposition(|block| !is_statement(block) && !metadata::is_photo_credit(&block.text))
        .map_or(body, |last| last + 1);
    let (foot, credits): (Vec<Block>, Vec<Block>) = blocks.drain(end..).partition(is_statement);
    blocks.extend(credits);
    let head: Vec<Block> = blocks.drain(..body).collect();
    // Several names of sections below the text are a menu.
    let sections = foot
        .iter()
        .filter(|block| metadata::is_section(&block.text));
    let has_menu = sections.count() >= MIN_MENU;
    for (place, block) in head.iter().chain(&foot).enumerate() {
        if has_menu && place >= head.len() && metadata::is_section(&block.text) {
            metadata.lines.push(block.text.clone());
        } else {
            metadata::add_line(metadata, &block.text);
        }
    }
}

/// Takes the line at the end in which the article's author is named, where nothing else names one and
/// the text before it is finished; in bold or at the right, also one whose form alone does not tell.
fn take_byline(blocks: &mut Vec<Block>, metadata: &mut Metadata, is_set_apart: bool) {
    if metadata.author.is_some() {
        return;
    }
    let is_plain = |block: &Block| matches!(block.kind, None | Some(ParagraphKind::Text));
    let is_finished = |before: &Block| paragraphs::ends_sentence(&before.text);
    // The place, the paper or another author may be on a line of its own.
    if let [.., before, first, last] = &blocks[..]
        && is_plain(first)
        && is_plain(last)
        && is_finished(before)
        && let Some(name) = super::byline::author_of_two(&first.text, &last.text)
    {
        metadata.author = Some(name);
        let lines = blocks.split_off(blocks.len() - 2).into_iter();
        metadata.lines.extend(lines.map(|block| block.text));
        return;
    }
    let [.., before, last] = &blocks[..] else {
        return;
    };
    let name = super::byline::author(&last.text)
        .or_else(|| byline::signature(&last.text).filter(|_| is_set_apart));
    if let Some(name) = name.filter(|_| is_plain(last) && is_finished(before)) {
        metadata.author = Some(name.to_owned());
        metadata.lines.extend(blocks.pop().map(|block| block.text));
    }
}

/// Drops the first block if it repeats the title, as on most sites.
fn drop_repeated_title(blocks: &mut Vec<Block>, title: Option<&str>) {
    let title = title.map(headline::letters);
    if blocks
        .first()
        .is_some_and(|first| Some(headline::letters(&first.text)) == title)
    {
        blocks.remove(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_a_name_and_an_issue_from_other_titles() {
        for (line, expected) in [
            ("aqjaiyq.media", true),
            ("www.egemen.kz", true),
            ("A.Baitursynuly", false),
            ("A.B", false),
        ] {
            assert_eq!(is_address(line), expected, "{line}");
        }
        for (title, expected) in [
            ("Туған өлке №14", true),
            ("Туған өлке № 14 (5210)", true),
            ("№ 5 мектептің оқушылары олимпиадада жеңді", false),
            ("Ауданда жаңа мектеп салынды №5", false),
        ] {
            assert_eq!(is_issue(title), expected, "{title}");
        }
    }
}
