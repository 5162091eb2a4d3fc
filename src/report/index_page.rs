//! The page over many articles: by day, each with its title, its summary, its marks and a link.
//!
//! As the page of an article it needs no script and loads nothing. Which day comes first and whether
//! unmarked articles are shown is chosen by the style sheet alone. It is written article by article,
//! since an archive need not fit in memory.

use std::collections::BTreeMap;
use std::io::{self, Write};

use maud::{DOCTYPE, PreEscaped, html};

use super::flags;
use super::html::{BASE_STYLE, POLICY, Sanitized, mark_class};
use crate::checks::Check;
use crate::language::english_month;

const STYLE: &str = include_str!("index_page.css");
/// With more days than this, the list of days shows months.
const MAX_DAYS: usize = 45;

/// A day as a number that sorts: 20230829; `None` for an article without a date.
pub type Day = Option<u32>;

/// The head of the page.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// How many articles of each day the page has; those without a date come last.
    pub days: &'a BTreeMap<Day, usize>,
    /// How many articles carry a mark.
    pub marked: usize,
    /// How many articles failed, and so are not on the page.
    pub failed: usize,
    /// The file that lists those.
    pub errors: &'a str,
    /// Whether these are all articles; `false` if the run ended early.
    pub is_complete: bool,
}

/// One article of the page.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// The article's id ([`Document::id`](crate::Document::id)).
    pub id: &'a str,
    /// The day it was published.
    pub day: Day,
    /// Its English title, if it has one.
    pub title: Option<&'a str>,
    /// Its English summary, if it has one.
    pub summary: Option<&'a str>,
    /// Sentences that failed a check, by its name.
    pub flags: &'a [(Check, usize)],
    /// The article's own page, relative to this one.
    pub file: &'a str,
}

/// The page, being written.
pub struct IndexPage<'a> {
    out: &'a mut dyn Write,
    /// The day whose section is open.
    open: Option<Day>,
}

impl<'a> IndexPage<'a> {
    /// Begins the page.
    ///
    /// # Errors
    /// Whatever the output reports, here and below.
    pub fn begin(head: &Head, out: &'a mut dyn Write) -> io::Result<Self> {
        let articles: usize = head.days.values().sum();
        let title = match articles {
            1 => String::from("1 translated article"),
            articles => format!("{articles} translated articles"),
        };
        let top = html! {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="generator" content={ "audarma " (env!("CARGO_PKG_VERSION")) };
                title { (title) }
                style { (PreEscaped(BASE_STYLE)) (PreEscaped(STYLE)) }
            }
            header {
                h1 { (title) }
                ul.facts {
                    @if !head.is_complete { li { "not finished: the run ended early" } }
                    @if let Some(span) = span(head.days) { li { (span) } }
                    li { (head.marked) " with marks" }
                    @if head.failed > 0 {
                        li { (head.failed) " failed: " a href=(address(head.errors)) { (head.errors) } }
                    }
                }
                div.choices {
                    (choice("Days", "order", [("newest", "Newest first"), ("oldest", "Oldest first")]))
                    (choice("Articles", "which", [("all", "All"), ("marked", "With marks")]))
                }
                @let places = places(head.days);
                @if places.len() > 1 {
                    nav aria-label="Days" {
                        ul {
                            @for (day, name, count) in places {
                                li { a href={ "#" (section_id(day)) } { (name) } " " span { (count) } }
                            }
                        }
                    }
                }
            }
        };
        let doctype = DOCTYPE.into_string();
        write!(out, "{doctype}<html lang=\"en\">{}", top.into_string())?;
        out.write_all(b"<main><div class=\"days\">\n")?;
        Ok(Self { out, open: None })
    }

    /// Adds an article; those of a day follow one another, and those without a date come last.
    ///
    /// # Errors
    /// If the page cannot be written.
    pub fn add(&mut self, item: &Item) -> io::Result<()> {
        if self.open != Some(item.day) {
            self.close()?;
            let id = section_id(item.day);
            match item.day {
                Some(day) => {
                    let date = iso(day);
                    let time = html! { h2 { time datetime=(date) { (written_out(day)) } } };
                    write!(
                        self.out,
                        "<section class=\"day\" id=\"{id}\">{}",
                        time.into_string()
                    )?;
                }
                // Outside the list whose order the reader can reverse: articles without a date are
                // neither first nor last.
                None => {
                    write!(
                        self.out,
                        "</div><section class=\"day\" id=\"{id}\"><h2>No date</h2>"
                    )?;
                }
            }
            self.open = Some(item.day);
        }
        let markup = html! {
            article class=[(!item.flags.is_empty()).then_some("flagged")] {
                h3 { a href=(address(item.file)) { (Sanitized(item.title.unwrap_or(item.id))) } }
                @if let Some(summary) = item.summary { p { (Sanitized(summary)) } }
                p.about {
                    @for &(check, count) in item.flags {
                        span class=(mark_class(check)) title=(flags::meaning(check).words) {
                            (check.name()) @if count > 1 { " × " (count) }
                        }
                        " "
                    }
                    span.id { (Sanitized(item.id)) }
                }
            }
        };
        writeln!(self.out, "{}", markup.into_string())
    }

    /// Ends the page.
    ///
    /// # Errors
    /// If the page cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        let undated = self.open == Some(None);
        self.close()?;
        if !undated {
            self.out.write_all(b"</div>")?;
        }
        let end = html! {
            footer.page {
                p { strong { "Machine translation, check before quoting." } }
                p { "Made by audarma " (env!("CARGO_PKG_VERSION")) " on its user’s own computer." }
            }
        };
        writeln!(self.out, "</main>{}</html>", end.into_string())
    }

    fn close(&mut self) -> io::Result<()> {
        match self.open.take() {
            Some(_) => self.out.write_all(b"</section>\n"),
            None => Ok(()),
        }
    }
}

/// Radio buttons; the first is chosen.
fn choice(legend: &str, name: &str, options: [(&str, &str); 2]) -> maud::Markup {
    html! {
        fieldset.views {
            legend { (legend) }
            @for (index, (class, words)) in options.into_iter().enumerate() {
                label {
                    input class=(class) type="radio" name=(name) checked[index == 0];
                    span { (words) }
                }
            }
        }
    }
}

/// From the first day to the last.
fn span(days: &BTreeMap<Day, usize>) -> Option<String> {
    let mut dated = days.keys().flatten();
    let first = *dated.next()?;
    Some(match dated.next_back() {
        Some(&last) => format!("{} to {}", written_out(first), written_out(last)),
        None => written_out(first),
    })
}

/// The entries of the list of days: each day or, if there are too many, each month's last day.
fn places(days: &BTreeMap<Day, usize>) -> Vec<(Day, String, usize)> {
    let by_month = days.len() > MAX_DAYS;
    let mut places: Vec<(Day, String, usize)> = Vec::new();
    let undated = days.get_key_value(&None);
    for (&day, &count) in days
        .iter()
        .rev()
        .filter(|(day, _)| day.is_some())
        .chain(undated)
    {
        let name = match day {
            Some(day) if by_month => written_out(day)
                .split_once(' ')
                .map_or_else(String::new, |(_, month)| month.to_owned()),
            Some(day) => written_out(day),
            None => String::from("no date"),
        };
        match places.last_mut() {
            Some((_, last, all)) if *last == name => *all += count,
            _ => places.push((day, name, count)),
        }
    }
    places
}

fn section_id(day: Day) -> String {
    day.map_or_else(|| String::from("no-date"), |day| format!("d-{}", iso(day)))
}

fn iso(day: u32) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        day / 10_000,
        day / 100 % 100,
        day % 100
    )
}

/// 29 August 2023.
fn written_out(day: u32) -> String {
    let month = u8::try_from(day / 100 % 100).ok().and_then(english_month);
    match month {
        Some(month) => format!("{} {month} {}", day % 100, day / 10_000),
        None => iso(day),
    }
}

/// A relative path as a link: characters with a meaning in links are written as `%` and two
/// hexadecimal digits, and `./` before it keeps a name from being read as a scheme.
fn address(path: &str) -> String {
    use std::fmt::Write as _;
    let mut address = String::from("./");
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                address.push(char::from(byte));
            }
            // Writing to a String cannot fail.
            _ => drop(write!(address, "%{byte:02X}")),
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: &[(&str, Day)]) -> String {
        let mut days = BTreeMap::new();
        for &(_, day) in items {
            *days.entry(day).or_default() += 1;
        }
        let head = Head {
            days: &days,
            marked: 0,
            failed: 2,
            errors: "errors.jsonl",
            is_complete: true,
        };
        let mut out = Vec::new();
        let mut digest = IndexPage::begin(&head, &mut out).unwrap();
        for (id, day) in items {
            digest
                .add(&Item {
                    id,
                    day: *day,
                    title: None,
                    summary: Some("A <b>summary</b>."),
                    flags: &[(Check::Numbers, 2)],
                    file: &format!("{id}.html"),
                })
                .unwrap();
        }
        digest.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn articles_stand_in_their_days_and_those_without_a_date_behind() {
        let page = page(&[
            ("c", Some(20_230_830)),
            ("a", Some(20_230_829)),
            ("b", Some(20_230_829)),
            ("d", None),
        ]);
        assert_eq!(page.matches("<section").count(), 3);
        assert_eq!(page.matches("</section>").count(), 3);
        assert_eq!(page.matches("<div").count(), page.matches("</div>").count());
        assert!(page.contains("29 August 2023 to 30 August 2023"), "{page}");
        assert!(page.contains("<a href=\"#d-2023-08-29\">29 August 2023</a> <span>2</span>"));
        assert!(page.contains("id=\"no-date\"><h2>No date</h2>"));
        assert!(page.contains("2 failed: <a href=\"./errors.jsonl\">"));
    }

    #[test]
    fn texts_are_escaped_and_names_cannot_lead_elsewhere() {
        let page = page(&[("javascript:alert(1)//\"><i>\u{202e}\n", None)]);
        assert!(page.contains("A &lt;b&gt;summary&lt;/b&gt;."));
        assert!(
            page.contains("href=\"./javascript%3Aalert%281%29//%22%3E%3Ci%3E%E2%80%AE%0A.html\"")
        );
        assert!(!page.contains("<i>") && !page.contains('\u{202e}'));
        assert!(page.contains("script-src") || page.contains("default-src 'none'"));
    }

    #[test]
    fn many_days_are_listed_as_months() {
        let days: Vec<(&str, Day)> = (1..=28)
            .flat_map(|day| [("a", Some(20_230_700 + day)), ("b", Some(20_230_800 + day))])
            .collect();
        let page = page(&days);
        assert!(page.contains("<a href=\"#d-2023-08-28\">August 2023</a> <span>28</span>"));
    }
}
