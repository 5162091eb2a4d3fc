//! Sentences of pages that look like furniture, requests, captions or quotations and are of the article.

use crate::as_kazakh;
use audarma::article::{self, Article, ParagraphKind};

const LEAD: &str = "Көпірдің құрылысы көктемде басталып, келесі жылдың күзінде аяқталады.";
const REST: &str = "Оған облыстық бюджеттен қаржы бөлініп, жүз адам жұмысқа тартылды.";

fn read(head: &str, body: &str) -> Article {
    let page = format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\">{head}</head><body>{body}</body></html>"
    );
    article::read(page.as_bytes(), "page.html", &as_kazakh()).expect("a readable page")
}

fn texts(article: &Article) -> Vec<&str> {
    let paragraphs = article.paragraphs.iter();
    paragraphs
        .map(|paragraph| paragraph.text.as_str())
        .collect()
}

/// Checks the texts of an article with these elements between its headline and its last paragraph.
fn assert_between(elements: &str, expected: &[&str]) {
    let article = read(
        "",
        &format!("<div><h1>Көпір салынады</h1><p>{LEAD}</p>{elements}<p>{REST}</p></div>"),
    );
    let all: Vec<&str> = [&[LEAD], expected, &[REST]].concat();
    assert_eq!(texts(&article), all, "{elements}");
}

#[test]
fn a_caption_with_a_sentence_hides_no_article_in_an_element_that_a_class_calls_furniture() {
    let article = read(
        "",
        &format!(
            "<h1>Көпір салынады</h1><figure><img src=\"a.jpg\"><figcaption>Әкім жиында сөз сөйледі.</figcaption></figure>\
             <div class=\"promo\"><p>{LEAD} Бұл туралы <a href=\"/z\">министрлік</a> хабарлады.</p><p>{REST}</p></div>"
        ),
    );
    let texts = texts(&article);
    assert!(texts.contains(&REST), "{texts:?}");
    assert!(texts.iter().any(|text| text.starts_with(LEAD)), "{texts:?}");
}

#[test]
fn a_sentence_that_papers_say_of_themselves_ends_no_text() {
    for sentence in [
        "Компания 2019 жылы тіркелген, жалғыз құрылтайшысы – Ерлан Оспанов.",
        "Жүргізушілер көлікті тіркеу куәлігін алып жүрмейді.",
    ] {
        let last = format!(
            "<div><h1>Көпір салынады</h1><p>{LEAD}</p><p>{REST}</p><p>{sentence}</p></div>"
        );
        assert_eq!(texts(&read("", &last)), [LEAD, REST, sentence]);
        assert_between(&format!("<p>{sentence}</p>"), &[sentence]);
        assert_between(
            &format!("<p>{REST}</p><p>{sentence}</p>"),
            &[REST, sentence],
        );
    }
}

#[test]
fn times_below_their_names_stay_there() {
    let times = ["Таң намазы", "05:12", "Бесін", "13:01", "Екінті", "17:40"];
    let lines: String = times.iter().map(|line| format!("<p>{line}</p>")).collect();
    assert_between(&lines, &times);
}

#[test]
fn a_sentence_with_words_of_requests_is_text() {
    for sentence in [
        "Жеңілдік тек газетке жазылушыларға арналған.",
        "Заңның толық нұсқасын оқу үшін порталға тіркелу қажет.",
        "Канализация бітелсе, бізге хабарласыңыз.",
        "Құжаттарды бізге info@mektep.kz поштасына жіберіңіз.",
        "Пайдалы әдеттеріңізді достарыңызбен бөлісіңіз.",
    ] {
        assert_between(&format!("<p>{sentence}</p>"), &[sentence]);
    }
}

#[test]
fn only_the_name_below_a_repeated_quotation_goes_with_it() {
    let quote = "Оған облыстық бюджеттен қаржы бөлініп";
    for (asides, expected) in [
        (
            format!(
                "<aside class=\"quote\"><p>{quote}</p></aside><aside class=\"quote\"><p>Бұл – біздің жер.</p></aside>"
            ),
            &["Бұл – біздің жер."][..],
        ),
        (
            format!("<aside class=\"quote\"><p>{quote}</p><p>Айнұр Қасымова</p></aside>"),
            &[],
        ),
        (
            format!("<aside class=\"quote\"><p>{quote}</p><p>Бұл – біздің жер</p></aside>"),
            &["Бұл – біздің жер"],
        ),
        // A name that the text has, too, below a quotation that it has not.
        (
            "<aside class=\"quote\"><p>Бұл – біздің ортақ жеріміз, оны сақтаймыз.</p><p>Құрылысы көктемде</p></aside>".to_owned(),
            &["Бұл – біздің ортақ жеріміз, оны сақтаймыз.", "Құрылысы көктемде"],
        ),
    ] {
        assert_between(&asides, expected);
    }
}

#[test]
fn a_link_that_is_a_button_by_its_class_stays_in_its_sentence() {
    for (elements, expected) in [
        (
            "<p>Толығырақ <a class=\"btn btn-link\" href=\"/z\">Конституцияда</a> айтылған.</p>",
            &["Толығырақ Конституцияда айтылған."][..],
        ),
        (
            "<p><b>Барлығы <a class=\"button\" href=\"/z\">Конституцияда</a></b> айтылған.</p>",
            &["Барлығы Конституцияда айтылған."],
        ),
        (
            "<p><a class=\"btn\" href=\"/z\">Өтініш беру</a> <a class=\"btn\" href=\"/y\">Сұрақ қою</a></p>",
            &[],
        ),
    ] {
        assert_between(elements, expected);
    }
}

#[test]
fn links_with_pictures_below_a_text_are_no_captions_of_it() {
    let slide = |end: &str, text: &str| {
        format!(
            "<a class=\"swiper-slide\" href=\"/{end}\"><img src=\"{end}.jpg\"><div class=\"t\">{text}</div></a>"
        )
    };
    for class in ["t", "caption"] {
        let slides = [slide("2", "Көпір ашылды"), slide("3", "Мектеп салынды")];
        let slides = slides.concat().replace("\"t\"", &format!("{class:?}"));
        let article = read(
            "",
            &format!(
                "<div><h1>Көпір салынады</h1><div class=\"text\"><p>{LEAD}</p><p>{REST}</p></div>\
                 <div class=\"swiper\">{slides}</div></div>"
            ),
        );
        assert_eq!(texts(&article), [LEAD, REST], "{class}");
    }
}

#[test]
fn sentences_of_a_report_in_pictures_are_its_text() {
    for class in ["js-lightbox", "photoreport", "slider"] {
        let article = read(
            "",
            &format!(
                "<div><h1>Көпір салынады</h1><div class=\"{class}\"><p>{LEAD}</p><img src=\"1.jpg\">\
                 <p>Жиынға жүз адам келді.</p><img src=\"2.jpg\"><p>{REST}</p></div></div>"
            ),
        );
        assert_eq!(texts(&article), [LEAD, "Жиынға жүз адам келді.", REST]);
        let kinds = article.paragraphs.iter().map(|paragraph| paragraph.kind);
        assert!(kinds.into_iter().all(|kind| kind == ParagraphKind::Text));
    }
}

#[test]
fn a_column_of_the_site_is_none_of_the_text() {
    let about = "Біздің газет 1991 жылдан бері шығады, оны мыңдаған оқырман алады.";
    for (first, next, expected) in [
        ("span8", "span4", &[LEAD, REST][..]),
        ("col4", "col8", &[LEAD, REST]),
        ("message", "message", &[LEAD, REST]),
        ("col c1", "col c2", &[LEAD, REST, about]),
        ("column", "column", &[LEAD, REST, about]),
    ] {
        let article = read(
            "",
            &format!(
                "<div class=\"row\"><div class=\"{first}\"><h1>Көпір салынады</h1><p>{LEAD}</p><p>{REST}</p></div>\
                 <div class=\"{next}\"><p>{about}</p></div></div>"
            ),
        );
        assert_eq!(texts(&article), expected, "{next}");
    }
}

#[test]
fn cards_below_a_text_state_nothing_about_it() {
    let card = "<div class=\"more\"><div class=\"t\">Осы аптада</div><div class=\"item\"><div class=\"post-meta\">\
                <span class=\"author\">Бөтен Адам</span><time datetime=\"2020-01-01\"></time><span>Қаралды: 12</span></div>\
                <h3><a href=\"/2\">Басқа ауылда мектеп салынды</a></h3></div></div>";
    for card in [card.to_owned(), card.replace("Осы аптада", "Оқи отырыңыз")] {
        let article = read(
            "",
            &format!(
                "<div class=\"w\"><h1>Көпір салынады</h1><div class=\"text\"><p>{LEAD}</p><p>{REST}</p></div>{card}</div>"
            ),
        );
        let metadata = &article.metadata;
        let stated = (&metadata.author, &metadata.date, metadata.views);
        assert_eq!(stated, (&None, &None, None), "{card}");
        assert_eq!(texts(&article), [LEAD, REST]);
    }
}

#[test]
fn the_day_of_the_address_goes_before_one_below_the_text() {
    let article = read(
        "<link rel=\"canonical\" href=\"https://olke.example/2024/03/14/kopir\">",
        &format!(
            "<div><h1>Көпір салынады</h1><div><p>{LEAD}</p><p>{REST}</p></div><div class=\"row\"><div class=\"col\"><div class=\"post-date\">01.02.2019</div><div>Қаралым саны: 96</div></div></div></div>"
        ),
    );
    assert_eq!(article.metadata.date.as_deref(), Some("2024-03-14"));
}

#[test]
fn a_stated_title_goes_before_a_name_and_before_what_only_a_class_calls_one() {
    let number = "№ 5 мектептің оқушылары олимпиадада жеңді";
    let bridge = "Көпір ашылды";
    for (head, body, title) in [
        (
            format!("<title>{number}</title>"),
            format!("<p><b>Айнұр Қасымова, Ақтөбе</b></p><p>{LEAD}</p>"),
            number,
        ),
        (
            "<title>Туған өлке №14</title>".to_owned(),
            format!("<p><b>Айнұр Қасымова</b></p><p>{LEAD}</p><p>{REST}</p>"),
            "Туған өлке №14",
        ),
        (
            format!("<title>{bridge}</title><meta property=\"og:title\" content=\"{bridge}\">"),
            format!("<div class=\"page-title\">Біздің өңір тынысы</div><div class=\"text\"><p>{LEAD}</p><p>{REST}</p></div>"),
            bridge,
        ),
        (
            "<title>Қазақстан: жаңа кезең басталды</title><meta property=\"og:site_name\" content=\"Қазақстан\">".to_owned(),
            format!("<div><p>{LEAD}</p><p>{REST}</p></div>"),
            "Қазақстан: жаңа кезең басталды",
        ),
    ] {
        assert_eq!(read(&head, &body).title.as_deref(), Some(title), "{body}");
    }
}

#[test]
fn a_place_before_a_date_is_no_section() {
    for (line, section) in [
        ("Үржар, 27 қаңтар 2024", None),
        ("Париж, 27 қаңтар 2024", None),
        ("Қоғам, 27 қаңтар 2024", Some("Қоғам")),
    ] {
        let article = read(
            "",
            &format!(
                "<div><h1>Көпір салынады</h1><div>{line}</div><div><p>{LEAD}</p><p>{REST}</p></div></div>"
            ),
        );
        let metadata = &article.metadata;
        let stated = (metadata.section.as_deref(), metadata.date.as_deref());
        assert_eq!(stated, (section, Some("2024-01-27")), "{line}");
    }
}

#[test]
fn a_line_that_reads_as_a_date_or_a_credit_is_text() {
    for line in [
        "Бүгін – 2024 жылғы 16 желтоқсан",
        "Видео ғаламтордан тез тарап кетті.",
    ] {
        assert_between(&format!("<p>{line}</p>"), &[line]);
    }
}

#[test]
fn comments_in_a_gallery_are_not_counted_for_each_of_its_pictures() {
    let pictures = "<img src=\"1.jpg\"><p>аб</p>".repeat(20_000);
    let comments = "<!-- -->".repeat(100_000);
    let body = format!(
        "<div><h1>Көпір салынады</h1><p>{LEAD}</p><p>{REST}</p><div class=\"swiper\"><img src=\"1.jpg\">{comments}{pictures}</div></div>"
    );
    let started = std::time::Instant::now();
    assert!(texts(&read("", &body)).contains(&LEAD));
    assert!(started.elapsed().as_secs() < 60);
}
