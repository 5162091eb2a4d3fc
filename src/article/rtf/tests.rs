//! What is read of small documents.

use super::*;

fn texts(body: &str) -> Vec<String> {
    let document = format!(
        "{{\\rtf1\\ansi\\ansicpg1251\\deff0{{\\fonttbl{{\\f0\\fcharset204 Times;}}{{\\f1\\fcharset0 \
         Arial;}}}}{{\\stylesheet{{\\s1 heading 1;}}}}{body}}}"
    );
    let blocks = blocks(document.as_bytes()).unwrap().into_iter();
    blocks.map(|block| block.text).collect()
}

#[test]
fn characters_are_those_of_the_font_or_of_unicode() {
    assert_eq!(
        texts(
            "{\\info{\\title \\'ff}}\\f0 \\'cc\\'ee\\'f1\\'f2 \\f1\\'e9\\u1179 ?\\uc0\\u-10179\\u-8704\\par \\{a\\}"
        ),
        ["Мост éқ😀".to_owned(), "{a}".to_owned()]
    );
}

#[test]
fn rows_are_paragraphs_and_what_is_no_body_is_left_out() {
    assert_eq!(
        texts(
            "\\pard\\s1 A\\par\\pard{\\header h\\par}{\\*\\x y}b{\\footnote n}\\line c{\\v hidden}\\par\\trowd\\intbl \
             1\\cell 2\\cell\\row\\pard{\\field{\\*\\fldinst HYPERLINK}{\\fldrslt link}}\\~d\\emdash\\bin3 \
             }}}e"
        ),
        ["A", "b", "c", "1 2", "link d—e"]
    );
}

#[test]
fn a_row_of_short_cells_is_a_paragraph_and_a_layout_keeps_its_own() {
    for (body, expected) in [
        (
            "\\intbl a\\cell\\cell b\\cell\\row\\pard c\\par",
            &["a b", "c"][..],
        ),
        // Each cell's paragraph begins anew, as LibreOffice writes it.
        (
            "\\pard\\intbl a\\cell\\pard\\intbl b\\cell\\pard\\intbl\\row c",
            &["a b", "c"],
        ),
        (
            "\\trowd a\\cell b\\cell\\row c\\cell d\\cell\\row",
            &["a b", "c d"],
        ),
        ("\\intbl a\\par b\\cell c\\cell\\row", &["a", "b", "c"]),
        // As Word writes it.
        (
            "\\pard\\intbl\\itap2 b\\nestcell c\\nestcell{\\*\\nesttableprops\\trowd\\cellx1\\cellx2\\nestrow}\
             {\\nonesttables\\par}\\pard\\intbl\\itap2 d\\nestcell e\\nestcell{\\*\\nesttableprops\\nestrow}\
             {\\nonesttables\\par}\\pard\\intbl f\\cell\\pard\\intbl g\\cell\\row",
            &["b c", "d e", "f", "g"],
        ),
        (
            "\\intbl a\\cell\\pard\\intbl\\itap2 b\\nestcell c\\nestcell\\nestrow\\pard\\intbl\\itap1 d\\cell\\row",
            &["a", "b c", "d"],
        ),
    ] {
        assert_eq!(texts(body), expected, "{body}");
    }
}

#[test]
fn what_stands_for_a_character_of_unicode_is_passed_over_and_no_more() {
    for (body, text) in [
        ("A\\u8211\\endash B", "A–B"),
        ("A\\u8211\\_B", "A–B"),
        ("\\uc2 A\\u8211\\'97\\endash B", "A–B"),
        ("\\uc0 A\\u8211\\endash B", "A––B"),
        ("A\\u1179\\u1179 ?B", "AққB"),
        ("A\\u8211 -\\endash B", "A––B"),
    ] {
        assert_eq!(texts(body), [text], "{body}");
    }
}

#[test]
fn half_a_character_harms_no_other() {
    for body in [
        "\\u-10179 ?\\u1179 ?a",
        "\\u-8704 ?\\u1179 ?a",
        "\\u-10179 ?\\u-10179 ?\\u1179 ?a",
    ] {
        assert_eq!(texts(body), ["қa"], "{body}");
    }
    assert_eq!(texts("\\u-10179 ?\\u-10179 ?\\u-8704 ?a"), ["😀a"]);
}

#[test]
fn raised_digits_stay_raised() {
    for (body, text) in [
        ("10{\\super 6} t", "10⁶ t"),
        ("10\\super 6\\nosupersub  t", "10⁶ t"),
        ("10\\super -6\\super0  t", "10⁻⁶ t"),
        ("10{\\up6 6}{\\up0 7}{\\sub 2}", "10⁶72"),
        ("10\\super 6\\plain 7", "10⁶7"),
        ("5\\super th", "5th"),
    ] {
        assert_eq!(texts(body), [text], "{body}");
    }
}

#[test]
fn broken_groups_are_an_error() {
    for document in [
        "{\\rtf1 a",
        "{\\rtf1 {a}",
        &"{\\rtf1".repeat(1001),
        "{\\rtf1\\'",
    ] {
        assert!(blocks(document.as_bytes()).is_err(), "{document}");
    }
    assert_eq!(blocks(b"{\\rtf1 }"), Err(ArticleError::Empty));
}
