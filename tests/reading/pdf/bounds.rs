//! PDF documents that ask a reader for more work than they have bytes.

use super::{HELLO, HELVETICA, document, finished, packed, page, refusal, stream};

/// A form that draws what its resources call `X`, so many times.
fn form(times: usize, next: usize) -> Vec<u8> {
    let resources =
        format!("/Type /XObject /Subtype /Form /Resources << /XObject << /X {next} 0 R >> >>");
    stream(&resources, "/X Do ".repeat(times).as_bytes())
}

#[test]
fn forms_that_draw_themselves_or_each_other_too_often_are_refused() {
    let itself = page("/XObject << /X 5 0 R >>", form(1, 5), &[form(1, 5)]);
    assert!(
        refusal(&itself).contains("a form draws itself"),
        "{}",
        refusal(&itself)
    );
    let circle = page(
        "/XObject << /X 5 0 R >>",
        form(1, 5),
        &[form(1, 6), form(1, 5)],
    );
    assert!(refusal(&circle).contains("a form draws itself"));
    let forms = |deep: usize| -> Vec<Vec<u8>> {
        let mut forms: Vec<_> = (0..deep).map(|at| form(2, at + 6)).collect();
        forms.push(stream("/Subtype /Form", HELLO));
        forms
    };
    let page_of = |deep| page("/XObject << /X 5 0 R >>", form(1, 5), &forms(deep));
    assert!(refusal(&page_of(40)).contains("forms in each other"));
    assert!(refusal(&page_of(28)).contains("repetitions included"));
    let many = page("/XObject << /X 5 0 R >>", form(400_000, 5), &forms(3));
    assert!(
        refusal(&many).contains("repetitions included"),
        "{}",
        refusal(&many)
    );
}

#[test]
fn a_tree_of_pages_without_a_root_is_refused() {
    let circle = document(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 3 0 R >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_vec(),
        stream("", HELLO),
    ]);
    assert!(
        refusal(&circle).contains("levels in the tree"),
        "{}",
        refusal(&circle)
    );
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let large = vec![b' '; 70_000_000];
    let contents = page(HELVETICA, packed("", &large), &[]);
    assert!(
        refusal(&contents).contains("bytes in a stream"),
        "{}",
        refusal(&contents)
    );
    let objects = page(
        HELVETICA,
        stream("", HELLO),
        &[packed("/Type /ObjStm /N 1 /First 9", &large)],
    );
    assert!(
        refusal(&objects).contains("bytes in a stream"),
        "{}",
        refusal(&objects)
    );
    let columns = "/DecodeParms << /Predictor 12 /Columns 2000000000 >>";
    let rows = page(HELVETICA, packed(columns, HELLO), &[]);
    assert!(
        refusal(&rows).contains("bytes in a row"),
        "{}",
        refusal(&rows)
    );
}

#[test]
fn fonts_with_too_many_codes_are_refused() {
    let font =
        "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R >> >>";
    let map = |range: &str| stream("", format!("1 beginbfrange {range} endbfrange").as_bytes());
    let wide = page(
        font,
        stream("", HELLO),
        &[map("<00000000> <FFFFFFFF> <0041>")],
    );
    assert!(
        refusal(&wide).contains("codes in a font's map"),
        "{}",
        refusal(&wide)
    );
    let sound = page(font, stream("", HELLO), &[map("<00> <FF> <0000>")]);
    assert!(refusal(&sound).contains("A bridge"), "{}", refusal(&sound));
}

#[test]
fn states_and_colours_that_are_copied_are_bounded() {
    let states = page(HELVETICA, stream("", "q ".repeat(20_000).as_bytes()), &[]);
    assert!(
        refusal(&states).contains("states of its graphics"),
        "{}",
        refusal(&states)
    );
    let colour = page(
        HELVETICA,
        stream("", ("1 ".repeat(1_000) + "sc").as_bytes()),
        &[],
    );
    assert!(
        refusal(&colour).contains("components of a colour"),
        "{}",
        refusal(&colour)
    );
}

#[test]
fn cross_references_are_bounded() {
    let mut bytes = b"%PDF-1.5\n1 0 obj\n".to_vec();
    bytes.extend(stream("/Type /X", &[b' '; 100_000]));
    bytes.extend(b"\nendobj\n");
    let overlapping = finished(bytes, &[9; 50_000]);
    assert!(
        refusal(&overlapping).contains("overlap"),
        "{}",
        refusal(&overlapping)
    );
    for widths in ["[0 0 0]", "[1 999999999999 1]"] {
        let mut bytes = b"%PDF-1.5\n1 0 obj\n".to_vec();
        let dictionary = format!("/Type /XRef /Size 9000000000 /Root 1 0 R /W {widths}");
        bytes.extend(stream(&dictionary, b"\x01\x00\x00"));
        bytes.extend(b"\nendobj\nstartxref\n9\n%%EOF\n");
        let refusal = refusal(&bytes);
        assert!(
            refusal.contains("cross-references have no fields"),
            "{refusal}"
        );
    }
}
