//! Tables: CSV whose quotation marks, columns and rows do not fit, and Parquet whose sizes do not.

use std::sync::Arc;

use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

use super::attack::Attack;
use super::texts::random_bytes;
use super::trial::SENTENCE;

/// What is said of a table without a column for the text.
const NO_TEXT: &str = "it has no column named text, html, body, content or article";

pub fn attacks() -> Vec<Attack> {
    let csv = [quotes(), columns(), rows()].into_iter().flatten();
    let parquet = [parquet_values(), parquet_pages(), parquet_bytes()];
    // What is said of a CSV table is an interface, so that each run of the tests looks at it.
    let csv = csv.map(Attack::quick);
    csv.chain(parquet.into_iter().flatten()).collect()
}

/// A table of two columns without ids, with `middle` between two sound rows.
fn table(name: &str, middle: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Attack {
    Attack::file(name, move || {
        let row = format!("{SENTENCE},x\n");
        [
            b"text,more\n",
            row.as_bytes(),
            &middle(),
            b"\n",
            row.as_bytes(),
        ]
        .concat()
    })
    .read_at(":1")
}

/// A table of these bytes, with a sound row as its last.
fn headed(name: &str, header: impl Fn() -> String + Send + Sync + 'static) -> Attack {
    Attack::file(name, move || format!("{}\n{SENTENCE}\n", header()))
}

fn quotes() -> Vec<Attack> {
    vec![
        table("csv-quote-open.csv", || b"\"a,b\nc,d".to_vec())
            .fails_at(
                ":2",
                "line 3: the quotation mark that opens a field is not closed",
            )
            .quick(),
        table("csv-quote-open-long.csv", || {
            format!("\"{}", "a,b\n".repeat(2_000_000)).into()
        })
        .fails_at(":2", "is not closed"),
        table("csv-quote-too-large.csv", || {
            format!("\"{}\",x", "a".repeat(66 << 20)).into()
        })
        .fails_at(":2", "the row is larger than 64 MiB")
        .read_at(":3"),
        table("csv-quote-then-text.csv", || b"\"a\"b,c".to_vec())
            .fails_at(":2", "text follows the quotation mark")
            .read_at(":3"),
        table("csv-quotes.csv", || {
            [&b"\""[..], &b"\"\"".repeat(2_000_000), b"\",x"].concat()
        })
        .fails_at(":2", "no letters")
        .read_at(":3"),
        table("csv-quote-inside.csv", || {
            format!("{SENTENCE} \"a\",x").into()
        })
        .read_at(":2")
        .read_at(":3"),
        headed("csv-quote-in-header.csv", || String::from("\"text,more"))
            .fails("the quotation mark that opens a field is not closed"),
    ]
}

fn columns() -> Vec<Attack> {
    vec![
        Attack::file("csv-of-nothing.csv", || "").fails(NO_TEXT),
        Attack::file("csv-of-lines.csv", || "\n\r\n\r\r".repeat(100_000)).fails(NO_TEXT),
        Attack::file("csv-header-alone.csv", || "id,text\n"),
        headed("csv-no-header.csv", || String::from(SENTENCE)).fails(NO_TEXT),
        headed("csv-columns-long.csv", || {
            format!("text,{}", "n".repeat(70_000))
        })
        .fails("the names of its columns have more than 64 KiB"),
        headed("csv-columns-many.csv", || {
            format!("text{}", ",a".repeat(9_000))
        })
        .fails("it has two columns named \"a\""),
        headed("csv-columns-too-many.csv", || {
            format!("text{}", ",".repeat(20_000))
        })
        .fails("more than 10000 fields"),
        Attack::file("csv-columns-unnamed.csv", || {
            let commas = ",".repeat(9_000);
            format!("text{commas}\n{SENTENCE}{commas}\n")
        })
        .read_at(":1"),
        headed("csv-columns-twice.csv", || String::from("text,id,text"))
            .fails("it has two columns named \"text\""),
        headed("csv-columns-signs.csv", || {
            String::from("text,\u{1b}]0;x\u{7},\u{1b}]0;x\u{7}")
        })
        .fails("two columns named \"\\u{1b}]0;x\\u{7}\""),
        Attack::file("csv-columns-not-utf8.csv", || {
            [b"text,\xff\xfe\n", SENTENCE.as_bytes(), b",x\n"].concat()
        })
        .fails("a column's name is not UTF-8"),
        headed("csv-columns-apart.csv", || String::from("text;id"))
            .fails_at(":1", "line 2: the row has 1 fields, and the header 2"),
        Attack::file("csv-utf16.csv", || {
            let text = format!("text\n{SENTENCE}\n");
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            [0xff, 0xfe].into_iter().chain(units).collect::<Vec<u8>>()
        })
        .read_at(":1"),
        Attack::file("csv-random.csv", || random_bytes(30, 100_000)).any(),
    ]
}

fn rows() -> Vec<Attack> {
    vec![
        table("csv-row-short.csv", || b"a".to_vec())
            .fails_at(":2", "line 3: the row has 1 fields, and the header 2")
            .read_at(":3"),
        table("csv-row-wide.csv", || b",".repeat(200_000))
            .fails_at(":2", "more than 10000 fields")
            .read_at(":3"),
        table("csv-row-not-utf8.csv", || b"a\xff,x".to_vec())
            .fails_at(":2", "line 3: its text is not UTF-8")
            .read_at(":3"),
        table("csv-row-nul.csv", || b"a\0b,x".to_vec())
            .fails_at(":2", "NUL characters")
            .read_at(":3"),
        table("csv-row-empty.csv", || b",".to_vec())
            .fails_at(":2", "neither text nor html")
            .read_at(":3"),
        table("csv-rows-empty.csv", || b"\n\r".repeat(1_000_000)).read_at(":2"),
        table("csv-field-long.csv", || format!("{SENTENCE},{}", "x".repeat(20 << 20)).into())
            .read_at(":2")
            .read_at(":3"),
        table("csv-fields-long.csv", || {
            format!("{SENTENCE},{}\n", "x".repeat(1 << 20)).repeat(40).trim_end().into()
        })
        .and_read(2..=42),
        table("csv-rows-bad.csv", || b"a\n".repeat(300))
            .and_more()
            .read_at(":302"),
        Attack::file("csv-ids-signs.csv", || {
            format!("id,text\n\"csv-ids-signs\u{1b}]0;x\u{7}\n\",{SENTENCE}\n\"csv-ids-signs\u{202e}\",\n")
        })
        .read_as("csv-ids-signs\u{1b}]0;x\u{7}\n")
        .fails_as("csv-ids-signs\u{202e}", "neither text nor html"),
        Attack::file("csv-id-long.csv", || format!("id,text\n{},{SENTENCE}\n", "x".repeat(20_000)))
            .fails_at(":1", "its id is longer than 1024 bytes"),
        Attack::file("csv-ids-equal.csv", || {
            format!("id,text\n{}", format!("csv-ids-equal,{SENTENCE}\n").repeat(3))
        })
        .read_as("csv-ids-equal")
        .fails_as("csv-ids-equal", "has this id")
        .fails_as("csv-ids-equal", "has this id"),
        Attack::file("csv-formula.csv", || {
            format!("id,text\n=cmd|'/c calc'!A1,{SENTENCE}\n")
        })
        .read_as("=cmd|'/c calc'!A1"),
    ]
}

/// Writes a column.
type Put<'a> = &'a dyn Fn(&mut SerializedColumnWriter<'_>);

fn parquet(schema: &str, properties: WriterPropertiesBuilder, columns: &[Put]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut bytes = Vec::new();
    let properties = Arc::new(properties.build());
    let mut file = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let mut group = file.next_row_group().unwrap();
    for put in columns {
        let mut column = group.next_column().unwrap().unwrap();
        put(&mut column);
        column.close().unwrap();
    }
    group.close().unwrap();
    file.close().unwrap();
    bytes
}

fn put_bytes(to: &mut SerializedColumnWriter<'_>, values: &[&[u8]]) {
    let values: Vec<ByteArray> = values.iter().map(|value| value.to_vec().into()).collect();
    let column = to.typed::<ByteArrayType>();
    column.write_batch(&values, None, None).unwrap();
}

fn put_again(to: &mut SerializedColumnWriter<'_>, value: &[u8], count: usize) {
    let value = ByteArray::from(value.to_vec());
    let column = to.typed::<ByteArrayType>();
    column.write_batch(&vec![value; count], None, None).unwrap();
}

const TEXT: &str = "message a { required binary text (UTF8); }";
const TEXT_AND_MORE: &str =
    "message a { required binary text (UTF8); required binary more (UTF8); }";

/// A file of sound rows.
fn sound(rows: usize) -> Vec<u8> {
    parquet(
        TEXT,
        WriterProperties::builder(),
        &[&|to| {
            put_again(to, SENTENCE.as_bytes(), rows);
        }],
    )
}

fn packed() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_dictionary_page_size_limit(64 << 20)
}

fn parquet_values() -> Vec<Attack> {
    let ratio = "more than 200 times its size";
    vec![
        Attack::file("parquet-dictionary-text.parquet", || {
            let long = vec![b' '; 11 << 20];
            parquet(TEXT, packed(), &[&|to| put_again(to, &long, 2_000)])
        })
        .fails(ratio)
        .and_more(),
        Attack::file("parquet-dictionary-more.parquet", || {
            let long = vec![b'x'; 11 << 20];
            parquet(TEXT_AND_MORE, packed(), &[
                &|to| put_again(to, SENTENCE.as_bytes(), 2_000),
                &|to| put_again(to, &long, 2_000),
            ])
        })
        .fails(ratio)
        .and_read(1..=5),
        Attack::file("parquet-text-not-utf8.parquet", || {
            let good = SENTENCE.as_bytes();
            parquet(TEXT, packed(), &[&|to| put_bytes(to, &[good, b"a\xff", good])])
        })
        .read_at(":1")
        .fails_at(":2", "its text is not UTF-8")
        .read_at(":3")
        .quick(),
        Attack::file("parquet-text-bad-long.parquet", || {
            let good = SENTENCE.as_bytes();
            let bad = vec![0xff; 2 << 20];
            parquet(TEXT, packed(), &[&|to| put_bytes(to, &[good, &bad, good])])
        })
        .read_at(":1")
        .fails_at(":2", "its text is not UTF-8")
        .read_at(":3"),
        Attack::file("parquet-ids.parquet", || {
            let schema = "message a { required binary id (UTF8); required binary text (UTF8); }";
            let long = vec![b'x'; 2 << 20];
            parquet(schema, packed(), &[
                &|to| put_bytes(to, &[b"parquet-ids\x1b]0;x\x07", &long, b"\xff"]),
                &|to| put_again(to, SENTENCE.as_bytes(), 3),
            ])
        })
        .read_as("parquet-ids\u{1b}]0;x\u{7}")
        .fails_at(":2", "its id is longer than 1024 bytes")
        .fails_at(":3", "its id is not UTF-8"),
        Attack::file("parquet-list.parquet", || {
            let schema = "message a { required binary text (UTF8); repeated int64 n; }";
            parquet(schema, packed(), &[
                &|to| put_again(to, SENTENCE.as_bytes(), 2),
                &|to| {
                    let count = 4_000_000;
                    let definition = [vec![1; count], vec![0]].concat();
                    let mut repetition = vec![1; count + 1];
                    (repetition[0], repetition[count]) = (0, 0);
                    let column = to.typed::<Int64Type>();
                    let levels = (Some(&definition[..]), Some(&repetition[..]));
                    column.write_batch(&vec![7; count], levels.0, levels.1).unwrap();
                },
            ])
        })
        .fails_at(":1", "more than 262144 values")
        .read_at(":2"),
        Attack::file("parquet-columns-twice.parquet", || {
            let schema = "message a { required binary text (UTF8); required binary text (UTF8); }";
            parquet(schema, packed(), &[
                &|to| put_bytes(to, &[b"a"]),
                &|to| put_bytes(to, &[b"b"]),
            ])
        })
        .fails("it has two columns named \"text\""),
        Attack::file("parquet-no-text.parquet", || {
            let schema = "message a { required binary more (UTF8); }";
            parquet(schema, packed(), &[&|to| put_bytes(to, &[b"a"])])
        })
        .fails(NO_TEXT),
        Attack::file("parquet-name-long.parquet", || {
            let schema = TEXT_AND_MORE.replace("more", &"n".repeat(70_000));
            parquet(&schema, packed(), &[
                &|to| put_bytes(to, &[b"a"]),
                &|to| put_bytes(to, &[b"b"]),
            ])
        })
        .fails("the names of its columns have more than 64 KiB"),
        Attack::file("parquet-deep.parquet", || {
            let open = "required group g { ".repeat(500);
            let schema = format!(
                "message a {{ required binary text (UTF8); {open} required int64 n; {} }}",
                "}".repeat(500)
            );
            parquet(&schema, packed(), &[
                &|to| put_bytes(to, &[SENTENCE.as_bytes()]),
                &|to| {
                    to.typed::<Int64Type>().write_batch(&[1], None, None).unwrap();
                },
            ])
        })
        .survived(),
        Attack::file("parquet-number.parquet", || {
            let schema = "message a { required binary text (UTF8); required binary n (DECIMAL(1000000,999999)); }";
            parquet(schema, packed(), &[
                &|to| put_again(to, SENTENCE.as_bytes(), 1),
                &|to| put_bytes(to, &[b"\x01"]),
            ])
        })
        .fails_at(":1", "its n is no date, time or number"),
    ]
}

fn parquet_pages() -> Vec<Attack> {
    let zeros = |size: usize| vec![0; size];
    vec![
        Attack::file("parquet-page.parquet", move || {
            let properties = packed()
                .set_dictionary_enabled(false)
                .set_data_page_size_limit(1 << 30);
            let long = zeros(60 << 20);
            parquet(TEXT, properties, &[&|to| put_again(to, &long, 10)])
        })
        .fails("more than 200 times its size"),
        Attack::file("parquet-prefixes.parquet", || {
            // Each value is the one before it and a letter more.
            let properties = packed()
                .set_dictionary_enabled(false)
                .set_column_encoding("text".into(), Encoding::DELTA_BYTE_ARRAY);
            let values: Vec<Vec<u8>> = (1..20_000).map(|n| vec![b'x'; n]).collect();
            let values: Vec<&[u8]> = values.iter().map(Vec::as_slice).collect();
            parquet(TEXT, properties, &[&|to| put_bytes(to, &values)])
        })
        .fails("")
        .and_more(),
    ]
}

/// The file with other bytes at a place, counted from its end.
fn changed(attack: &str, from_the_end: usize, bytes: &'static [u8]) -> Attack {
    Attack::file(attack, move || {
        let mut file = sound(3);
        let place = file.len() - from_the_end;
        file[place..place + bytes.len()].copy_from_slice(bytes);
        file
    })
}

fn parquet_bytes() -> Vec<Attack> {
    let broken = "the Parquet file cannot be read further";
    let mut attacks = vec![
        changed("parquet-end.parquet", 4, b"PARX").fails("does not end as a Parquet file does"),
        changed("parquet-encrypted.parquet", 4, b"PARE").fails("it is encrypted"),
        changed("parquet-length.parquet", 8, &[0xff, 0xff, 0xff, 0x7f])
            .fails("its metadata has more than 32 MiB"),
        changed("parquet-length-zero.parquet", 8, &[0; 4]).fails(broken),
        changed("parquet-length-file.parquet", 8, &[0xff, 0xff, 0, 0])
            .fails("its metadata is larger than the file"),
        Attack::file("parquet-none.parquet", || "").fails(broken),
        Attack::file("parquet-mark.parquet", || "PAR1PAR1").fails(broken),
        Attack::file("parquet-random.parquet", || random_bytes(31, 100_000)).fails(broken),
        Attack::file("parquet-random-metadata.parquet", || {
            let length = 50_000_u32.to_le_bytes();
            [
                b"PAR1".to_vec(),
                random_bytes(32, 50_000),
                length.to_vec(),
                b"PAR1".to_vec(),
            ]
            .concat()
        })
        .fails(broken),
        Attack::file("parquet-cut.parquet", || {
            let file = sound(3);
            file[..file.len() - 20].to_vec()
        })
        .fails(broken),
        Attack::file("parquet-start-gone.parquet", || sound(3)[10..].to_vec()).any(),
    ];
    for n in 0..12 {
        // A flipped byte anywhere.
        let name = format!("parquet-flip-{n}.parquet");
        let attack = Attack::file(name, move || {
            let mut file = sound(3);
            let place = file.len() * (2 * n + 1) / 24;
            file[place] ^= 0xff;
            file
        });
        attacks.push(attack.any());
    }
    attacks
}
