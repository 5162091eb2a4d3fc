//! Addresses beside a sentence: `Сөйлем. https://site.kz/a`, `Толығырақ: https://site.kz/a`.
//!
//! Policy: what is an address and nothing else is a piece of its own, which needs no translation. An address
//! that a sentence is built around (`https://site.kz сайтында жарияланды`, `https://site.kz – портал.`)
//! stays in it: after an address without a stop only a capital tells a new sentence, and after one that is named
//! (`Сайты: https://site.kz Алматы қаласында.`) only the name of another address.

use crate::text::{addresses, has_only_addresses};

use super::stop::is_stop;

/// Signs after an address, and those between several.
const SIGNS_AFTER: &[char] = &['.', '!', '?', '…', ',', ';'];
const SIGNS_BETWEEN: &[char] = &[',', ';', '|'];

/// Parts sentences, which are given by their bytes, at the addresses beside them.
pub(super) fn part(text: &str, sentences: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let all = addresses(text);
    if all.is_empty() {
        return sentences;
    }
    let mut addresses = all.into_iter().peekable();
    let mut parts = Vec::with_capacity(sentences.len());
    for (mut start, end) in sentences {
        while let Some(first) = addresses.next_if(|address| address.start < end) {
            // Several in a row are one piece.
            let mut last = first.end;
            let is_between = |gap: &str| {
                let is_sign = |c: char| c.is_whitespace() || SIGNS_BETWEEN.contains(&c);
                gap.chars().all(is_sign)
            };
            while let Some(next) = addresses.next_if(|address| {
                address.end <= end && is_between(text.get(last..address.start).unwrap_or("-"))
            }) {
                last = next.end;
            }
            let Some((from, to)) = alone(text, (start, end), (first.start, last)) else {
                continue;
            };
            if text
                .get(start..from)
                .is_some_and(|before| before.contains(char::is_alphanumeric))
            {
                parts.push((start, from));
                start = from;
            }
            if to < end {
                parts.push((start, to));
                start = to;
            }
        }
        parts.push((start, end));
    }
    parts
}

/// The bytes of addresses with the signs and the white space after them, if they are beside a sentence.
fn alone(
    text: &str,
    (start, end): (usize, usize),
    (first, last): (usize, usize),
) -> Option<(usize, usize)> {
    let (before, after) = (text.get(start..first)?, text.get(last..end)?);
    let bracketed = before.strip_suffix('(').filter(|_| after.starts_with(')'));
    let before = bracketed.unwrap_or(before);
    let after = after.strip_prefix(if bracketed.is_some() { ")" } else { "" })?;
    let lead = before.trim_end();
    let signs = after.trim_start_matches(SIGNS_AFTER);
    // `Сайт: www.gov.kz.`: with a stop it is the end of the sentence that names it.
    let is_named = lead.ends_with(':') && signs.len() == after.len();
    // `эл. info@a.kz`: behind a short word a point shortens it.
    let is_behind_stop = lead.ends_with(is_stop) && !ends_shortened(lead);
    let is_apart = lead.is_empty() || lead.len() < before.len() && (is_behind_stop || is_named);
    let rest = signs.trim_start();
    let is_list = after.starts_with(SIGNS_BETWEEN);
    // Behind a web address a new sentence may begin without a stop.
    let is_web = text.get(first..last)?.contains("://");
    let begins = rest.starts_with(char::is_uppercase) && (!is_named || names_address(rest));
    // A dash alone is no sentence.
    let is_last = rest
        .chars()
        .all(|c| c.is_whitespace() || "–—-•".contains(c));
    let is_end = is_last || signs.len() > rest.len() && is_web && begins && !is_list;
    let from = start + before.len();
    let to = if is_last { end } else { end - rest.len() };
    (is_apart && is_end && has_only_addresses(text.get(from..to)?)).then_some((from, to))
}

/// Whether a text begins with a name of an address: `Бейне: https://…`.
fn names_address(text: &str) -> bool {
    /// Maximum characters of the name.
    const MAX_NAME: usize = 40;
    let end = text
        .char_indices()
        .nth(MAX_NAME)
        .map_or(text.len(), |(at, _)| at);
    let found = text[..end].find(':');
    let after = found.and_then(|at| text.get(at + 1..));
    after.is_some_and(|after| after.trim_start().starts_with("http"))
}

/// Whether a text ends on a short word in small letters with a point.
fn ends_shortened(text: &str) -> bool {
    /// Maximum letters of such a word; three (`жоқ.`, `бар.`) more often end a sentence.
    const MAX_SHORTENED: usize = 2;
    let Some(text) = text.strip_suffix('.') else {
        return false;
    };
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphanumeric());
    let Some((start, _)) = start.take(MAX_SHORTENED + 2).last() else {
        return false;
    };
    let word = &text[start..];
    let is_short = word.chars().nth(MAX_SHORTENED).is_none();
    word == "тел" || is_short && word.chars().all(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use crate::language::{KAZAKH, RUSSIAN};
    use crate::segment::sentences;

    #[test]
    fn addresses_beside_sentences_are_pieces_of_their_own() {
        for pieces in [
            &["Мектеп ашылды. ", "https://site.kz/a-b/1"][..],
            &["Толығырақ: ", "https://site.kz/a?b=1"],
            &["Толығырақ: ", "https://a.kz —"],
            &["Мектеп ашылды. ", "(https://site.kz/a)."],
            &["Сілтеме: ", "https://a.kz/x ", "Бейне: ", "https://b.kz/y"],
            &[
                "Мектеп ашылды! ",
                "https://a.kz/x ",
                "Оған 300 бала барады.",
            ],
            &["Ондай сайт жоқ. ", "https://a.kz/x"],
            &["Көріңіз: ", "https://a.kz/x, https://b.kz/y"],
            &["Пошта: ", "info@site.kz"],
            &["Пікір: ", "www.site.kz"],
            &["Мектеп ашылды.\n", "https://site.kz/a"],
            &["https://youtu.be/abc ", "Бейнеде мектеп көрсетілген."],
            &["Ол келді. ", "Толығырақ: ", "t.me/site_kz/12"],
            &["https://site.kz/a"],
        ] {
            let text = pieces.concat();
            assert_eq!(sentences(&text, &KAZAKH), pieces);
        }
        let pieces = ["Подробнее: ", "https://site.kz/a"];
        assert_eq!(sentences(&pieces.concat(), &RUSSIAN), pieces);
    }

    #[test]
    fn an_address_that_a_sentence_is_built_around_stays_in_it() {
        for pieces in [
            &["Пікір: www.site.kz. ", "Ол тегін."][..],
            &["Бұл туралы https://site.kz/a сайты жазды."],
            &["Хабар https://site.kz/a сайтында жарияланды. ", "Ол ұзақ."],
            &["Сайты: https://a.kz, телефоны 8 777 123."],
            &["(толығырақ: https://a.kz/x)"],
            &["«Толығырақ: https://a.kz/x»"],
            &["Мекенжайы – https://a.kz/x"],
            &["info@site.kz поштасына жазыңыз."],
            &["Дереккөз: Tengrinews.kz Алматыда болды."],
            &["https://egov.kz – мемлекеттік қызметтер порталы."],
            &["https://kitap.kz «Алтын кітап» жүлдесін алды."],
            &["https://a.kz 5 мыңнан астам оқырманы бар сайт."],
            &["Сайты: https://a.kz – тегін."],
            &["Толығырақ: https://a.kz Алматы қаласы әкімдігінің сайтында."],
            &["Мекенжайы: Абай к. 5, эл. info@a.kz"],
            &["Қосымша: тел. 8 777, эл. info@a.kz"],
        ] {
            let text = pieces.concat();
            assert_eq!(sentences(&text, &KAZAKH), pieces);
        }
    }
}
