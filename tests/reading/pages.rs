//! Pages after the structure of many news sites, made by tests/reference/pages.py: what is read of each
//! is compared with what it holds.

use std::collections::BTreeMap;
use std::path::Path;

use crate::as_kazakh;
use audarma::article;
use serde_json::{Value, json};

const FOLDER: &str = "tests/fixtures/pages";

/// The pages by name, and what each holds.
fn pages() -> Vec<(String, String, Value)> {
    let folder = Path::new(FOLDER);
    let expected = std::fs::read_to_string(folder.join("expected.json")).expect("the expectations");
    let expected: BTreeMap<String, Value> = serde_json::from_str(&expected).expect("JSON");
    let page =
        |name: &str| std::fs::read_to_string(folder.join(format!("{name}.html"))).expect("a page");
    expected
        .into_iter()
        .map(|(name, expected)| (name.clone(), page(&name), expected))
        .collect()
}

/// What was read of a page, in the form of the expectations; `origin` and `lines` only where they are expected.
fn read(name: &str, page: &str, expected: &Value) -> Value {
    // Latin script is respelt by letters that a page as Kazakh in Cyrillic does not have.
    let name = if page.starts_with("<!--") {
        name.to_owned()
    } else {
        format!("{name}.html")
    };
    let article = match article::read(page.as_bytes(), &name, &as_kazakh()) {
        Ok(article) => article,
        Err(error) => return json!({ "error": error.to_string() }),
    };
    let mut read = json!({
        "site": expected["site"],
        "title": article.title,
        "paragraphs": article.paragraphs.iter().map(|one| json!([one.kind.name(), one.text])).collect::<Vec<_>>(),
    });
    let metadata = article.metadata;
    for (key, value) in [
        ("date", json!(metadata.date)),
        ("author", json!(metadata.author)),
        ("section", json!(metadata.section)),
        ("views", json!(metadata.views)),
        ("url", json!(metadata.url)),
        ("captured", json!(metadata.captured)),
        ("origin", json!(metadata.origin)),
        ("lines", json!(metadata.lines)),
    ] {
        let only_expected = matches!(key, "origin" | "lines");
        if !(value.is_null() || only_expected && expected[key].is_null()) {
            read[key] = value;
        }
    }
    read
}

#[test]
fn pages_of_many_sites_are_read_as_they_are() {
    let mut wrong = Vec::new();
    for (name, page, expected) in pages() {
        let read = read(&name, &page, &expected);
        let keys: Vec<&String> = [&read, &expected]
            .into_iter()
            .flat_map(|one| one.as_object().expect("an object").keys())
            .collect();
        for key in keys {
            let line = format!(
                "{name}: {key}: {:#}, expected {:#}",
                read[key], expected[key]
            );
            if read[key] != expected[key] && !wrong.contains(&line) {
                wrong.push(line);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const TITLE: &str = "Көлде мұз еріп, балықшылар жағада қалды";
const SENTENCES: [&str; 2] = [
    "Бүгін таңертең көлде мұз сынып, он екі балықшы арғы жағада қалып қойды, құтқарушылар оларды алып шықты.",
    "Мамандар көктемде мұзға шықпауды ескертеді.",
];

/// Elements around a headline and a text.
fn frames(text: &str) -> Vec<String> {
    let h1 = format!("<h1>{TITLE}</h1>");
    vec![
        format!("<main><article>{h1}{text}</article></main>"),
        format!("<div class='content'>{h1}{text}</div>"),
        format!("<div><div>{h1}{text}</div></div>"),
        format!("<div class='wrap'>{h1}<div class='text'>{text}</div></div>"),
        format!("<div class='hd'><div>{h1}</div></div><div class='bd'><div>{text}</div></div>"),
        format!("<div>{h1}<article>{text}</article></div>"),
        format!(
            "<div class='post'><header>{h1}</header><div class='entry-content'>{text}</div></div>"
        ),
    ]
}

/// What is before and after an article, each with more text than it.
fn surroundings() -> Vec<(String, String)> {
    let titles = [
        "Қала көшелері жарықтандырылды",
        "Ауылда жаңа дүкен ашылды",
        "Облыста егін жиналды",
    ];
    let long = "Зауыт жаңа цехын іске қосып, онда үш жүз адам жұмысқа орналасты, өнімнің жартысы шетелге шығарылады деп күтіледі.";
    let rights = "Редакция авторлардың пікіріне жауап бермейді, қолжазба қайтарылмайды. Газет тіркеуден өткен.";
    let each =
        |form: &dyn Fn(&str) -> String| titles.iter().map(|title| form(title)).collect::<String>();
    let after = |text: String| (String::new(), text);
    vec![
        after(format!("<footer><p>{rights}</p><p>{long}</p></footer>")),
        after(format!("<div><div>{rights}</div><div>{rights}</div></div>")),
        after(format!(
            "<div class='list'>{}</div>",
            each(&|title| format!("<div><p>{title}</p></div>")).repeat(7)
        )),
        after(format!(
            "<div class='blk'>{}</div>",
            each(&|title| format!("<div><p>{title}.</p></div>"))
        )),
        after(each(&|title| {
            format!("<div><h3><a href='#'>{title}</a></h3><p>{long}</p></div>")
        })),
        (each(&|title| format!("<p>{title}</p>")), String::new()),
        after(format!(
            "<aside>{}</aside>",
            each(&|title| format!("<p>{title}</p>")).repeat(7)
        )),
        after(format!(
            "<div class='comments'><h3>Пікірлер</h3><p>{long}</p><p>{long}</p></div>"
        )),
        after(format!(
            "<div><h4>Пікірлер (2)</h4><div><b>Асан</b><p>{long}</p></div></div>"
        )),
        after(format!(
            "<div class='subscribe-box'><h3>Хабарлама</h3><p>{long}</p></div>"
        )),
        (
            format!("<div class='cookie-banner'><p>{long}</p></div>"),
            String::new(),
        ),
    ]
}

#[test]
fn a_short_article_goes_before_whatever_surrounds_it() {
    for count in [1, 2] {
        let sentences = &SENTENCES[SENTENCES.len() - count..];
        let text: String = sentences
            .iter()
            .map(|text| format!("<p>{text}</p>"))
            .collect();
        for frame in frames(&text) {
            for (before, after) in surroundings() {
                let page = format!("<title>{TITLE}</title><body>{before}{frame}{after}</body>");
                let article =
                    article::read(page.as_bytes(), "a.html", &as_kazakh()).expect("a page");
                let texts: Vec<&str> = article
                    .paragraphs
                    .iter()
                    .map(|one| one.text.as_str())
                    .collect();
                assert_eq!(texts, sentences, "{page}");
                assert_eq!(article.title.as_deref(), Some(TITLE), "{page}");
            }
        }
    }
}

#[test]
fn words_of_furniture_in_the_class_of_a_text_take_nothing_from_it() {
    let text: String = SENTENCES
        .iter()
        .map(|text| format!("<p>{text}</p>"))
        .collect();
    let teasers = "<div><div><h3><a href='#'>Қала көшелері жарықтандырылды</a></h3><p>Көшелерге жүз шам қойылды.</p></div></div>";
    for class in [
        "content popup-gallery",
        "col-8 content no-sidebar",
        "content-sidebar-wrap",
        "post-content no-comments",
        "text has-footer",
        "td-post-content comments-open",
        "post-12 post type-post category-popular",
        "node node--type-article node--promoted",
        "article__content--with-ad",
        "article-wrap js-share-root",
        "entry-content social-likes",
        "lenta-item-text",
        "menu-content",
        "news-latest",
        "sponsored-no",
        "detail-toc",
    ] {
        for after in ["", teasers] {
            let page = format!(
                "<title>{TITLE}</title><body><h1>{TITLE}</h1><div class='{class}'>{text}</div>{after}</body>"
            );
            let article = article::read(page.as_bytes(), "a.html", &as_kazakh()).expect("a page");
            let texts: Vec<&str> = article
                .paragraphs
                .iter()
                .map(|one| one.text.as_str())
                .collect();
            assert_eq!(texts, SENTENCES, "{page}");
        }
    }
}

#[test]
fn furniture_beside_a_text_stays_furniture() {
    let text: String = SENTENCES
        .iter()
        .map(|text| format!("<p>{text}</p>"))
        .collect();
    let box_of = "<p>Хабарламаларды алғашқы болып алу үшін поштаңызды қалдырыңыз, біз оны ешкімге бермейміз.</p>";
    for class in [
        "subscribe-box",
        "related-posts",
        "cookie-bar",
        "comments",
        "popup",
        "sidebar",
        "donate",
    ] {
        for (before, after) in [(true, false), (false, true)] {
            let furniture = format!("<div class='{class}'><h3>Хабарлама</h3>{box_of}</div>");
            let of = |is: bool| if is { furniture.as_str() } else { "" };
            let page = format!(
                "<title>{TITLE}</title><div class='w'><h1>{TITLE}</h1>{}<div class='text'>{text}</div>{}</div>",
                of(before),
                of(after)
            );
            let article = article::read(page.as_bytes(), "a.html", &as_kazakh()).expect("a page");
            let texts: Vec<&str> = article
                .paragraphs
                .iter()
                .map(|one| one.text.as_str())
                .collect();
            assert_eq!(texts, SENTENCES, "{page}");
        }
    }
}

#[test]
fn bytes_that_cannot_be_read_harm_nothing_outside_of_the_article() {
    let page = |meta: &[u8], text: &[u8]| {
        let parts = [
            b"<meta charset=utf-8><meta name=description content='",
            meta,
            b"'><h1>",
        ];
        let mut page = parts.concat();
        page.extend_from_slice(TITLE.as_bytes());
        page.extend_from_slice(b"</h1><p>");
        page.extend_from_slice(SENTENCES[0].as_bytes());
        page.extend_from_slice(text);
        page.extend_from_slice(b"</p><footer>\xA9 2024</footer>");
        article::read(&page, "a.html", &as_kazakh())
    };
    let article = page(b"\xD0", b"").expect("a page");
    assert_eq!(article.paragraphs.len(), 1);
    assert_eq!((article.encoding.as_str(), article.replaced), ("UTF-8", 0));
    let error = page(b"", b"\xD0").expect_err("a byte of the article is lost");
    assert!(error.to_string().contains("is not valid UTF-8"), "{error}");
}

#[test]
fn tags_in_a_plain_text_are_left_out() {
    let text = "Көпір ашылды\n\n<p>Көпір <b>бүгін</b> ашылды.<br/>Оған көп адам келді.</p>\n<a href='x'>Жол</a> 5 < 7 шақырым.";
    let article = article::read(text.as_bytes(), "a.txt", &as_kazakh()).expect("a text");
    let texts: Vec<&str> = article
        .paragraphs
        .iter()
        .map(|one| one.text.as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "Көпір бүгін ашылды.",
            "Оған көп адам келді.",
            "Жол 5 < 7 шақырым."
        ]
    );
}

#[test]
fn each_row_of_a_long_table_is_a_paragraph() {
    let rows: String = (0..20_000)
        .map(|at| format!("<tr><td>{at}</td><td>Ауыл</td></tr>"))
        .collect();
    let page = format!(
        "<article><h1>{TITLE}</h1><p>{}</p><table>{rows}</table></article>",
        SENTENCES[0]
    );
    let article = article::read(page.as_bytes(), "a.html", &as_kazakh()).expect("a page");
    assert_eq!(article.paragraphs.len(), 20_001);
    assert_eq!(article.paragraphs[20_000].text, "19999 Ауыл");
}

/// Words of a text with how often each occurs.
fn words(text: &str) -> BTreeMap<&str, usize> {
    let mut words = BTreeMap::new();
    for word in text.split_whitespace() {
        *words.entry(word).or_default() += 1;
    }
    words
}

/// Words that two texts share, each as often as it is in both.
fn shared(one: &str, other: &str) -> usize {
    let other = words(other);
    let counts = words(one).into_iter();
    counts
        .map(|(word, count)| count.min(other.get(word).copied().unwrap_or_default()))
        .sum()
}

/// Precision and recall of the words of bodies, beside a readability library alone.
///
/// `cargo test --test reading pages::words_of_bodies -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn words_of_bodies() {
    let mut sums = [[0_usize; 3]; 2];
    for (name, page, expected) in pages() {
        let texts = |value: &Value| {
            let paragraphs = value["paragraphs"].as_array().cloned().unwrap_or_default();
            let texts = paragraphs
                .iter()
                .filter_map(|one| one[1].as_str().map(str::to_owned));
            texts.collect::<Vec<_>>().join("\n")
        };
        let right = texts(&expected);
        let ours = texts(&read(&name, &page, &expected));
        let library = dom_smoothie::Readability::new(page.as_str(), None, None)
            .and_then(|mut readability| readability.parse())
            .map(|article| article.text_content.to_string())
            .unwrap_or_default();
        for (sum, found) in sums.iter_mut().zip([ours, library]) {
            sum[0] += shared(&found, &right);
            sum[1] += found.split_whitespace().count();
            sum[2] += right.split_whitespace().count();
        }
    }
    for (name, [shared, found, right]) in ["this reader", "dom_smoothie"].into_iter().zip(sums) {
        let (precision, recall) = (shared as f64 / found as f64, shared as f64 / right as f64);
        let f = 2.0 * precision * recall / (precision + recall);
        println!("{name}: precision {precision:.3}, recall {recall:.3}, F {f:.3}");
    }
}
