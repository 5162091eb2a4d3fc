//! PDF documents made here, object by object.

mod bounds;
mod layout;

use std::io::Write;

use crate::as_kazakh;
use audarma::article;
use flate2::Compression;
use flate2::write::ZlibEncoder;

/// A document of these objects, numbered from 1 on; the first is the catalogue.
fn document(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.5\n".to_vec();
    let mut offsets = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", at + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    finished(bytes, &offsets)
}

/// With a table of cross-references to these places, and the end.
fn finished(mut bytes: Vec<u8>, offsets: &[usize]) -> Vec<u8> {
    let start = bytes.len();
    let size = offsets.len() + 1;
    let mut end = format!("xref\n0 {size}\n0000000000 65535 f \n");
    for offset in offsets {
        end += &format!("{offset:010} 00000 n \n");
    }
    end += &format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    bytes.extend(end.bytes());
    bytes
}

fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let mut object = format!("<< {dictionary} /Length {} >>\nstream\n", content.len()).into_bytes();
    object.extend(content);
    object.extend(b"\nendstream");
    object
}

fn packed(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).expect("memory");
    let content = encoder.finish().expect("memory");
    stream(&format!("/Filter /FlateDecode {dictionary}"), &content)
}

/// A document of one page with these contents, in Helvetica.
pub(crate) fn page_of(contents: &str) -> Vec<u8> {
    page(HELVETICA, stream("", contents.as_bytes()), &[])
}

/// A document of one page, whose contents are object 4 and whose other objects begin with 5.
fn page(resources: &str, contents: Vec<u8>, others: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << {resources} >> >>"
        )
        .into_bytes(),
        contents,
    ];
    objects.extend_from_slice(others);
    document(&objects)
}

const HELVETICA: &str = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>";
const HELLO: &[u8] = b"BT /F 12 Tf 72 700 Td (A bridge was opened today.) Tj ET";

fn refusal(bytes: &[u8]) -> String {
    match article::read(bytes, "a.pdf", &as_kazakh()) {
        Ok(article) => format!("{:?}", article.paragraphs),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_sound_document_is_read_with_its_forms_and_pictures() {
    let picture = packed("/Subtype /Image /Width 9 /Height 9", &[b' '; 20_000_000]);
    let form = stream(
        &format!("/Subtype /Form /Resources << {HELVETICA} >>"),
        b"BT /F 12 Tf 72 650 Td (A bridge was opened today.) Tj ET",
    );
    let resources = format!("{HELVETICA} /XObject << /P 5 0 R /X 6 0 R >>");
    let contents = packed("", &[HELLO, b" /P Do q /X Do Q"].concat());
    let text = refusal(&page(&resources, contents, &[picture, form]));
    assert_eq!(
        text.matches("A bridge was opened today.").count(),
        2,
        "{text}"
    );
}

/// The paragraphs and title of a document of these drawing operations on a page each.
fn of_pages(pages: &[String]) -> article::Article {
    let mut objects = vec![b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), Vec::new()];
    let mut kids = String::new();
    for contents in pages {
        let at = objects.len() + 1;
        kids += &format!("{at} 0 R ");
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R /Resources << {HELVETICA} >> >>",
                at + 1
            )
            .into_bytes(),
        );
        objects.push(stream("", contents.as_bytes()));
    }
    let count = pages.len();
    objects[1] = format!("<< /Type /Pages /Kids [{kids}] /Count {count} >>").into_bytes();
    article::read(&document(&objects), "a.pdf", &as_kazakh()).expect("a readable document")
}

/// Draws a line of text of a size at a place.
fn line(size: u32, x: u32, y: u32, text: &str) -> String {
    format!("BT /F {size} Tf {x} {y} Td ({text}) Tj ET\n")
}

fn texts(article: &article::Article) -> Vec<&str> {
    article
        .paragraphs
        .iter()
        .map(|part| part.text.as_str())
        .collect()
}
