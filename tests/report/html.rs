//! The HTML page: what it shows, and that it runs nothing but its own script, loads nothing and escapes
//! everything.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use audarma::document::Document;
use audarma::report::{Format, Style};

use super::{alone, sample, together};

fn html(document: &Document) -> String {
    alone(document, Format::Html, &Style::default())
}

/// The page without its style sheet and its script.
fn markup(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    let (after, rest) = after.split_once("<script type=\"module\">").unwrap();
    let (_, end) = rest.split_once("</script>").unwrap();
    format!("{before}{after}{end}")
}

/// The elements of a page with their attributes. It reads only what the writer writes: text without
/// `<`, attribute values in double quotes; anything else is an escape that failed.
fn elements(page: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut elements = Vec::new();
    for tag in markup(page).split('<').skip(1) {
        let (tag, _text) = tag.split_once('>').expect("a tag ends");
        if tag.starts_with(['/', '!']) {
            continue;
        }
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut attributes = BTreeMap::new();
        while !rest.is_empty() {
            let Some((attribute, value)) = rest.split_once("=\"") else {
                assert!(["checked", "hidden"].contains(&rest), "{rest} has no value");
                break;
            };
            let (value, after) = value.split_once('"').expect("a value ends");
            let fresh = attributes.insert(attribute.to_owned(), value.to_owned());
            assert_eq!(fresh, None, "{tag}");
            rest = after.trim_start();
        }
        elements.push((name.to_owned(), attributes));
    }
    elements
}

/// Text as the template writes it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The page's markup, a line for every element that begins, so that differences can be read.
fn readable(page: &str) -> String {
    let version = concat!("audarma ", env!("CARGO_PKG_VERSION"));
    let markup = markup(page);
    let (before, after) = markup.split_once("'sha256-").unwrap();
    let (_, after) = after.split_once('\'').unwrap();
    format!("{before}'HASH'{after}")
        .replace(version, "audarma VERSION")
        .replace('<', "\n<")
        .replace("\n</", "</")
}

#[test]
fn a_whole_article() {
    insta::assert_snapshot!(readable(&html(&sample::article())));
}

#[test]
fn neither_title_nor_metadata_nor_summary_nor_marks() {
    insta::assert_snapshot!(readable(&html(&sample::bare())));
}

#[test]
fn the_page_runs_its_own_script_alone_and_loads_nothing() {
    for page in [
        html(&sample::hostile()),
        together(&[sample::article(), sample::hostile()], Format::Html),
    ] {
        let style = page
            .split_once("<style>")
            .unwrap()
            .1
            .split_once("</style>")
            .unwrap()
            .0;
        for loads in ["url(", "@import", "@font-face", "image-set(", "<"] {
            assert!(!style.contains(loads), "{loads}");
        }
        for (name, attributes) in elements(&page) {
            assert!(
                ![
                    "script", "link", "img", "iframe", "object", "embed", "form", "base", "svg"
                ]
                .contains(&name.as_str()),
                "{name}"
            );
            for (attribute, value) in attributes {
                assert!(!attribute.starts_with("on"), "{attribute}");
                assert!(!["src", "style", "action", "srcset"].contains(&attribute.as_str()));
                let is_own = value.starts_with("#a") || value == "https://example.kz/madeniet/1204";
                assert!(attribute != "href" || is_own, "{value}");
            }
        }
        assert_eq!(page.matches("<script").count(), 1);
        let (_, policy) = page
            .split_once("Content-Security-Policy\" content=\"")
            .unwrap();
        let (policy, _) = policy.split_once('"').unwrap();
        let (before, hash) = policy.split_once("'sha256-").unwrap();
        assert_eq!(
            before,
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; script-src "
        );
        // The hash of 32 bytes. A browser runs the script only if it is the script's.
        let (hash, after) = hash.split_once("='").unwrap();
        assert_eq!(hash.len(), 43);
        assert_eq!(
            after,
            "; require-trusted-types-for 'script'; trusted-types 'none'"
        );
    }
}

#[test]
fn hostile_text_adds_no_element_and_no_attribute() {
    let names = |document: &Document| -> BTreeSet<(String, String)> {
        elements(&html(document))
            .into_iter()
            .flat_map(|(name, attributes)| {
                let keys: Vec<String> = attributes.into_keys().chain([String::new()]).collect();
                keys.into_iter().map(move |key| (name.clone(), key))
            })
            .collect()
    };
    let known = names(&sample::article());
    let hostile = names(&sample::hostile());
    assert_eq!(
        hostile.difference(&known).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new()
    );
}

#[test]
fn hostile_text_neither_reorders_nor_breaks_the_page() {
    let page = html(&sample::hostile());
    let acts = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!page.contains(acts));
}

#[test]
fn every_link_leads_somewhere_and_no_place_is_named_twice() {
    let documents = [sample::article(), sample::bare(), sample::article()];
    let elements = elements(&together(&documents, Format::Html));
    let attributes = |name: &str| -> Vec<String> {
        elements
            .iter()
            .filter_map(|(_, attributes)| attributes.get(name).cloned())
            .collect()
    };
    let ids = attributes("id");
    let places: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(ids.len(), places.len());
    let links = attributes("href");
    assert!(links.len() > 50);
    for link in links.iter().filter(|link| !link.starts_with("https:")) {
        assert!(places.contains(&link[1..].to_owned()), "{link}");
    }
}

/// The page without the elements around words that a check found.
fn without_marked_words(page: &str) -> String {
    let mut pieces = page.split("<mark class=");
    let first = pieces.next().unwrap_or_default().to_owned();
    let rest = pieces.map(|piece| piece.split_once('>').expect("a tag ends").1);
    rest.fold(first, |page, piece| page + piece)
        .replace("</mark>", "")
}

#[test]
fn every_sentence_and_its_english_stand_in_order() {
    let document = sample::article();
    let page = html(&document);
    let page = without_marked_words(&page);
    let mut rest = page.as_str();
    for sentence in document
        .paragraphs
        .iter()
        .flat_map(|paragraph| &paragraph.sentences)
    {
        for text in [&sentence.target, &sentence.source] {
            let text = escaped(text.trim_start_matches("– "));
            let at = rest.find(&text).unwrap_or_else(|| panic!("{text}"));
            rest = &rest[at..];
        }
    }
}

#[test]
fn every_text_says_its_language() {
    let page = html(&sample::article());
    assert!(page.contains("<html lang=\"en\">"));
    assert!(page.contains("lang=\"kk\" translate=\"no\">Қорда 52 мың кітап бар"));
    assert!(page.contains("lang=\"ru\" translate=\"no\">«Здесь теперь"));

    let mut arabic = sample::bare();
    arabic.languages.source = "kaz_Arab".to_owned();
    assert!(html(&arabic).contains("lang=\"kk-Arab\" dir=\"rtl\""));
}

#[test]
fn marks_stand_at_their_sentence_and_in_the_legend_in_words() {
    let page = html(&sample::article());
    assert!(page.contains(
        "has 20 seats. <a class=\"mark doubtful\" href=\"#a1-mark-numbers\" \
         title=\"A number, date or amount differs from the source.\">numbers</a>"
    ));
    assert!(page.contains(
        "<dt id=\"a1-mark-numbers\"><span class=\"mark doubtful\">numbers</span></dt>\
         <dd>A number, date or amount differs from the source.<span class=\"spots\"> \
         <a href=\"#a1-summary\">summary</a>, <a href=\"#a1-2\">2</a>, <a href=\"#a1-4\">4</a>"
    ));
}

#[test]
fn the_words_that_a_check_found_are_marked_and_the_mark_says_what_is_wrong_with_them() {
    let page = html(&sample::article());
    for marked in [
        "бюджеттен <mark class=\"words doubtful\" title=\"“1,8 млрд” has no counterpart in the \
         translation\">1,8 млрд</mark>. теңге",
        "set aside <mark class=\"words doubtful\" title=\"“18 billion” has no counterpart in the \
         source\">18 billion</mark> tenge",
        "after <mark class=\"words doubtful\" title=\"“14” is not in the translation\">14</mark> \
         months",
        "title=\"“Дүйсенова” has no counterpart in the translation\">names</a>",
        "<ul class=\"why\"><li>names: “Дүйсенова” has no counterpart in the translation</li></ul>",
    ] {
        assert!(page.contains(marked), "{marked}");
    }
}

#[test]
fn a_long_address_is_cut_on_a_screen_and_whole_on_paper() {
    let mut document = sample::article();
    let url = format!("https://example.kz/{}.html", "madeniet-".repeat(12));
    document.metadata.url = Some(url.clone());
    let page = html(&document);
    let cut = format!(r#"<a class="cut" href="{url}" rel="noreferrer"><span>example.kz/madeniet-"#);
    assert!(page.contains(&cut), "{page}");
    let paper = page.split_once("@media print").unwrap().1;
    assert!(paper.contains("a.cut > span { display: none; }"), "{paper}");
    assert!(
        paper.contains("a.cut::after { content: attr(href); }"),
        "{paper}"
    );
}

#[test]
fn several_articles_are_listed_first() {
    let page = together(&[sample::article(), sample::bare()], Format::Html);
    assert!(page.contains("<title>2 translated articles</title>"));
    let contents = page.find("<a href=\"#a2\">bare.txt</a>").unwrap();
    assert!(contents < page.find("<main>").unwrap());
    assert_eq!(page.matches("<article").count(), 2);

    let page = together(&[sample::article()], Format::Html);
    assert_eq!(page, html(&sample::article()));
}

/// Writes the sample pages to the folder named by `REPORT_PAGES`, for eyes and browsers:
/// `REPORT_PAGES=/tmp/pages cargo test --test report -- --ignored pages`.
#[test]
#[ignore = "writes pages for a browser"]
fn pages() {
    let folder = std::env::var("REPORT_PAGES").expect("REPORT_PAGES names a folder");
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    let several = [sample::article(), sample::bare(), sample::hostile()];
    for (name, page) in [
        ("article.html", html(&sample::article())),
        ("bare.html", html(&sample::bare())),
        ("hostile.html", html(&sample::hostile())),
        ("several.html", together(&several, Format::Html)),
    ] {
        std::fs::write(folder.join(name), page).unwrap();
    }
}
