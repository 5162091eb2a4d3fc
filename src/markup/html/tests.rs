//! What becomes of pages and parts of them.

use proptest::prelude::*;

use super::*;
use crate::language::KAZAKH;
use crate::markup::Alignment;

fn fragment(html: &str) -> Fragment {
    Fragment::parse(html, &KAZAKH).unwrap()
}

fn translation(target: &str) -> TranslatedUnit {
    TranslatedUnit {
        target: target.to_owned(),
        alignment: None,
    }
}

/// The HTML with each unit as `translate` has it.
fn rebuilt(html: &str, translate: impl Fn(&str) -> TranslatedUnit) -> String {
    let fragment = fragment(html);
    let units: Vec<_> = fragment
        .units()
        .iter()
        .map(|unit| translate(unit))
        .collect();
    fragment.rebuild(&units)
}

fn kept(html: &str) -> String {
    rebuilt(html, translation)
}

/// Each word in capital letters: no word stays, and each keeps its place.
fn in_capitals(html: &str) -> String {
    rebuilt(html, |unit| translation(&unit.to_uppercase()))
}

/// A translation by the source words of its words.
fn aligned(unit: &str, target: &str, sources: &[usize]) -> TranslatedUnit {
    let words = unit.split_whitespace().count();
    let mut weights = vec![0.01; words * sources.len()];
    for (row, &source) in weights.chunks_mut(words).zip(sources) {
        row[source] = 0.9;
    }
    TranslatedUnit {
        target: target.to_owned(),
        alignment: Alignment::new(words, sources.len(), weights),
    }
}

#[test]
fn tags_go_to_the_words_that_the_alignment_gives() {
    let html = "<p>Президент <a href=\"/a?b=1&amp;c=2\">Қасым-Жомарт Тоқаев</a> <b>кеше</b> Астанада болды.</p>";
    let target = "Yesterday President Kassym-Jomart Tokayev was in Astana.";
    let found = rebuilt(html, |unit| aligned(unit, target, &[3, 0, 1, 2, 5, 4, 4]));
    assert_eq!(
        found,
        "<p><b>Yesterday</b> President <a href=\"/a?b=1&amp;c=2\">Kassym-Jomart Tokayev</a> was in Astana.</p>"
    );
}

#[test]
fn tags_within_tags_stay_within_them() {
    let html = "<i>Бір <b>екі</b></i> <u>үш</u> төрт.";
    let found = rebuilt(html, |unit| {
        aligned(unit, "Four three two one.", &[3, 2, 1, 0])
    });
    assert_eq!(found, "Four <u>three</u> <i><b>two</b> one</i>.");
}

#[test]
fn signs_beside_a_tag_stay_beside_it() {
    let found = in_capitals("Ол «<b>Алматы</b>», <i>(Астана)</i> <a>мен Орал</a>.");
    assert_eq!(
        found,
        "ОЛ «<b>АЛМАТЫ</b>», <i>(АСТАНА)</i> <a>МЕН ОРАЛ</a>."
    );
    // The stop of a sentence that ends with the link is not the link's.
    let found = rebuilt("<a>Алматы</a> қаласы үлкен.", |unit| {
        aligned(
            unit,
            "There is a big city: \"Almaty\".",
            &[2, 2, 2, 2, 1, 0],
        )
    });
    assert_eq!(found, "There is a big city: \"<a>Almaty</a>\".");
}

#[test]
fn without_an_alignment_equal_words_and_places_decide() {
    let place = |html, target: &str| rebuilt(html, |_| translation(target));
    assert_eq!(
        place(
            "Жобаға <b>2024</b> жылы ақша бөлінді.",
            "Money was allocated in 2024."
        ),
        "Money was allocated in <b>2024</b>."
    );
    assert_eq!(
        place("<b>Бүкіл сөйлем осы.</b>", "All of it."),
        "<b>All of it.</b>"
    );
    assert_eq!(
        place("<b>Бір</b> екі үш.", "One two three."),
        "<b>One</b> two three."
    );
    assert_eq!(
        place("Бір екі <i>үш</i>.", "One two three."),
        "One two <i>three</i>."
    );
    assert_eq!(place("Бір екі <i>үш</i>.", ""), "<i></i>");
}

#[test]
fn no_text_is_in_two_tags() {
    let found = rebuilt("<b> екі, </b><i><u>2024 </u></i>", |_| {
        translation("2024 one")
    });
    assert_eq!(found, " <i><u>2024</u></i> <b>one</b> ");
}

#[test]
fn a_tag_over_sentences_holds_all_of_them() {
    let html = "Бір. <b>Екі үш. Төрт бес.</b> Алты жеті.";
    let targets = ["One.", "Two three.", "Four five.", "Six seven."];
    let fragment = fragment(html);
    assert_eq!(
        fragment.units(),
        ["Бір.", "Екі үш.", "Төрт бес.", "Алты жеті."]
    );
    let found = fragment.rebuild(&targets.map(translation));
    assert_eq!(found, "One. <b>Two three. Four five.</b> Six seven.");
}

#[test]
fn pictures_and_notes_keep_to_their_neighbours() {
    let found =
        in_capitals("Бір<sup>1</sup> <img src=\"a.png\" alt=\"сурет\"> екі<a href=\"#n\"></a> үш.");
    assert_eq!(
        found,
        "БІР<sup>1</sup> <img src=\"a.png\" alt=\"сурет\"> ЕКІ<a href=\"#n\"></a> ҮШ."
    );
}

#[test]
fn a_line_break_ends_a_sentence_unless_the_next_line_goes_on() {
    let html = "Астана қаласы<br>Абай көшесі, 1<br>бірінші қабат<br><br>Тел. 12";
    let fragment = fragment(html);
    assert_eq!(
        fragment.units(),
        ["Астана қаласы", "Абай көшесі, 1 бірінші қабат", "Тел. 12"]
    );
    assert_eq!(kept(html), html);
    let targets = ["City of Astana", "1 Abai Street, ground floor", "Tel. 12"];
    assert_eq!(
        fragment.rebuild(&targets.map(translation)),
        "City of Astana<br>1 Abai Street,<br>ground floor<br><br>Tel. 12"
    );
}

#[test]
fn what_is_not_to_be_translated_is_kept() {
    let html = "<p>Файл <code>сөз &lt;b&gt;</code> <span translate=\"no\">Қала <b>Нұр</b></span> ашылды.</p>\
                <div class=\"x notranslate\">Мәтін <p translate=\"yes\">Аудар.</p> сөз</div><style>p > a { color: red }</style>\
                <svg viewBox=\"0 0 1 1\"><text>сөз</text></svg><textarea>\n\nсөз</textarea>";
    let fragment = fragment(html);
    assert_eq!(fragment.units(), ["Файл ашылды.", "Аудар."]);
    assert_eq!(kept(html), html);
}

#[test]
fn an_address_alone_is_kept() {
    let html = "<p>Сөз.</p><p><a href=\"https://egemen.kz/a/bc\"><span class=\"invisible\">https://</span>\
                <span class=\"ellipsis\">egemen.kz/a/b</span><span class=\"invisible\">c</span></a></p>";
    assert_eq!(fragment(html).units(), ["Сөз."]);
    assert_eq!(in_capitals(html), html.replace("Сөз", "СӨЗ"));
    let html = "<a href=\"https://egemen.kz/a/b\">https://egemen.kz/a/b</a>";
    assert!(fragment(html).units().is_empty());
    assert_eq!(in_capitals(html), html);
}

#[test]
fn the_lines_of_pre_are_kept() {
    let html = "<pre>\n\nбір екі\n  үш төрт.</pre>";
    assert_eq!(fragment(html).units(), ["бір екі", "үш төрт."]);
    assert_eq!(in_capitals(html), html.to_uppercase().replace("PRE", "pre"));
}

#[test]
fn a_page_keeps_its_head_and_its_white_space() {
    let html = "<!DOCTYPE html><html lang=\"kk\"><head><meta charset=\"utf-8\"><title>Жаңалық &amp; хабар</title>\n\
                </head>\n<body class=\"a\">\n  <h1> Тақырып </h1>\n<ul>\n<li>Бір</li><li>12</li></ul>\n</body></html>";
    assert_eq!(
        fragment(html).units(),
        ["Жаңалық & хабар", "Тақырып", "Бір"]
    );
    assert_eq!(kept(html), html);
}

#[test]
fn parts_of_tables_and_texts_without_tags_are_kept() {
    for html in [
        "<td>бір</td><td>екі</td>",
        "<tr><td>бір</td></tr>",
        "<li>бір</li>",
        " бір &amp; екі &lt;үш&gt; \n",
        "",
        " ",
        "<b></b>",
        "<a href=\"#\"><div>бір</div> екі</a>",
        "бір <a href=\"#\">екі <div>үш</div> төрт</a>",
        "<x-y z=\"1\">бір</x-y>",
    ] {
        assert_eq!(kept(html), html);
    }
}

#[test]
fn nothing_that_runs_is_returned() {
    for (html, expected) in [
        ("бір<script>alert(1)</script> екі", "бір екі"),
        (
            "<b onclick=\"x()\" OnMouseOver=y id=1>бір</b>",
            "<b id=\"1\">бір</b>",
        ),
        ("<a href=\"javascript:x()\">бір</a>", "<a>бір</a>"),
        (
            "<a href=\" \u{1}Java&#10;Script:x()\">бір</a>",
            "<a>бір</a>",
        ),
        (
            "<a href=\"/javascript:x\">бір</a>",
            "<a href=\"/javascript:x\">бір</a>",
        ),
        ("<a href=\"data:text/html,x\">бір</a>", "<a>бір</a>"),
        (
            "<img src=\"data:image/png;base64,AA\" onerror=x>",
            "<img src=\"data:image/png;base64,AA\">",
        ),
        (
            "<iframe srcdoc=\"<script>x</script>\" src=\"/a\">бір</iframe>",
            "<iframe src=\"/a\"></iframe>",
        ),
        (
            "<svg><script>x</script><a xlink:href=\"javascript:x\"><set attributeName=\"href\"/>бір</a></svg>",
            "<svg><a>бір</a></svg>",
        ),
        ("<object data=x>бір</object><embed src=x>", ""),
        ("<template><img src=x onerror=y></template>бір", "бір"),
        (
            "<noscript><p title=\"</noscript><img src=x onerror=y>\">бір</noscript>",
            "<noscript><p title=\"&lt;/noscript&gt;&lt;img src=x onerror=y&gt;\">бір</p></noscript>",
        ),
        (
            "<style><img src=x onerror=y></style>бір",
            "<style></style>бір",
        ),
        (
            "<math><style><img src=x onerror=y></style></math>",
            "<math></math><img src=\"x\">",
        ),
        (
            "<!-- <img src=x onerror=y> -->бір<!-- a -->",
            "бір<!-- a -->",
        ),
        (
            "<xmp><img src=x onerror=y></xmp>",
            "<pre>&lt;img src=x onerror=y&gt;</pre>",
        ),
        (
            "<meta http-equiv=\"Refresh\" content=\"0;url=javascript:x\">",
            "<meta content=\"0;url=javascript:x\">",
        ),
        (
            "<form action=javascript:x><button formaction=\"vbscript:x\">бір</button></form>",
            "<form><button>бір</button></form>",
        ),
        ("<p a<b=1 =x c'd=2>бір</p>", "<p>бір</p>"),
        ("<x<y>бір</x<y>", "бір"),
        ("<plaintext>бір</b>", "<pre>бір&lt;/b&gt;</pre>"),
    ] {
        assert_eq!(kept(html), expected, "{html}");
    }
}

#[test]
fn hostile_nesting_is_refused_or_kept() {
    let deep = format!("{}сөз бар.", "<b>".repeat(900));
    assert!(in_capitals(&deep).contains("СӨЗ БАР."));
    assert!(Fragment::parse(&"<div>".repeat(5_000), &KAZAKH).is_err());
    let many = "<b>сөз</b> ".repeat(20_000);
    assert_eq!(in_capitals(&many), many.to_uppercase().replace("B>", "b>"));
    let breaks = "сөз<br> ".repeat(20_000);
    assert_eq!(in_capitals(&breaks).matches("<br>").count(), 20_000);
    let words = format!("<i>{}</i>", "сөз ".repeat(50_000));
    assert_eq!(in_capitals(&words).len(), words.len());
}

/// The tags of HTML, in alphabetical order, and its text without white space.
fn tags_and_text(html: &str) -> (Vec<String>, String) {
    let mut tags = Vec::new();
    let mut text = String::new();
    for part in html.split('<') {
        match part.split_once('>') {
            Some((tag, after)) if !part.is_empty() => {
                tags.push(tag.to_owned());
                text.push_str(after);
            }
            _ => text.push_str(part),
        }
    }
    tags.sort_unstable();
    (tags, text.split_whitespace().collect())
}

fn is_well_nested(html: &str) -> bool {
    let mut open = Vec::new();
    for part in html.split('<').skip(1) {
        let Some((tag, _)) = part.split_once('>') else {
            return false;
        };
        let name = tag.split(' ').next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(end) if open.pop() != Some(end) => return false,
            Some(_) => {}
            None if !["br", "img", "hr", "wbr"].contains(&name) => open.push(name),
            None => {}
        }
    }
    open.is_empty()
}

/// HTML as a serialiser writes it.
fn any_html() -> impl Strategy<Value = String> {
    let text = prop::sample::select(vec![
        "сөз ",
        "бір",
        " екі, ",
        "Үш. ",
        "2024 ",
        " ",
        "\n",
        "«төрт»",
        "&amp;",
        "Алматы",
        "<br>",
        "<img src=\"a\">",
        "– ",
    ])
    .prop_map(str::to_owned);
    let inline = text.prop_recursive(4, 40, 6, |inner| {
        let name =
            prop::sample::select(vec!["b", "i", "span class=\"x\"", "em", "sup", "u", "code"]);
        (name, prop::collection::vec(inner, 0..6)).prop_map(|(name, inner)| {
            let end = name.split(' ').next().unwrap_or_default();
            format!("<{name}>{}</{end}>", inner.concat())
        })
    });
    let name = prop::sample::select(vec!["div", "p", "ul", "h1", "td"]);
    prop::collection::vec((name, prop::collection::vec(inline, 0..6)), 0..4).prop_map(|blocks| {
        let blocks = blocks.into_iter().map(|(name, inline)| match name {
            "td" => inline.concat(),
            name => format!("<{name}>{}</{name}>", inline.concat()),
        });
        blocks.collect()
    })
}

proptest! {
    #[test]
    fn what_is_not_changed_is_returned_letter_for_letter(html in any_html()) {
        prop_assert_eq!(kept(&html), html);
    }

    #[test]
    fn no_tag_is_lost_or_doubled_whatever_the_translation(
        html in any_html(),
        words in prop::collection::vec(prop::sample::select(vec!["one", "two,", "2024", "\"x\"", "сөз."]), 0..9),
        sources in prop::collection::vec(0_usize..40, 9),
        is_aligned: bool,
    ) {
        let found = rebuilt(&html, |unit| {
            let count = unit.split_whitespace().count();
            let sources: Vec<usize> = sources.iter().take(words.len()).map(|at| at % count).collect();
            let aligned = aligned(unit, &words.join(" "), &sources);
            if is_aligned { aligned } else { translation(&aligned.target) }
        });
        prop_assert_eq!(tags_and_text(&found).0, tags_and_text(&html).0);
        prop_assert!(is_well_nested(&found), "{}", found);
        let ones = words.iter().filter(|word| **word == "one").count();
        let expected = fragment(&html).units().len() * ones;
        prop_assert_eq!(tags_and_text(&found).1.matches("one").count(), expected);
    }

    #[test]
    fn words_that_keep_their_places_keep_their_tags(html in any_html()) {
        let (tags, text) = tags_and_text(&in_capitals(&html));
        let (own_tags, own_text) = tags_and_text(&html);
        prop_assert_eq!(tags, own_tags);
        // Code within a word goes after it.
        let letters = |text: String| {
            let mut letters: Vec<char> = text.to_lowercase().chars().collect();
            letters.sort_unstable();
            letters
        };
        prop_assert_eq!(letters(text), letters(own_text));
    }

    #[test]
    fn any_text_is_read_and_what_is_written_holds_no_script(
        pieces in prop::collection::vec(
            prop_oneof![
                prop::sample::select(vec![
                    "<p>", "</p>", "<div class='a'>", "</div>", "<table>", "<td>", "</table>", "<br>", "<script>",
                    "</script>", "<!--", "-->", "<title>", "</title>", "<b onx=1>", "</b>", "<a href=javascript:x>",
                    "</a>", "<pre>", "\n", "&amp;", "&lt;script>", "<svg>", "</svg>", "<![CDATA[", "]]>", "<math>",
                    "<mi>", "<mglyph>", "<select>", "<option>", "<template>", "</template>", "<textarea>", "<html b=2>",
                    "<style>", "</style>", "<plaintext>", "\0", "<p a=\"", "\">", "'", "<noscript>", "</noscript>",
                    "<img src=x onerror=x>", "<foreignObject>", "<annotation-xml encoding=text/html>", "<mtext>", "<xmp>",
                ])
                .prop_map(str::to_owned),
                "[а-я <&.]{0,12}",
            ],
            0..30,
        )
    ) {
        let found = in_capitals(&pieces.concat());
        let page = crate::article::html_document(&found).unwrap();
        for name in ["script", "[onerror]", "[onx]", "[href^=javascript]"] {
            prop_assert!(!page.select(name).exists(), "{}: {}", name, found);
        }
    }
}
