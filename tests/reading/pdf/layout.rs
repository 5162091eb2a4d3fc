//! What is read of a page from where its lines, letters and gaps are.

use super::{line, of_pages, page, stream, texts};
use crate::as_kazakh;
use audarma::article;

#[test]
fn a_text_drawn_twice_to_be_bold_is_read_once() {
    let twice = [
        line(12, 72, 700, "A bridge was opened today."),
        "BT /F 12 Tf 72.4 700 Td (A bridge was opened today.) Tj ET\n".to_owned(),
    ];
    assert_eq!(
        texts(&of_pages(&[twice.concat()])),
        ["A bridge was opened today."]
    );
}

#[test]
fn two_texts_in_one_place_that_begin_alike_stay() {
    let page = line(12, 72, 700, "A bridge was opened today.") + &line(12, 72, 700, "A boat sank.");
    let article = of_pages(&[page]);
    assert!(
        texts(&article).concat().contains("A boat sank."),
        "{article:?}"
    );
}

/// Draws rows from above, the cell of each column after the other.
fn rows(columns: &[u32], rows: &[&[&str]]) -> String {
    let mut page = String::new();
    for (row, y) in rows.iter().zip((0..).map(|at| 700 - 15 * at)) {
        for (x, text) in columns.iter().zip(*row) {
            page += &line(11, *x, y, text);
        }
    }
    page
}

#[test]
fn columns_that_are_drawn_row_by_row_are_read_one_after_the_other() {
    let page = line(20, 72, 740, "The bridge")
        + &rows(
            &[72, 320],
            &[
                &[
                    "The old bridge was closed in win-",
                    "It is sixty metres long and was",
                ],
                &[
                    "ter, since ice had broken two of",
                    "paid for by the region. In 2020-",
                ],
                &["its piers. The new one has been", "2022 there was a ferry."],
                &["open since today, and the"],
                &["mayor was the first to cross it."],
            ],
        );
    let article = of_pages(&[page]);
    assert_eq!(article.title.as_deref(), Some("The bridge"));
    assert_eq!(
        texts(&article),
        [
            "The old bridge was closed in winter, since ice had broken two of its piers. The new one has been open \
             since today, and the mayor was the first to cross it.",
            "It is sixty metres long and was paid for by the region. In 2020-2022 there was a ferry."
        ]
    );
}

#[test]
fn three_columns_that_are_drawn_row_by_row_are_told_apart() {
    let page = rows(
        &[40, 230, 420],
        &[
            &[
                "The old bridge was closed",
                "since today, and the mayor",
                "the piers of the old one",
            ],
            &[
                "in winter. The new one has",
                "was the first to cross it. In",
                "are taken away, and boats",
            ],
            &[
                "been open to everybody",
                "summer, if the water is low,",
                "can pass there again.",
            ],
        ],
    );
    assert_eq!(
        texts(&of_pages(&[page])),
        [
            "The old bridge was closed in winter. The new one has been open to everybody since today, and the mayor \
             was the first to cross it. In summer, if the water is low, the piers of the old one are taken away, and \
             boats can pass there again."
        ]
    );
}

#[test]
fn the_rows_of_a_table_stay_whole() {
    let title = line(20, 72, 740, "The bridge");
    let page = rows(
        &[72, 320],
        &[
            &["Height of the bridge", "Twelve metres"],
            &["Length of the bridge", "Sixty metres in all"],
            &["Width of the bridge", "Nine metres"],
            &["Name of the builder", "The company Bridges"],
        ],
    );
    let text = texts(&of_pages(&[title + &page])).join(" ");
    assert!(
        text.contains("Length of the bridge Sixty metres in all"),
        "{text}"
    );
}

/// Draws lines of a size below each other.
fn column(size: u32, x: u32, top: u32, lines: &[&str]) -> String {
    let heights = (0..).map(|at| top - (size + 3) * at);
    let lines = lines.iter().zip(heights);
    lines.map(|(text, y)| line(size, x, y, text)).collect()
}

#[test]
fn columns_under_a_heading_are_as_wide_as_their_own_lines() {
    let page = line(24, 72, 740, "The bridge was opened at last today")
        + &column(
            11,
            72,
            700,
            &[
                "The old bridge was closed",
                "in winter, since ice had",
                "broken two of its piers. The",
                "Village Council has now",
                "opened the new one.",
            ],
        )
        + &column(
            11,
            260,
            706,
            &[
                "It is sixty metres long and",
                "was paid for by the region,",
                "which hopes for tourists.",
            ],
        )
        + &column(
            11,
            72,
            600,
            &[
                "This line is of both columns, and it is the one with which the report of the opening ends.",
            ],
        );
    let article = of_pages(&[page]);
    assert_eq!(
        article.title.as_deref(),
        Some("The bridge was opened at last today")
    );
    assert_eq!(
        texts(&article),
        [
            "The old bridge was closed in winter, since ice had broken two of its piers. The Village Council has \
             now opened the new one.",
            "It is sixty metres long and was paid for by the region, which hopes for tourists.",
            "This line is of both columns, and it is the one with which the report of the opening ends."
        ]
    );
}

#[test]
fn rows_may_begin_with_the_column_on_the_right() {
    let left = [
        "The old bridge was closed in win-",
        "ter, since ice had broken two of",
        "its piers. The new one has been",
        "open since today.",
    ];
    let right = [
        "It is sixty metres long and was",
        "paid for by the region, which has",
        "hopes that tourists will come and",
        "buy fish in the village.",
    ];
    let rows = right.iter().zip(left).zip((0..).map(|at| 700 - 15 * at));
    let page: String = rows
        .map(|((right, left), y)| line(11, 320, y + 5, right) + &line(11, 72, y, left))
        .collect();
    assert_eq!(
        texts(&of_pages(&[page])),
        [
            "The old bridge was closed in winter, since ice had broken two of its piers. The new one has been open \
             since today.",
            "It is sixty metres long and was paid for by the region, which has hopes that tourists will come and \
             buy fish in the village."
        ]
    );
}

#[test]
fn short_lines_of_divided_words_are_one_paragraph() {
    let page = column(
        11,
        72,
        700,
        &[
            "The old bridge was closed in win-",
            "ter, for ice had bro-",
            "ken its pi-",
            "ers. The new one",
            "is open since this mor-",
            "ning.",
        ],
    );
    assert_eq!(
        texts(&of_pages(&[page])),
        [
            "The old bridge was closed in winter, for ice had broken its piers. The new one is open since this morning."
        ]
    );
}

#[test]
fn the_heads_and_feet_of_two_pages_are_none_of_the_text() {
    let page = |number: u32, text: &str, foot: &str| {
        line(12, 72, 760, &format!("The Village Paper No {number}"))
            + text
            + &line(9, 300, 30, foot)
    };
    let first = line(20, 72, 720, "A bridge")
        + &column(
            11,
            72,
            690,
            &[
                "A bridge was opened today over the river that the people",
                "had waited for so long that nobody thought it would",
            ],
        );
    let last = column(11, 72, 720, &["ever be built by anyone."]);
    for (one, two) in [
        ("1 / 2", "2 / 2"),
        ("- 1 -", "- 2 -"),
        ("Page 1 of 2", "Page 2 of 2"),
    ] {
        let article = of_pages(&[page(45, &first, one), page(46, &last, two)]);
        assert_eq!(article.title.as_deref(), Some("A bridge"), "{one}");
        assert_eq!(
            texts(&article),
            [
                "A bridge was opened today over the river that the people had waited for so long that nobody \
                 thought it would ever be built by anyone."
            ]
        );
    }
}

#[test]
fn the_first_lines_of_two_pages_that_are_alike_are_text() {
    let page = |number: u32| {
        column(
            11,
            72,
            720,
            &[
                &format!("There are {number} bridges in the district"),
                "and all of them are closed in winter.",
            ],
        )
    };
    let article = of_pages(&[page(1), page(2)]);
    assert_eq!(
        texts(&article),
        [
            "There are 1 bridges in the district and all of them are closed in winter.",
            "There are 2 bridges in the district and all of them are closed in winter.",
        ]
    );
}

#[test]
fn cells_near_to_each_other_stay_apart_and_a_row_is_a_paragraph() {
    let text = column(
        11,
        72,
        760,
        &["There are four bridges in the district, and two of them are closed."],
    );
    // Each cell begins a quarter of a letter behind the longest one before it.
    let page = text
        + &line(12, 72, 700, "Karasu")
        + &line(12, 114, 700, "50 000")
        + &line(12, 154, 700, "1 200")
        + &line(12, 72, 682, "Temir")
        + &line(12, 114, 682, "20 000")
        + &line(12, 154, 682, "800");
    assert_eq!(
        texts(&of_pages(&[page])),
        [
            "There are four bridges in the district, and two of them are closed.",
            "Karasu 50 000 1 200",
            "Temir 20 000 800"
        ]
    );
}

#[test]
fn a_fraction_is_read_with_its_bar() {
    let page = "BT /F 12 Tf 72 700 Td (It took 2) Tj /F 10 Tf 4 Ts (1) Tj 0 Ts /F 12 Tf (/) Tj \
                /F 10 Tf -3 Ts (3) Tj 0 Ts /F 12 Tf ( hours.) Tj ET\n";
    assert_eq!(
        texts(&of_pages(&[page.to_owned()])),
        ["It took 2 1/3 hours."]
    );
}

#[test]
fn a_denominator_far_below_the_line_and_raised_letters_stay_on_it() {
    for (drawn, text) in [
        (
            "(It took 3) Tj /F 9 Tf 5 Ts (1) Tj 0 Ts /F 11 Tf (/) Tj /F 9 Tf -5 Ts (2) Tj 0 Ts /F 11 Tf ( hours.) Tj",
            "It took 3 1/2 hours.",
        ),
        (
            "(It took 7) Tj /F 7 Tf 5 Ts (1/2) Tj 0 Ts /F 11 Tf ( hours.) Tj",
            "It took 7 1/2 hours.",
        ),
        (
            "(It has 2) Tj /F 7 Tf 5 Ts (n) Tj 0 Ts /F 11 Tf ( values.) Tj",
            "It has 2^n values.",
        ),
        (
            "(It is the 5) Tj /F 7 Tf 5 Ts (th) Tj 0 Ts /F 11 Tf ( of H) Tj /F 7 Tf -3 Ts (2) Tj 0 Ts /F 11 Tf (O.) Tj",
            "It is the 5th of H2O.",
        ),
    ] {
        let page = format!("BT /F 11 Tf 72 700 Td {drawn} ET\n");
        assert_eq!(texts(&of_pages(&[page])), [text]);
    }
}

#[test]
fn paragraphs_of_one_line_each_stay_apart() {
    let sentences = [
        "A bridge was opened today.",
        "Many people came to it.",
        "The old one was closed.",
        "Works took two years.",
        "It has four lanes now.",
    ];
    let lines = |distance: u32| -> String {
        let lines = (0..).zip(sentences);
        let lines = lines.map(|(at, text)| line(12, 72, 700 - at * distance, text));
        lines.collect()
    };
    assert_eq!(texts(&of_pages(&[lines(26)])), sentences);
    // Lines of one paragraph, wherever its sentences end.
    let long = [
        "A bridge was opened today and a great many people came to it",
        "because the old one was closed.",
    ];
    let wrapped = line(12, 72, 700, long[0]) + &line(12, 72, 674, long[1]);
    assert_eq!(texts(&of_pages(&[wrapped])), [long.join(" ")]);
}

#[test]
fn what_is_raised_is_an_exponent_or_the_mark_of_a_note() {
    let page = "BT /F 12 Tf 72 700 Td (There are 10) Tj /F 7 Tf 5 Ts (6) Tj 0 Ts /F 12 Tf ( drops in it.) Tj ET\n";
    assert_eq!(
        texts(&of_pages(&[page.to_owned()])),
        ["There are 10\u{2076} drops in it."]
    );
}

#[test]
fn text_turned_by_a_quarter_is_read_whole() {
    let page = "BT /F 12 Tf 0 1 -1 0 300 100 Tm (A bridge was opened today.) Tj ET\n";
    assert_eq!(
        texts(&of_pages(&[page.to_owned()])),
        ["A bridge was opened today."]
    );
}

#[test]
fn running_heads_and_page_numbers_are_left_out_and_sentences_go_on_over_notes() {
    let page = |number: u32, text: &[&str]| {
        let mut page = line(9, 72, 760, &format!("The Village Paper {number}"));
        for (at, text) in (0..).zip(text) {
            page += &line(12, 72, 700 - 14 * at, text);
        }
        page + &line(9, 300, 30, &number.to_string())
    };
    let note = "BT /F 6 Tf 72 64 Td (1) Tj /F 9 Tf 5 -4 Td (A river of the north.) Tj ET\n";
    let pages = [
        page(
            1,
            &[
                "A bridge was opened today over the river that the people",
                "had waited for so long that nobody thought it would",
            ],
        ) + note,
        page(
            2,
            &[
                "ever be built by anyone. It was opened by the governor of",
                "the whole region.",
            ],
        ),
        page(3, &["It is open."]),
    ];
    assert_eq!(
        texts(&of_pages(&pages)),
        [
            "A bridge was opened today over the river that the people had waited for so long that nobody \
             thought it would ever be built by anyone. It was opened by the governor of the whole region.",
            "It is open.",
            "\u{b9} A river of the north.",
        ]
    );
}

#[test]
fn the_print_of_a_browser_has_the_title_and_the_address_of_the_page() {
    let page = |number: u32, text: &str| {
        line(8, 24, 770, "1/28/24, 10:24 PM")
            + &line(8, 250, 770, "A bridge was opened - Village Paper")
            + text
            + &line(8, 24, 20, "https://paper.example/bridge")
            + &line(8, 560, 20, &format!("{number}/2"))
    };
    let first = line(20, 72, 720, "Village Paper")
        + &line(24, 72, 680, "A bridge was opened")
        + &line(12, 72, 640, "It crosses the river where the ferry was.");
    let article = of_pages(&[page(1, &first), page(2, &line(12, 72, 720, "It is open."))]);
    assert_eq!(article.title.as_deref(), Some("A bridge was opened"));
    assert_eq!(
        article.metadata.url.as_deref(),
        Some("https://paper.example/bridge")
    );
    assert_eq!(article.metadata.captured.as_deref(), Some("2024-01-28"));
    assert_eq!(
        texts(&article),
        ["It crosses the river where the ferry was.", "It is open."]
    );
}

#[test]
fn characters_of_a_map_that_are_numbers_are_read() {
    // As MuPDF writes the maps of fonts that have mathematical letters or emoji.
    let font =
        "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R >> >>";
    let map = stream(
        "",
        b"1 beginbfrange <20> <7A> <0020> endbfrange 2 beginbfchar <7B> <1d546> <7C> <41> endbfchar",
    );
    let bytes = page(
        font,
        stream(
            "",
            b"BT /F 12 Tf 72 700 Td (A bridge was opened today {|.) Tj ET",
        ),
        &[map],
    );
    let article = article::read(&bytes, "a.pdf", &as_kazakh()).expect("a readable document");
    let shown = format!("{:?} {:?}", article.title, texts(&article));
    assert!(shown.contains("A bridge was opened today 𝕆A."), "{shown}");
}

#[test]
fn maps_that_the_library_does_not_read_are_mended_wherever_their_font_is() {
    let range = "1 beginbfrange <20> <7A> <0020> endbfrange";
    for (map, end) in [
        ("1 beginbfrange <7B> <7B> <006600660069> endbfrange", "ffi"),
        (
            "1 beginbfrange <7B> <7C> <1f3ff> endbfrange",
            "\u{1F3FF}\u{1F400}",
        ),
        (
            "2 beginbfchar <7B> <00410042004> <7C> <666669> endbfchar",
            "ABffi",
        ),
        (
            "1 beginbfrange <7B> <7C> [<0041> <004>] endbfrange",
            "A\u{4}",
        ),
        ("9 beginbfchar <7B> <0041> <0007C> <0042> endbfchar", "AB"),
    ] {
        let font =
            "<< /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >> >>";
        let drawn = "BT /F 12 Tf 72 700 Td (A bridge was opened today {|) Tj ET";
        let form = stream(
            &format!(
                "/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font {font} >>"
            ),
            drawn.as_bytes(),
        );
        let font_map = stream("", format!("{range} {map}").as_bytes());
        let resources = "/XObject << /X 5 0 R >>";
        let bytes = page(resources, stream("", b"/X Do"), &[form, font_map]);
        let article = article::read(&bytes, "a.pdf", &as_kazakh()).expect("a readable document");
        let shown = format!("{:?} {}", article.title, texts(&article).join(" "));
        assert!(shown.contains("A bridge was opened today"), "{map} {shown}");
        let end = end.trim_end_matches('\u{4}');
        assert!(shown.contains(end), "{end} {shown}");
    }
}

#[test]
fn the_head_of_a_papers_page_is_none_of_its_text() {
    let text = "A bridge was opened in the village today and many people came to see it.";
    let more = "The old one was closed four years ago and nobody mended it.";
    let page = [
        line(8, 72, 760, "Egemen Qazaqstan  27.01.2024  3-bet"),
        line(18, 72, 700, "A bridge was opened"),
        line(11, 72, 670, text),
        line(11, 72, 640, more),
    ];
    let article = of_pages(&[page.concat()]);
    assert_eq!(article.title.as_deref(), Some("A bridge was opened"));
    assert_eq!(article.metadata.date.as_deref(), Some("2024-01-27"));
    assert_eq!(texts(&article), [text, more]);
}
