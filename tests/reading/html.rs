//! Reading HTML pages: three layouts, written for these tests, and hostile ones.

use crate::as_kazakh;
use ParagraphKind::{Caption, Heading, List, Text};
use audarma::article::{self, Article, ArticleError, Format, ParagraphKind};

fn read(bytes: &[u8]) -> Article {
    article::read(bytes, "page.html", &as_kazakh()).expect("a readable page")
}

/// The kinds of the paragraphs and how each begins.
fn outline(article: &Article) -> Vec<(ParagraphKind, String)> {
    let begin = |text: &str| text.split(' ').take(3).collect::<Vec<_>>().join(" ");
    article
        .paragraphs
        .iter()
        .map(|part| (part.kind, begin(&part.text)))
        .collect()
}

fn expected(outline: &[(ParagraphKind, &str)]) -> Vec<(ParagraphKind, String)> {
    outline
        .iter()
        .map(|&(kind, text)| (kind, text.to_owned()))
        .collect()
}

#[test]
fn a_weblog_page_with_open_graph_and_json_ld() {
    let article = read(include_bytes!("../fixtures/article/wordpress.html"));
    assert_eq!(article.format, Format::Html);
    assert_eq!(
        article.title.as_deref(),
        Some("Ауылда жаңа кітапхана ашылды")
    );
    assert_eq!(article.metadata.date.as_deref(), Some("2024-03-14"));
    assert_eq!(article.metadata.section.as_deref(), Some("Мәдениет"));
    assert_eq!(article.metadata.author.as_deref(), Some("Айгүл Серікова"));
    assert_eq!(
        article.metadata.origin.as_deref(),
        Some("olke-habary.example")
    );
    let paragraphs = [
        (Caption, "Жаңа кітапхананың оқу"),
        (Text, "Қарасу ауылында екі"),
        (Text, "«Балаларымыз енді кітап"),
        (Heading, "Кітаптар қайдан келді"),
        (Text, "Кітаптардың жартысын облыстық"),
        (Text, "Жуырда мұнда:"),
        (List, "балаларға арналған үйірме;"),
        (List, "компьютер сыныбы;"),
        (List, "шағын мұражай ашылады."),
        (Text, "Кітапхана дүйсенбіден сенбіге"),
    ];
    assert_eq!(outline(&article), expected(&paragraphs));
}

#[test]
fn a_portal_page_of_bare_divisions() {
    let article = read(include_bytes!("../fixtures/article/portal.html"));
    assert_eq!(article.title.as_deref(), Some("Көпір жөнделді"));
    assert_eq!(article.metadata.date.as_deref(), Some("2022-11-05"));
    assert_eq!(article.metadata.section.as_deref(), Some("Қоғам"));
    assert_eq!(article.metadata.origin.as_deref(), Some("qala.example"));
    let paragraphs = [
        (Caption, "Көпір үш айдан"),
        (Text, "Қаланың ескі бөлігіндегі"),
        (Heading, "Жол жабық болды"),
        (Text, "Жөндеу үш айға"),
        (Text, "Келесі жылы тағы"),
        (Text, "Мамандар көпір тағы"),
    ];
    assert_eq!(outline(&article), expected(&paragraphs));
}

#[test]
fn an_old_page_in_tables_and_in_another_charset_than_it_declares() {
    let article = read(include_bytes!("../fixtures/article/archive-kz1048.html"));
    assert_eq!(article.encoding, "KZ-1048");
    assert_eq!(article.title.as_deref(), Some("Егін орағы аяқталды"));
    assert_eq!(article.metadata.date.as_deref(), Some("2003-10-17"));
    assert_eq!(
        article.metadata.origin.as_deref(),
        Some("«Дала таңы» газеті")
    );
    assert_eq!(
        article.metadata.lines,
        ["Уақыты: 17.10.2003", "Дереккөз: «Дала таңы» газеті"]
    );
    let paragraphs = [
        (Text, "Облыста егін орағы"),
        (Text, "Ең жоғары өнімді"),
        (Text, "Енді шаруалар көктемге"),
    ];
    assert_eq!(outline(&article), expected(&paragraphs));
}

#[test]
fn a_page_is_known_by_its_beginning_where_its_name_says_nothing() {
    let page = "\n<!DOCTYPE HTML><title>Көпір</title><p>Көпір бүгін ашылды.</p>";
    let article = article::read(page.as_bytes(), "-", &as_kazakh()).expect("a page");
    assert_eq!(article.format, Format::Html);
    assert_eq!(
        outline(&article),
        expected(&[(Text, "Көпір бүгін ашылды.")])
    );
}

#[test]
fn a_page_without_text_is_an_error() {
    let error = article::read(b"<html><body><br></body></html>", "a.html", &as_kazakh());
    assert_eq!(error, Err(ArticleError::NoArticle));
}

#[test]
fn deeply_nested_and_broken_pages_do_no_harm() {
    let nested = format!("{}Көпір бүгін ашылды.", "<div>".repeat(100_000));
    let tables = "<table><tr><td>".repeat(5_000) + "Көпір бүгін ашылды.";
    let broken = "<p>Көпір <b>бүгін <i>ашылды.</b></p></div></table><script>".to_owned();
    for page in [nested, tables, broken] {
        let _ = article::read(page.as_bytes(), "a.html", &as_kazakh());
    }
}

const PROSE: &str = "Көпірдің құрылысы көктемде басталып, келесі жылдың күзінде аяқталады деп жоспарланған. \
                     Оған облыстық бюджеттен қаржы бөлінді.";

/// A page of this head and of these elements below its headline.
fn below_headline(head: &str, elements: &str) -> Article {
    let page = format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>Өзенге жаңа көпір салынады</title>{head}</head>\
         <body><article><h1>Өзенге жаңа көпір салынады</h1>{elements}</article></body></html>"
    );
    read(page.as_bytes())
}

fn texts(article: &Article) -> Vec<&str> {
    let paragraphs = article.paragraphs.iter();
    paragraphs
        .map(|paragraph| paragraph.text.as_str())
        .collect()
}

#[test]
fn the_clock_of_a_player_is_left_out_and_other_times_stay() {
    let article = below_headline(
        "",
        &format!("<p>{PROSE}</p><p>00:00 / 03:12</p><p>21:25 25:19 15:10</p><p>{PROSE}</p>"),
    );
    assert_eq!(texts(&article), [PROSE, "21:25 25:19 15:10", PROSE]);
}

#[test]
fn a_name_at_the_end_is_the_authors_only_below_a_finished_text() {
    let name = "Айнұр Қасымова";
    let author = below_headline("", &format!("<p>{PROSE}</p><p>{name}</p>"));
    assert_eq!(author.metadata.author.as_deref(), Some(name));
    assert_eq!(author.metadata.lines, [name]);
    let winner = below_headline(
        "",
        &format!("<p>{PROSE}</p><p>{PROSE}</p><p>Бірінші орын</p><p>{name}</p>"),
    );
    assert_eq!(winner.metadata.author, None);
    assert_eq!(texts(&winner).last(), Some(&name));
}

#[test]
fn a_name_above_the_text_is_the_authors_only_where_it_is_plain_and_none_is_named() {
    let name = "Айнұр Қасымова";
    let with = |head: &str, line: &str| {
        let elements =
            format!("<p class=\"date\">27.01.2024</p>{line}<p>{PROSE}</p><p>{PROSE}</p>");
        below_headline(head, &elements)
    };
    let article = with("", &format!("<p>{name}</p>"));
    assert_eq!(article.metadata.author.as_deref(), Some(name));
    let article = with("", &format!("<h3>{name}</h3>"));
    assert_eq!(article.metadata.author, None);
    assert_eq!(texts(&article), [name, PROSE, PROSE]);
    let head = "<meta name=\"author\" content=\"Серік Оспанов\">";
    let article = with(head, &format!("<p>{name}</p>"));
    assert_eq!(article.metadata.author.as_deref(), Some("Серік Оспанов"));
    assert_eq!(texts(&article), [name, PROSE, PROSE]);
}

#[test]
fn lines_of_metadata_are_kept_as_the_page_shows_them() {
    let line = "<div class=\"date\"><span>27 қаңтар 2024</span>, <b>10:15</b></div>";
    let article = below_headline("", &format!("{line}<p>{PROSE}</p><p>{PROSE}</p>"));
    assert_eq!(article.metadata.date.as_deref(), Some("2024-01-27"));
    assert_eq!(article.metadata.lines, ["27 қаңтар 2024, 10:15"]);
}

#[test]
fn line_breaks_outside_of_cells_make_no_layout_of_a_table() {
    let breaks = "Жылдар<br>бойынша<br>су<br>шығыны<br>туралы";
    let row = "<tr><td>2023</td><td>14 мың</td></tr>";
    let table = format!("<table><caption>{breaks}</caption>{row}</table>");
    let article = below_headline("", &format!("<p>{PROSE}</p>{table}<p>{PROSE}</p>"));
    assert!(
        texts(&article).contains(&"2023 14 мың"),
        "{:?}",
        texts(&article)
    );
    let cell = format!("<table><tr><td>{breaks}</td><td>14 мың</td></tr></table>");
    let article = below_headline("", &format!("<p>{PROSE}</p>{cell}<p>{PROSE}</p>"));
    assert!(texts(&article).contains(&"14 мың"), "{:?}", texts(&article));
}

#[test]
fn a_day_between_the_headline_and_the_site_is_that_of_publication_and_one_of_the_headline_is_not() {
    for (title, headline, date) in [
        (
            "Мектеп ашылды - 2019-11-14 - Дала үні",
            "Мектеп ашылды",
            Some("2019-11-14"),
        ),
        (
            "Мектеп ашылды | 14 қараша 2019 | Дала үні",
            "Мектеп ашылды",
            Some("2019-11-14"),
        ),
        (
            "Жас-ұлан мектебі – 14.11.2019 — Дала үні",
            "Жас-ұлан мектебі",
            Some("2019-11-14"),
        ),
        (
            "Тәуелсіздік жариялануы – 16 желтоқсан 1991 жыл",
            "Тәуелсіздік жариялануы",
            None,
        ),
        (
            "Тәуелсіздік – 16 желтоқсан 1991 жыл – Дала үні",
            "Тәуелсіздік – 16 желтоқсан 1991 жыл",
            None,
        ),
        ("Мектеп ашылды - 2019-11-14 - ", "Мектеп ашылды", None),
    ] {
        let page = format!(
            "<html lang=\"kk\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body><div><h1>{headline}</h1>\
             <p>{PROSE}</p><p>{PROSE}</p></div></body></html>"
        );
        assert_eq!(
            read(page.as_bytes()).metadata.date.as_deref(),
            date,
            "{title}"
        );
    }
}

#[test]
fn a_section_below_the_text_is_the_articles_own() {
    let section = |inside: &str, after: &str| {
        let page = format!(
            "<html lang=\"kk\"><head><meta charset=\"utf-8\"><title>Өзенге жаңа көпір салынады</title></head>\
             <body><main><article><h1>Өзенге жаңа көпір салынады</h1><p>{PROSE}</p><p>{PROSE}</p>{inside}</article>\
             {after}</main></body></html>"
        );
        read(page.as_bytes()).metadata.section
    };
    let link = "<a href=\"/n\">Қала автобустары ертеңнен бастап жаңа кестемен жүреді</a>";
    for (inside, after, expected) in [
        (
            "<footer>Санаттар: <a href=\"/c\">Қоғам</a></footer>",
            "",
            Some("Қоғам"),
        ),
        (
            "<footer>Санаты <a href=\"/c\">Қоғам</a></footer>",
            "",
            Some("Қоғам"),
        ),
        (
            "<footer><b>Санаты</b>: <a href=\"/c\">Қоғам</a></footer>",
            "",
            Some("Қоғам"),
        ),
        ("<span class=\"cat-links\">Қоғам</span>", "", Some("Қоғам")),
        (
            "",
            "<footer><span class=\"cat-links\">Қоғам</span></footer>",
            Some("Қоғам"),
        ),
        (
            "<footer><div>Айдарлар</div><ul><li>Саясат</li></ul></footer>",
            "",
            None,
        ),
        ("", "<div>Айдарлар</div><ul><li>Саясат</li></ul>", None),
        ("", "<div>Айдарлар:</div><ul><li>Саясат</li></ul>", None),
        (
            "",
            "<div class=\"card\"><span class=\"cat-links\">Спорт</span></div>",
            None,
        ),
        (
            &format!("<div class=\"card\"><span class=\"cat-links\">Спорт</span>{link}</div>"),
            "",
            None,
        ),
        (
            "",
            &format!("<footer>{link}<span class=\"cat-links\">Спорт</span></footer>"),
            None,
        ),
        (
            &format!("<footer>{link} <span class=\"cat-links\">Спорт</span></footer>"),
            "",
            Some("Спорт"),
        ),
        (
            "<div><b>Айдарлар:</b><ul><li>Саясат</li><li>Спорт</li><li>Әлем</li></ul></div>",
            "",
            None,
        ),
    ] {
        assert_eq!(
            section(inside, after).as_deref(),
            expected,
            "{inside} {after}"
        );
    }
}

#[test]
fn what_is_beside_a_date_counts_readers_only_where_it_can() {
    for (line, views) in [
        (
            "<span>7611</span> <span>29 пікір</span> <span>2 мамыр 2024</span>",
            Some(7611),
        ),
        (
            "<span>27 қаңтар 2024</span> <span>Комментарии</span> <span>12</span>",
            None,
        ),
        (
            "<span>27 қаңтар 2024</span> <span>Пікірлер</span> <span>12</span>",
            None,
        ),
        (
            "<span>27</span> <span>27.01.2024</span> <span>3 пікір</span>",
            None,
        ),
    ] {
        let article = below_headline(
            "",
            &format!("<div>{line}</div><p>{PROSE}</p><p>{PROSE}</p>"),
        );
        assert_eq!(article.metadata.views, views, "{line}");
        assert_eq!(article.metadata.section, None, "{line}");
        assert_eq!(texts(&article), [PROSE, PROSE], "{line}");
    }
}

#[test]
fn a_short_article_beside_a_picture_is_no_caption() {
    use ParagraphKind::{Caption, Text};
    let kinds = |page: &str| {
        let page = format!(
            "<html lang=\"kk\"><head><meta charset=\"utf-8\"><title>Өзенге жаңа көпір салынады</title></head><body>{page}</body></html>"
        );
        let article = read(page.as_bytes());
        assert_eq!(article.title.as_deref(), Some("Өзенге жаңа көпір салынады"));
        let paragraphs = article.paragraphs.iter();
        paragraphs.map(|one| one.kind).collect::<Vec<_>>()
    };
    let (first, second) = (
        "<p>Көпірдің құрылысы көктемде басталады</p>",
        "<p>Оған облыстық бюджеттен қаржы бөлінді</p>",
    );
    let headline = "<h1>Өзенге жаңа көпір салынады</h1>";
    let image = "<div class=\"news image\"><img src=\"a.jpg\">";
    let inside = format!("{image}<div class=\"text\">{headline}{first}{second}</div></div>");
    assert_eq!(kinds(&inside), [Text, Text]);
    let several = format!("{headline}{image}<div>{first}{second}</div></div>");
    assert_eq!(kinds(&several), [Text, Text]);
    let caption = format!("{headline}{image}<div>{first}</div></div><p>{PROSE}</p><p>{PROSE}</p>");
    assert_eq!(kinds(&caption), [Caption, Text, Text]);
}

#[test]
fn a_credit_is_parted_from_a_caption_but_not_from_its_sentence() {
    let author = "<span class=\"author\">Серік Жұман</span>";
    for (caption, expected) in [
        (
            format!("Суретті {author} түсірген"),
            &["Суретті Серік Жұман түсірген"][..],
        ),
        (
            format!("{author} түсірген сурет"),
            &["Серік Жұман түсірген сурет"],
        ),
        (
            format!("Суретті түсірген {author}"),
            &["Суретті түсірген Серік Жұман"],
        ),
        (
            format!("Суретті <b>кеше</b> {author} түсірген."),
            &["Суретті кеше Серік Жұман түсірген."],
        ),
        (
            format!("Кітапхана залы. {author}"),
            &["Кітапхана залы.", "Серік Жұман"],
        ),
        (
            "Кітапхана залы <span class=\"credit\">Фото: Серік Жұман</span>".to_owned(),
            &["Кітапхана залы", "Фото: Серік Жұман"],
        ),
        (
            format!("<span class=\"caption\">Кітапхана залы</span>{author}"),
            &["Кітапхана залы", "Серік Жұман"],
        ),
        (
            format!("Кітапхана залы<br>{author}"),
            &["Кітапхана залы", "Серік Жұман"],
        ),
    ] {
        let elements = format!(
            "<p>{PROSE}</p><figure><img src=\"a.jpg\"><figcaption>{caption}</figcaption></figure><p>{PROSE}</p>"
        );
        let article = below_headline("", &elements);
        let captions = article.paragraphs.iter();
        let captions = captions.filter(|one| one.kind == ParagraphKind::Caption);
        let captions: Vec<&str> = captions.map(|one| one.text.as_str()).collect();
        assert_eq!(captions, expected, "{caption}");
    }
}

#[test]
fn two_authors_on_two_lines_are_both_named() {
    for (second, author) in [
        ("Болат СЕРІКОВ", "Асқар ОМАРОВ, Болат СЕРІКОВ"),
        ("Ақмола облысы", "Асқар ОМАРОВ"),
    ] {
        let foot = format!("<p>Асқар ОМАРОВ,</p><p>{second}</p>");
        let article = below_headline("", &format!("<p>{PROSE}</p><p>{PROSE}</p>{foot}"));
        assert_eq!(article.metadata.author.as_deref(), Some(author));
        assert_eq!(texts(&article), [PROSE, PROSE]);
    }
}

#[test]
fn statements_beside_the_headline_are_told_from_places_and_words_of_days() {
    for (line, date, section, author) in [
        (
            "<div>Астана, 27 қаңтар 2024</div>",
            Some("2024-01-27"),
            None,
            None,
        ),
        (
            "<div><span>Астана</span> | <span>27 қаңтар 2024</span></div>",
            Some("2024-01-27"),
            None,
            None,
        ),
        (
            "<div>Қостанай облысы, 27 қаңтар 2024, 10:30</div>",
            Some("2024-01-27"),
            None,
            None,
        ),
        (
            "<div>Бүгін, 27 қаңтар 2024</div>",
            Some("2024-01-27"),
            None,
            None,
        ),
        ("<ul><li>Бөлім: Спорт</li></ul>", None, Some("Спорт"), None),
        (
            "<ul><li>Оқиға</li><li>9 маусым</li></ul>",
            None,
            Some("Оқиға"),
            None,
        ),
        (
            "<div>Жазған Айнұр Қасымова</div>",
            None,
            None,
            Some("Айнұр Қасымова"),
        ),
    ] {
        let article = below_headline(
            "",
            &format!("{line}<div><p>{PROSE}</p><p>{PROSE}</p></div>"),
        );
        let metadata = &article.metadata;
        assert_eq!(
            (
                metadata.date.as_deref(),
                metadata.section.as_deref(),
                metadata.author.as_deref()
            ),
            (date, section, author),
            "{line}"
        );
        assert_eq!(texts(&article), [PROSE, PROSE], "{line}");
    }
}

#[test]
fn items_of_a_list_keep_the_marks_that_a_browser_shows() {
    for (list, expected) in [
        (
            "<ol reversed><li>Бес</li><li>Төрт</li></ol>",
            ["2. Бес", "1. Төрт"],
        ),
        (
            "<ol type=a start=3><li>Үш</li><li>Төрт</li></ol>",
            ["c. Үш", "d. Төрт"],
        ),
        (
            "<ol type=A start=26><li>Бір</li><li>Екі</li></ol>",
            ["Z. Бір", "27. Екі"],
        ),
    ] {
        let article = below_headline("", &format!("<p>{PROSE}</p>{list}<p>{PROSE}</p>"));
        assert_eq!(
            texts(&article),
            [PROSE, expected[0], expected[1], PROSE],
            "{list}"
        );
    }
}

#[test]
fn the_name_of_the_site_before_a_colon_is_none_of_a_stated_title() {
    let title = "Өзен жағасына жаңа саябақ салынды";
    for (stated, site, expected) in [
        ("Дала таңы: ", "Дала таңы", title.to_owned()),
        ("Сарапшы: ", "Дала таңы", format!("Сарапшы: {title}")),
    ] {
        let page = format!(
            "<html><head><title>{stated}{title}</title><meta property=\"og:site_name\" content=\"{site}\"></head>\
             <body><div><p>{PROSE}</p><p>{PROSE}</p></div></body></html>"
        );
        let article = read(page.as_bytes());
        assert_eq!(article.title, Some(expected), "{stated}");
    }
}
