//! Mail (.eml) and pages that a browser saved as one file (.mhtml), which are mail as well.
//!
//! Of mail the text is read, or its HTML where it has no text; the subject is the title, the sender the
//! author. Of a saved page its first part of HTML is the page, and the day of saving that of capture.

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use crate::text::{is_web_address, squeeze};

use super::contents::Contents;
use super::{ArticleError, Format, Given, Metadata, date, given, html, plain_text};

/// Where browsers put the address of a page that they saved.
const PAGE_ADDRESS: &str = "Snapshot-Content-Location";
/// Maximum lines of a signature.
const MAX_SIGNATURE: usize = 12;

fn parse<'a>(bytes: &'a [u8], format: Format) -> Result<Message<'a>, ArticleError> {
    let message = MessageParser::default().parse(bytes);
    message.ok_or_else(|| ArticleError::Damaged {
        format: format.description().into(),
        reason: "it has no fields".to_owned(),
    })
}

/// The day that a mail says, in Kazakhstan.
fn day(message: &Message) -> Option<String> {
    date::day_in_kazakhstan(&message.date()?.to_rfc3339())
}

/// Reads mail.
pub(super) fn read(bytes: &[u8]) -> Result<Contents, ArticleError> {
    let message = parse(bytes, Format::Eml)?;
    let part = |id: &u32| message.parts.get(usize::try_from(*id).ok()?);
    let texts = message.text_body.iter().filter_map(part);
    let texts = texts.filter_map(|part| match &part.body {
        PartType::Text(text) => Some(text.as_ref()),
        _ => None,
    });
    let text = texts.collect::<Vec<&str>>().join("\n\n");
    let mut pages = message.html_body.iter().filter_map(part);
    let page = pages.find_map(|part| match &part.body {
        PartType::Html(page) => Some(page),
        _ => None,
    });
    let mut contents = match page {
        Some(page) if text.trim().is_empty() => html::read(page, None)?,
        _ if text.trim().is_empty() => return Err(ArticleError::Empty),
        _ => {
            let (text, signature) = without_signature(&text);
            let mut contents = plain_text::read(text);
            let lines = signature.lines().map(str::trim);
            let lines = lines.filter(|line| !line.is_empty()).map(str::to_owned);
            contents.metadata.lines.extend(lines);
            contents
        }
    };
    let sender = message.from().and_then(|from| from.first());
    let name = |name: &str| Some(squeeze(name)).filter(|name| !name.is_empty());
    let said = Given {
        title: message.subject().and_then(name),
        metadata: Metadata {
            date: day(&message),
            author: sender.and_then(|sender| name(sender.name()?)),
            ..Metadata::default()
        },
    };
    given::apply(&mut contents, &said, Format::Eml);
    Ok(contents)
}

/// A mail's text, and the sender's signature below it, which a line of two hyphens parts from it.
fn without_signature(text: &str) -> (&str, &str) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let is_mark = matches!(line.trim_end_matches(['\r', '\n']), "-- " | "--");
        let (above, below) = text.split_at_checked(at).unwrap_or((text, ""));
        let below = below.get(line.len()..).unwrap_or_default();
        if is_mark && !above.trim().is_empty() && below.lines().nth(MAX_SIGNATURE).is_none() {
            return (above, below);
        }
        at += line.len();
    }
    (text, "")
}

/// Reads a page that a browser saved as one file.
pub(super) fn read_page(bytes: &[u8]) -> Result<Contents, ArticleError> {
    let message = parse(bytes, Format::Mhtml)?;
    let mut parts = message.parts.iter();
    let page = parts.find_map(|part| match &part.body {
        PartType::Html(html) => Some((part, html)),
        _ => None,
    });
    let (part, page) = page.ok_or(ArticleError::NoArticle)?;
    let captured = day(&message);
    let mut contents = html::read(page, captured.as_deref())?;
    let of_browser = message.header_raw(PAGE_ADDRESS).map(str::trim);
    let address = of_browser.or_else(|| part.content_location());
    let said = Given {
        title: None,
        metadata: Metadata {
            url: address
                .filter(|address| is_web_address(address))
                .map(str::to_owned),
            captured,
            ..Metadata::default()
        },
    };
    given::apply(&mut contents, &said, Format::Mhtml);
    Ok(contents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_below_two_hyphens() {
        for (text, above, below) in [
            ("Мәтін.\n\n-- \nДина", "Мәтін.\n\n", "Дина"),
            ("Мәтін.\r\n-- \r\nДина\r\n", "Мәтін.\r\n", "Дина\r\n"),
            ("Мәтін.\n-- деді ол.", "Мәтін.\n-- деді ол.", ""),
            ("-- \nМәтін.", "-- \nМәтін.", ""),
        ] {
            assert_eq!(without_signature(text), (above, below));
        }
        let long = format!("Мәтін.\n--\n{}", "Жол.\n".repeat(20));
        assert_eq!(without_signature(&long), (long.as_str(), ""));
    }
}
