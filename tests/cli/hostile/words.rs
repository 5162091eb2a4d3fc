//! Word documents: archives that hold too much, and XML that nests, repeats or lies.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use super::attack::Attack;
use super::texts::random_bytes;
use super::trial::SENTENCE;

/// A document of these parts.
fn docx(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A document of this XML.
fn xml(name: &str, make: impl Fn() -> String + Send + Sync + 'static) -> Attack {
    Attack::file(name, move || {
        docx(&[("word/document.xml", make().as_bytes())])
    })
}

/// A document whose body is a sound paragraph and this.
fn body(name: &str, make: impl Fn() -> String + Send + Sync + 'static) -> Attack {
    xml(name, move || document(&make()))
}

fn document(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{}{body}</w:body></w:document>",
        paragraph(SENTENCE)
    )
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

pub fn attacks() -> Vec<Attack> {
    let kinds = [bodies(), titles(), parts()];
    kinds.into_iter().flatten().collect()
}

fn bodies() -> Vec<Attack> {
    vec![
        body("word-nested.docx", || "<w:sdt>".repeat(200_000)).survived(),
        body("word-nested-p.docx", || "<w:p>".repeat(200_000)).survived(),
        body("word-nested-p-text.docx", || {
            "<w:p><w:r><w:t>сөз".repeat(60_000)
        })
        .only_read()
        .survived(),
        body("word-nested-tables.docx", || {
            "<w:tbl><w:tr><w:tc>".repeat(50_000)
        })
        .survived(),
        body("word-nested-boxes.docx", || {
            let open = "<w:p><w:r><w:pict><w:txbxContent>".repeat(20_000);
            format!(
                "{open}{}",
                "</w:txbxContent></w:pict></w:r></w:p>".repeat(20_000)
            )
        })
        .survived(),
        body("word-deleted.docx", || "<w:del>".repeat(200_000)).survived(),
        body("word-ends.docx", || "</w:p></w:t></w:del>".repeat(1_000)).survived(),
        body("word-attributes.docx", || {
            let attributes: String = (0..100_000).map(|n| format!(" a{n}=\"1\"")).collect();
            format!("<w:p><w:pPr><w:pStyle{attributes}/></w:pPr></w:p>")
        })
        .survived(),
        body("word-attribute-long.docx", || {
            format!(
                "<w:p><w:pPr><w:pStyle w:val=\"{}\"/></w:pPr></w:p>",
                "x".repeat(20 << 20)
            )
        })
        .survived(),
        body("word-paragraphs.docx", || paragraph("сөз").repeat(100_000))
            .only_read()
            .survived(),
        body("word-runs.docx", || {
            format!("<w:p>{}</w:p>", "<w:r><w:t>а </w:t></w:r>".repeat(300_000))
        })
        .only_read()
        .survived(),
        body("word-breaks.docx", || {
            format!("<w:p>{}</w:p>", "<w:br/>".repeat(1_000_000))
        })
        .survived(),
        body("word-tabs.docx", || {
            format!("<w:p>{}</w:p>", "<w:tab/>".repeat(1_000_000))
        })
        .survived(),
        body("word-text-long.docx", || {
            paragraph(&"сөз ".repeat(4_000_000))
        })
        .only_read()
        .survived(),
        body("word-styles-many.docx", || {
            let style = |n: usize| format!("<w:p><w:pPr><w:pStyle w:val=\"s{n}\"/></w:pPr></w:p>");
            (0..100_000).map(style).collect()
        })
        .survived(),
        body("word-entities.docx", || paragraph(&"&amp;".repeat(500_000)))
            .only_read()
            .survived(),
        body("word-entities-unknown.docx", || {
            paragraph(&"&a;&unknown;".repeat(100_000))
        })
        .only_read()
        .survived(),
        body("word-entities-numbers.docx", || {
            paragraph("&#0;&#x1b;&#x202e;&#xD800;&#x110000;&#99999999999999999999;")
        })
        .survived(),
        body("word-ampersands.docx", || paragraph(&"& ".repeat(500_000))).survived(),
        body("word-cdata.docx", || {
            format!(
                "<w:p><w:t><![CDATA[{}]]></w:t></w:p>",
                "<w:p>".repeat(100_000)
            )
        })
        .survived(),
        body("word-comment-open.docx", || {
            format!("<!--{}", "<w:p>".repeat(100_000))
        })
        .survived(),
        body("word-instruction-open.docx", || {
            format!("<?x {}", "<w:p>".repeat(100_000))
        })
        .survived(),
        body("word-tag-open.docx", || {
            format!("<w:p {}", "x ".repeat(500_000))
        })
        .survived(),
        body("word-controls.docx", || paragraph("\u{1b}[2J\u{202e}сөз")).read(),
        body("word-nul.docx", || paragraph("а\0б")).survived(),
    ]
}

fn titles() -> Vec<Attack> {
    let title = |text: &str| {
        format!("<w:p><w:pPr><w:pStyle w:val=\"Title\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    vec![
        body("word-title-long.docx", move || {
            let long = "құрамы жаңарды ".repeat(10_000);
            title(&long) + &paragraph(&format!("{long}а"))
        })
        .only_read()
        .survived(),
        xml("word-title-first.docx", move || {
            let long = "құрамы жаңарды ".repeat(10_000);
            let body = title(&format!("{long}а")) + &paragraph(&format!("{long}б"));
            document(&body).replacen(&paragraph(SENTENCE), "", 1)
        })
        .only_read()
        .survived(),
        body("word-titles.docx", move || title("Тақырып").repeat(50_000))
            .only_read()
            .survived(),
    ]
}

fn parts() -> Vec<Attack> {
    let damaged = "the Word document (.docx) is damaged";
    let sound = || document("");
    vec![
        Attack::file("word-bomb.docx", || {
            docx(&[("word/document.xml", &vec![b' '; 200 << 20])])
        })
        .fails("unpacks to more than 64 MB")
        .quick(),
        Attack::file("word-bomb-styles.docx", move || {
            docx(&[
                ("word/document.xml", sound().as_bytes()),
                ("word/styles.xml", &vec![b' '; 200 << 20]),
            ])
        })
        .survived(),
        Attack::file("word-bomb-tags.docx", || {
            docx(&[(
                "word/document.xml",
                document(&"<w:p/>".repeat(10_000_000)).as_bytes(),
            )])
        })
        .survived(),
        xml("word-lol.docx", || {
            let line = |n: usize| format!("<!ENTITY l{} \"&l{n};&l{n};&l{n};&l{n};\">", n + 1);
            let entities: String = (0..40).map(line).collect();
            format!(
                "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY l0 \"lol\">{entities}]>{}",
                document(&paragraph("&l40;"))
            )
        })
        .survived(),
        xml("word-outside.docx", || {
            format!(
                "<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{}",
                document(&paragraph("&x;"))
            )
        })
        .survived(),
        Attack::file("word-no-document.docx", || {
            docx(&[("word/styles.xml", b"<a/>")])
        })
        .fails(damaged),
        Attack::file("word-none.docx", || docx(&[])).fails(""),
        Attack::file("word-zip-cut.docx", move || {
            let bytes = docx(&[("word/document.xml", sound().as_bytes())]);
            bytes[..bytes.len() / 2].to_vec()
        })
        .fails(damaged),
        Attack::file("word-zip-random.docx", || {
            [b"PK\x03\x04".to_vec(), random_bytes(40, 100_000)].concat()
        })
        .fails(damaged),
        Attack::file("word-not-utf8.docx", || {
            docx(&[("word/document.xml", b"<w:p>\xff\xfe</w:p>")])
        })
        .fails(damaged),
        Attack::file("word-utf16.docx", move || {
            let units = sound()
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>();
            docx(&[("word/document.xml", &[&[0xff, 0xfe][..], &units].concat())])
        })
        .fails(damaged),
        Attack::file("word-empty.docx", || docx(&[("word/document.xml", b"")]))
            .fails("holds no text"),
        Attack::file("word-text.docx", || {
            docx(&[("word/document.xml", SENTENCE.as_bytes())])
        })
        .survived(),
        xml("word-cut.docx", || document("")[..250].to_owned()).survived(),
        xml("word-tags-crossed.docx", || {
            document("<w:p><w:r></w:p></w:r>")
        })
        .survived(),
        Attack::file("word-encrypted.docx", move || {
            let mut bytes = docx(&[("word/document.xml", sound().as_bytes())]);
            for (signature, offset) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
                let place = bytes
                    .windows(4)
                    .position(|found| found == signature)
                    .unwrap();
                bytes[place + offset] |= 1;
            }
            bytes
        })
        .fails(damaged),
        Attack::file("word-method.docx", move || {
            let mut bytes = docx(&[("word/document.xml", sound().as_bytes())]);
            for (signature, offset) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
                let place = bytes
                    .windows(4)
                    .position(|found| found == signature)
                    .unwrap();
                bytes[place + offset] = 99;
            }
            bytes
        })
        .fails(damaged),
        Attack::file("word-parts-many.docx", move || {
            let names: Vec<String> = (0..20_000).map(|n| format!("word/{n}.xml")).collect();
            let mut parts: Vec<_> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
            let document = sound();
            parts.push(("word/document.xml", document.as_bytes()));
            docx(&parts)
        })
        .read(),
        Attack::file("word-styles-circle.docx", move || {
            let styles = "<w:styles><w:style w:styleId=\"a\"><w:basedOn w:val=\"a\"/></w:style>\
                 <w:style/><w:name/><w:name w:val=\"x\"/></w:styles>";
            docx(&[
                ("word/document.xml", sound().as_bytes()),
                ("word/styles.xml", styles.as_bytes()),
            ])
        })
        .read(),
        Attack::file("word-styles-broken.docx", move || {
            docx(&[
                ("word/document.xml", sound().as_bytes()),
                ("word/styles.xml", b"<w:styles><w:style <<<"),
            ])
        })
        .survived(),
    ]
}
