//! PDF documents: objects that refer to themselves, and sizes, ranges and counts that do not hold.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::attack::Attack;
use super::texts::random_bytes;
use super::trial::SENTENCE;

/// The parts of a document of one page, which are sound at first.
struct Parts {
    catalog: String,
    pages: String,
    /// Entries of the page besides its parent.
    page: String,
    /// What follows the sentence in the page's content.
    content: String,
    font: String,
    /// The map from codes to letters.
    letters: String,
    /// Objects from number 7 on.
    others: Vec<Vec<u8>>,
    /// Entries of the trailer besides size and root.
    trailer: String,
}

/// The letters of the sentence, whose codes are their places, from 1.
fn letters() -> Vec<char> {
    let mut letters: Vec<char> = SENTENCE.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    letters
}

impl Parts {
    fn sound() -> Self {
        let letters = letters();
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\nbegincmap\n\
             1 begincodespacerange\n<01> <ff>\nendcodespacerange\n",
        );
        for (place, letter) in letters.iter().enumerate() {
            let code = place + 1;
            writeln!(
                map,
                "1 beginbfchar\n<{code:02x}> <{:04x}>\nendbfchar",
                u32::from(*letter)
            )
            .unwrap();
        }
        map.push_str("endcmap\n");
        let last = letters.len();
        let widths = "500 ".repeat(last);
        Self {
            catalog: String::from("<< /Type /Catalog /Pages 2 0 R >>"),
            pages: String::from("<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
            page: String::from(
                "/MediaBox [0 0 600 800] /Contents 4 0 R \
                 /Resources << /Font << /F1 5 0 R >> /XObject << /X1 7 0 R >> >>",
            ),
            content: String::new(),
            font: format!(
                "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding \
                 /FirstChar 1 /LastChar {last} /Widths [{widths}] /ToUnicode 6 0 R >>"
            ),
            letters: map,
            others: Vec::new(),
            trailer: String::new(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let letters = letters();
        let code = |letter| letters.iter().position(|&other| other == letter).unwrap() + 1;
        let codes: String = SENTENCE
            .chars()
            .map(|letter| format!("{:02x}", code(letter)))
            .collect();
        let content = format!("BT /F1 12 Tf 50 700 Td <{codes}> Tj ET\n{}", self.content);
        let page = format!("<< /Type /Page /Parent 2 0 R {} >>", self.page);
        let mut objects = [&self.catalog, &self.pages, &page]
            .map(|text| text.clone().into_bytes())
            .to_vec();
        objects.push(stream("", content.as_bytes()));
        objects.push(self.font.clone().into_bytes());
        objects.push(stream("", self.letters.as_bytes()));
        objects.extend(self.others.iter().cloned());
        file(&objects, &self.trailer)
    }
}

fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<< /Length {} {entries} >>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

/// A file of these objects, numbered from 1, with a table of their places.
fn file(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (place, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", bytes.len()).unwrap();
        bytes.extend(format!("{} 0 obj\n", place + 1).as_bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let start = bytes.len();
    let size = objects.len() + 1;
    let end = format!(
        "{table}trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
    );
    bytes.extend(end.as_bytes());
    bytes
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A document with changed parts.
fn pdf(name: &str, change: impl Fn(&mut Parts) + Send + Sync + 'static) -> Attack {
    Attack::file(name, move || {
        let mut parts = Parts::sound();
        change(&mut parts);
        parts.bytes()
    })
}

/// A form that draws what `content` says, and knows the forms after it by their numbers.
fn form(resources: &str, content: &str) -> Vec<u8> {
    let entries =
        format!("/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << {resources} >>");
    stream(&entries, content.as_bytes())
}

pub fn attacks() -> Vec<Attack> {
    let kinds = [
        circles(),
        streams(),
        fonts(),
        contents(),
        structures(),
        bytes(),
    ];
    kinds.into_iter().flatten().collect()
}

/// Objects that refer to themselves, or to others twice.
fn circles() -> Vec<Attack> {
    vec![
        pdf("pdf-form-itself.pdf", |parts| {
            parts.content = String::from("/X1 Do");
            parts.others = vec![form("/XObject << /X1 7 0 R >>", "/X1 Do")];
        })
        .survived()
        .quick(),
        pdf("pdf-forms-circle.pdf", |parts| {
            parts.content = String::from("/X1 Do");
            parts.others = vec![
                form("/XObject << /X1 8 0 R >>", "/X1 Do"),
                form("/XObject << /X1 7 0 R >>", "/X1 Do"),
            ];
        })
        .survived(),
        pdf("pdf-forms-double.pdf", |parts| {
            parts.content = String::from("/X1 Do");
            let next = |n: usize| form(&format!("/XObject << /X1 {n} 0 R >>"), "/X1 Do /X1 Do");
            parts.others = (8..48).map(next).collect();
            parts.others.push(form("", "BT ET"));
        })
        .survived(),
        pdf("pdf-forms-many.pdf", |parts| {
            parts.content = "/X1 Do\n".repeat(300_000);
            parts.others = vec![form("", "q Q")];
        })
        .survived(),
        pdf("pdf-forms-deep.pdf", |parts| {
            parts.content = String::from("/X1 Do");
            let next = |n: usize| form(&format!("/XObject << /X1 {n} 0 R >>"), "/X1 Do");
            parts.others = (8..20_000).map(next).collect();
            parts.others.push(form("", "BT ET"));
        })
        .survived(),
        pdf("pdf-parent-circle.pdf", |parts| {
            parts.page = String::from("/Contents 4 0 R");
            parts.pages = String::from("<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 2 0 R >>");
        })
        .survived(),
        pdf("pdf-kids-circle.pdf", |parts| {
            parts.pages = String::from("<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>");
        })
        .survived(),
        pdf("pdf-kids-double.pdf", |parts| {
            parts.pages = String::from("<< /Type /Pages /Kids [7 0 R 7 0 R] /Count 2 >>");
            let next =
                |n: usize| format!("<< /Type /Pages /Kids [{n} 0 R {n} 0 R] /Count 2 >>").into();
            parts.others = (8..40).map(next).collect();
            parts
                .others
                .push(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec());
        })
        .survived(),
        pdf("pdf-kids-same.pdf", |parts| {
            let kids = "3 0 R ".repeat(100_000);
            parts.pages = format!("<< /Type /Pages /Kids [{kids}] /Count 100000 >>");
        })
        .survived(),
        pdf("pdf-resources-circle.pdf", |parts| {
            parts.page = String::from("/MediaBox [0 0 9 9] /Contents 4 0 R /Resources 7 0 R");
            parts.others = vec![b"7 0 R".to_vec()];
        })
        .survived(),
        pdf("pdf-reference-circle.pdf", |parts| {
            parts.page = String::from("/MediaBox [0 0 9 9] /Contents 7 0 R");
            parts.others = vec![b"8 0 R".to_vec(), b"7 0 R".to_vec()];
        })
        .survived(),
        pdf("pdf-length-circle.pdf", |parts| {
            parts.page = String::from("/MediaBox [0 0 9 9] /Contents 7 0 R");
            parts.others = vec![b"<< /Length 7 0 R >>\nstream\nBT ET\nendstream".to_vec()];
        })
        .survived(),
        pdf("pdf-contents-same.pdf", |parts| {
            let contents = "4 0 R ".repeat(50_000);
            parts.page = parts
                .page
                .replace("/Contents 4 0 R", &format!("/Contents [{contents}]"));
        })
        .only_read()
        .survived(),
    ]
}

/// Streams that become too much, or are not what they say.
fn streams() -> Vec<Attack> {
    let filtered = |name: &str, entries: &'static str, make: fn() -> Vec<u8>| {
        pdf(name, move |parts| {
            parts.page = parts.page.replace("4 0 R", "[4 0 R 7 0 R]");
            parts.others = vec![stream(entries, &make())];
        })
    };
    vec![
        filtered("pdf-bomb.pdf", "/Filter /FlateDecode", || deflated(&vec![b' '; 600 << 20])).survived(),
        filtered("pdf-bomb-twice.pdf", "/Filter [/FlateDecode /FlateDecode]", || {
            deflated(&deflated(&vec![b' '; 1 << 30]))
        })
        .survived(),
        filtered("pdf-filters-many.pdf", "/Filter [/FlateDecode /FlateDecode /FlateDecode /FlateDecode]", || {
            b"x".to_vec()
        })
        .survived(),
        Attack::file("pdf-filters-list.pdf", || {
            let mut parts = Parts::sound();
            parts.page = parts.page.replace("4 0 R", "[4 0 R 7 0 R]");
            let filters = "/ASCIIHexDecode ".repeat(100_000);
            parts.others = vec![stream(&format!("/Filter [{filters}]"), b"41>")];
            parts.bytes()
        })
        .survived(),
        filtered("pdf-predictor.pdf", "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2147483647 >>", || {
            deflated(&[2; 100])
        })
        .survived(),
        filtered("pdf-predictor-colors.pdf", "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Colors 2147483647 /BitsPerComponent 2147483647 /Columns 2147483647 >>", || {
            deflated(&[2; 100])
        })
        .survived(),
        filtered("pdf-predictor-negative.pdf", "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns -1 /Colors -1 >>", || {
            deflated(&[2; 100])
        })
        .survived(),
        filtered("pdf-lzw.pdf", "/Filter /LZWDecode", || random_bytes(50, 100_000)).survived(),
        filtered("pdf-hex.pdf", "/Filter /ASCIIHexDecode", || b"zz>41 4".repeat(100_000)).survived(),
        filtered("pdf-85.pdf", "/Filter /ASCII85Decode", || b"z".repeat(20_000_000)).survived(),
        filtered("pdf-filter-unknown.pdf", "/Filter /Crypt#00", || random_bytes(51, 1_000)).survived(),
        filtered("pdf-deflate-broken.pdf", "/Filter /FlateDecode", || random_bytes(52, 100_000)).survived(),
        pdf("pdf-length-huge.pdf", |parts| {
            parts.page = parts.page.replace("4 0 R", "7 0 R");
            parts.others = vec![b"<< /Length 99999999999 >>\nstream\nBT ET\nendstream".to_vec()];
        })
        .survived(),
        pdf("pdf-length-negative.pdf", |parts| {
            parts.page = parts.page.replace("4 0 R", "7 0 R");
            parts.others = vec![b"<< /Length -1 >>\nstream\nBT ET\nendstream".to_vec()];
        })
        .survived(),
        pdf("pdf-objects-in-themselves.pdf", |parts| {
            parts.others = vec![stream("/Type /ObjStm /N 1 /First 4 /Extends 7 0 R", b"7 0 << >>")];
        })
        .survived(),
        pdf("pdf-objects-huge.pdf", |parts| {
            parts.others = vec![stream("/Type /ObjStm /N 2147483647 /First 2147483647", b"7 0 << >>")];
        })
        .survived(),
        pdf("pdf-objects-many.pdf", |parts| {
            let list: String = (0..200_000).map(|n| format!("{} {} ", 1_000 + n, n * 2)).collect();
            let entries = format!("/Type /ObjStm /N 200000 /First {}", list.len());
            parts.others = vec![stream(&entries, (list + &"1 ".repeat(200_000)).as_bytes())];
        })
        .survived(),
    ]
}

fn fonts() -> Vec<Attack> {
    let map = |name: &str, ranges: &'static str| {
        pdf(name, move |parts| {
            parts.letters = parts.letters.replace("endcmap", ranges);
        })
    };
    let font = |name: &str, font: fn() -> String| pdf(name, move |parts| parts.font = font());
    vec![
        map("pdf-map-range.pdf", "1 beginbfrange\n<00000000> <ffffffff> <0041>\nendbfrange\nendcmap")
            .survived(),
        map("pdf-map-ranges.pdf", "2 beginbfrange\n<0000> <ffffff> <0041>\n<000000> <7fffffff> <0041>\nendbfrange\nendcmap")
            .survived(),
        map("pdf-map-backwards.pdf", "1 beginbfrange\n<ff> <00> <0041>\nendbfrange\nendcmap").survived(),
        map("pdf-map-codes.pdf", "1 begincodespacerange\n<00000000> <ffffffff>\nendcodespacerange\nendcmap")
            .survived(),
        map("pdf-map-cid.pdf", "1 begincidrange\n<00000000> <ffffffff> 0\nendcidrange\nendcmap").survived(),
        map("pdf-map-uses.pdf", "/Identity-H usecmap /Adobe-Japan1-UCS2 usecmap\nendcmap").survived(),
        map("pdf-map-odd.pdf", "1 beginbfchar\n<0> <>\nendbfchar\nbeginbfrange <> [ endcmap").survived(),
        pdf("pdf-map-long.pdf", |parts| {
            let long = "0041".repeat(200_000);
            parts.letters = parts.letters.replace("endcmap", &format!("1 beginbfchar\n<01> <{long}>\nendbfchar\nendcmap"));
        })
        .only_read()
        .survived(),
        pdf("pdf-map-range-long.pdf", |parts| {
            let long = "0041".repeat(20_000);
            parts.letters = parts
                .letters
                .replace("endcmap", &format!("1 beginbfrange\n<0000> <ffff> <{long}>\nendbfrange\nendcmap"));
        })
        .survived(),
        pdf("pdf-map-bomb.pdf", |parts| {
            parts.font = parts.font.replace("6 0 R", "7 0 R");
            parts.others = vec![stream("/Filter /FlateDecode", &deflated(&vec![b' '; 600 << 20]))];
        })
        .survived(),
        font("pdf-widths-huge.pdf", || {
            String::from("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar -2147483648 /LastChar 2147483647 /Widths [1e38 -1e38] >>")
        })
        .survived(),
        font("pdf-font-none.pdf", || String::from("null")).survived(),
        font("pdf-font-itself.pdf", || {
            String::from("<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [5 0 R] >>")
        })
        .survived(),
        font("pdf-font-wide.pdf", || {
            String::from(
                "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts \
                 [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << >> /DW 1e38 /W [0 2147483647 500] >>] >>",
            )
        })
        .survived(),
        font("pdf-font-differences.pdf", || {
            let names = "/a ".repeat(200_000);
            format!("<< /Type /Font /Subtype /Type1 /BaseFont /A /Encoding << /Differences [2147483647 {names}] >> >>")
        })
        .survived(),
        font("pdf-font-3.pdf", || {
            String::from(
                "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [0 0 0 0 0 0] \
                 /CharProcs << /a 4 0 R >> /Encoding << /Differences [1 /a] >> /FirstChar 1 /LastChar 1 /Widths [1] >>",
            )
        })
        .survived(),
        font("pdf-font-file.pdf", || {
            String::from(
                "<< /Type /Font /Subtype /TrueType /BaseFont /A /FontDescriptor << /FontFile2 4 0 R /FontFile 4 0 R /FontFile3 4 0 R >> >>",
            )
        })
        .survived(),
    ]
}

/// What a page draws.
fn contents() -> Vec<Attack> {
    let drawn = |name: &str, make: fn() -> String| pdf(name, move |parts| parts.content = make());
    vec![
        drawn("pdf-states.pdf", || "q ".repeat(2_000_000)).survived(),
        drawn("pdf-states-closed.pdf", || "Q ".repeat(1_000_000)).survived(),
        drawn("pdf-texts.pdf", || "BT ".repeat(500_000)).survived(),
        drawn("pdf-text-shown.pdf", || "BT /F1 12 Tf (\u{1}) Tj ET ".repeat(100_000)).only_read().survived(),
        drawn("pdf-operands.pdf", || "1 ".repeat(2_000_000)).survived(),
        drawn("pdf-arrays-deep.pdf", || "[".repeat(100_000)).survived(),
        drawn("pdf-dictionaries-deep.pdf", || "<< /A ".repeat(100_000)).survived(),
        drawn("pdf-strings-deep.pdf", || "(".repeat(500_000)).survived(),
        drawn("pdf-numbers.pdf", || {
            String::from("BT /F1 1e38 Tf 1e38 -1e38 1e38 1e38 1e38 1e38 Tm 1e308 Tw -1e38 Tz 99999999999999999999 Ts (\u{1}\u{2}) Tj ET")
        })
        .survived(),
        drawn("pdf-numbers-long.pdf", || format!("BT {} 0 Td ET", "9".repeat(1_000_000))).survived(),
        drawn("pdf-places.pdf", || {
            (0..60_000).map(|n| format!("BT /F1 {} Tf {} {} Td (\u{1}) Tj ET\n", n % 90, n * 7, n * 13)).collect()
        })
        .only_read()
        .survived(),
        drawn("pdf-matrices.pdf", || "1e10 0 0 1e10 0 0 cm ".repeat(100_000) + "BT /F1 1 Tf (\u{1}) Tj ET").survived(),
        drawn("pdf-image-inline.pdf", || String::from("BI /W 99999 /H 99999 /BPC 8 ID xxxx")).survived(),
        drawn("pdf-no-font.pdf", || String::from("BT /F9 12 Tf (a) Tj ET")).survived(),
        drawn("pdf-no-operands.pdf", || String::from("BT Tf Td Tj TJ ' \" cm Do gs sh ET")).survived(),
        drawn("pdf-wrong-operands.pdf", || {
            String::from("BT (a) /F1 Tf /A (b) Td 5 Tj [[(a)] /b << >>] TJ ET (x) Do")
        })
        .survived(),
        drawn("pdf-paths.pdf", || "0 0 m 1 1 l S ".repeat(300_000)).survived(),
    ]
}

/// The tree of pages, the table of objects, the trailer.
fn structures() -> Vec<Attack> {
    vec![
        pdf("pdf-count.pdf", |parts| {
            parts.pages = String::from("<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>");
        })
        .survived(),
        pdf("pdf-count-negative.pdf", |parts| {
            parts.pages = String::from("<< /Type /Pages /Kids [3 0 R] /Count -5 >>");
        })
        .survived(),
        pdf("pdf-pages-none.pdf", |parts| parts.pages = String::from("<< /Type /Pages /Kids [] /Count 0 >>"))
            .survived(),
        pdf("pdf-pages-deep.pdf", |parts| {
            parts.pages = String::from("<< /Type /Pages /Kids [7 0 R] /Count 1 >>");
            let next = |n: usize| format!("<< /Type /Pages /Kids [{n} 0 R] /Count 1 >>").into();
            parts.others = (8..20_000).map(next).collect();
            parts.others.push(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec());
        })
        .survived(),
        pdf("pdf-box.pdf", |parts| parts.page = parts.page.replace("600 800", "1e38 -1e38")).survived(),
        pdf("pdf-box-short.pdf", |parts| parts.page = parts.page.replace("0 0 600 800", "1")).survived(),
        pdf("pdf-box-none.pdf", |parts| parts.page = parts.page.replace("/MediaBox [0 0 600 800]", "")).survived(),
        pdf("pdf-catalog-none.pdf", |parts| parts.catalog = String::from("<< >>")).survived(),
        pdf("pdf-catalog-deep.pdf", |parts| {
            parts.catalog = format!("<< /Pages 2 0 R /A {}", "[".repeat(200_000));
        })
        .survived(),
        pdf("pdf-encrypted.pdf", |parts| {
            parts.trailer = String::from("/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O (oooooooooooooooooooooooooooooooo) /U (uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu) >> /ID [(a) (b)]");
        })
        .fails("no text layer"),
        pdf("pdf-encrypted-oddly.pdf", |parts| {
            parts.trailer = String::from("/Encrypt << /Filter /Standard /V 5 /R 6 /Length 999999999 /P 5 /O () /U () >>");
        })
        .survived(),
        pdf("pdf-table-circle.pdf", |parts| parts.trailer = String::from("/Prev 9")).survived(),
        pdf("pdf-table-far.pdf", |parts| parts.trailer = String::from("/Prev 99999999999999")).survived(),
        pdf("pdf-table-stream.pdf", |parts| parts.trailer = String::from("/XRefStm 9")).survived(),
        pdf("pdf-names-long.pdf", |parts| {
            parts.catalog = format!("<< /Type /Catalog /Pages 2 0 R /{} 1 >>", "A#41".repeat(1_000_000));
        })
        .survived(),
    ]
}

fn bytes() -> Vec<Attack> {
    let sound = || Parts::sound().bytes();
    let replaced = |name: &str, from: &'static str, to: &'static str| {
        Attack::file(name, move || {
            let mut bytes = Parts::sound().bytes();
            let last = bytes
                .windows(from.len())
                .rposition(|found| found == from.as_bytes());
            let place = last.unwrap();
            bytes.splice(place..place + from.len(), to.bytes());
            bytes
        })
    };
    vec![
        Attack::file("pdf-sound.pdf", sound).read().quick(),
        Attack::file("pdf-cut.pdf", move || sound()[..700].to_vec()).survived(),
        Attack::file("pdf-mark.pdf", || "%PDF-1.7\n").survived(),
        Attack::file("pdf-random.pdf", || {
            [b"%PDF-1.7\n".to_vec(), random_bytes(53, 200_000)].concat()
        })
        .survived(),
        Attack::file("pdf-twice.pdf", move || [sound(), sound()].concat()).survived(),
        Attack::file("pdf-zeros.pdf", || {
            [b"%PDF-1.7\n".to_vec(), vec![0; 10 << 20]].concat()
        })
        .survived(),
        replaced("pdf-start-far.pdf", "startxref\n", "startxref\n99999999").survived(),
        replaced("pdf-start-itself.pdf", "%%EOF", "startxref\n0\n%%EOF").survived(),
        replaced("pdf-no-table.pdf", "xref\n0", "yref\n0").survived(),
        replaced("pdf-table-count.pdf", "xref\n0 7", "xref\n0 4294967295").survived(),
        replaced("pdf-table-first.pdf", "xref\n0 7", "xref\n4294967290 7").survived(),
        replaced("pdf-object-number.pdf", "6 0 obj", "4294967295 65535 obj").survived(),
        replaced("pdf-root.pdf", "/Root 1 0 R", "/Root 9 0 R").survived(),
        replaced("pdf-size.pdf", "/Size 7", "/Size 4294967295").survived(),
        Attack::file("pdf-objects-empty.pdf", || {
            file(&vec![b"null".to_vec(); 200_000], "")
        })
        .survived(),
        Attack::file("pdf-marks.pdf", || {
            b"%PDF-1.7\nstartxref\n0\n%%EOF\n".repeat(100_000)
        })
        .survived(),
        Attack::file("pdf-named-text.txt", sound).read(),
    ]
}
