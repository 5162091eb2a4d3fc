use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, FixedLenByteArrayType, Int64Type};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use serde_json::json;

use super::*;
use crate::archive::inputs::Inputs;
use crate::archive::limits::Limits;
use crate::archive::record::Content;
use crate::archive::record_fields::RecordOptions;

type Put<'a> = &'a dyn Fn(&mut SerializedColumnWriter<'_>);

/// Writes a file of one group of rows, a function for each column.
fn write(path: &Path, schema: &str, properties: WriterPropertiesBuilder, columns: &[Put]) {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let file = File::create(path).unwrap();
    let properties = Arc::new(properties.build());
    let mut writer = SerializedFileWriter::new(file, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for put in columns {
        let mut column = group.next_column().unwrap().unwrap();
        put(&mut column);
        column.close().unwrap();
    }
    assert!(group.next_column().unwrap().is_none());
    group.close().unwrap();
    writer.close().unwrap();
}

fn put<T: DataType>(column: &mut SerializedColumnWriter<'_>, values: &[T::T]) {
    column.typed::<T>().write_batch(values, None, None).unwrap();
}

fn put_texts(column: &mut SerializedColumnWriter<'_>, texts: &[&[u8]]) {
    let values: Vec<ByteArray> = texts.iter().map(|text| text.to_vec().into()).collect();
    put::<ByteArrayType>(column, &values);
}

fn records(path: &Path, limits: Limits) -> Vec<Result<Record, Fault>> {
    let inputs = Inputs {
        paths: vec![path.to_owned()],
        limits,
        records: RecordOptions::default(),
        output: None,
    };
    let mut records = Vec::new();
    let flow = inputs.read(&mut |record, _| {
        records.push(record);
        ControlFlow::Continue(())
    });
    assert!(flow.is_continue());
    records
}

fn message(record: &Result<Record, Fault>) -> &str {
    &record.as_ref().unwrap_err().message
}

#[test]
fn a_dictionary_that_every_row_repeats_counts_for_every_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let schema = "message a { required binary text (UTF8); required binary more (UTF8); }";
    let compressed = Compression::ZSTD(ZstdLevel::default());
    let value = "x".repeat(1 << 20);
    let (short, long) = (vec![&b"a"[..]; 1000], vec![value.as_bytes(); 1000]);
    for [text, more] in [[&long, &short], [&short, &long]] {
        let properties = WriterProperties::builder()
            .set_compression(compressed)
            .set_dictionary_page_size_limit(8 << 20);
        let columns: [Put; 2] = [&|to| put_texts(to, text), &|to| put_texts(to, more)];
        write(&path, schema, properties, &columns);
        assert!(path.metadata().unwrap().len() < 10_000);
        let (mut read, mut faults) = (0, Vec::new());
        let inputs = Inputs {
            paths: vec![path.clone()],
            limits: Limits::default(),
            records: RecordOptions::default(),
            output: None,
        };
        let flow = inputs.read(&mut |record, _| {
            match record {
                Ok(_) => read += 1,
                Err(fault) => faults.push(fault),
            }
            ControlFlow::Continue(())
        });
        assert!(flow.is_continue());
        assert!((60..70).contains(&read), "{read}");
        assert_eq!(faults.len(), 1);
        assert_eq!(
            faults[0].message,
            "it unpacks to more than 200 times its size"
        );
        assert_eq!(faults[0].kind, FaultKind::Refused);
    }
}

#[test]
fn pages_are_refused_by_what_they_would_become() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let schema = "message a { required binary text (UTF8); }";
    let texts: Vec<String> = (0..100).map(|n| format!("{n}").repeat(1000)).collect();
    let texts: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
    let properties = WriterProperties::builder().set_dictionary_enabled(false);
    write(&path, schema, properties, &[&|to| put_texts(to, &texts)]);
    let limits = Limits {
        bytes: 100_000,
        ..Limits::default()
    };
    let read = records(&path, limits);
    assert_eq!(read.len(), 1);
    assert_eq!(message(&read[0]), "it unpacks to more than 100000 bytes");
    assert_eq!(records(&path, Limits::default()).len(), 100);
}

#[test]
fn a_damaged_page_harms_its_group_of_rows_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let schema = "message a { required binary text (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_compression(Compression::ZSTD(ZstdLevel::default()));
    let file = File::create(&path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build())).unwrap();
    for texts in [[b"a1", b"a2"], [b"b1", b"b2"], [b"c1", b"c2"]] {
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        put_texts(&mut column, &texts.map(|text| &text[..]));
        column.close().unwrap();
        group.close().unwrap();
    }
    let metadata = writer.close().unwrap();
    let (start, length) = metadata.row_group(1).column(0).byte_range();
    let whole = std::fs::read(&path).unwrap();
    for place in start..start + length {
        let mut bytes = whole.clone();
        bytes[place as usize] ^= 0x55;
        std::fs::write(&path, bytes).unwrap();
        let read = records(&path, Limits::default());
        let ids = read
            .iter()
            .filter_map(|record| Some(record.as_ref().ok()?.id.clone()));
        let ids: Vec<String> = ids.collect();
        let place = |row: u64| format!("{}:{row}", path.display());
        for row in [1, 2, 5, 6] {
            assert!(ids.contains(&place(row)), "{ids:?}");
        }
        if let Some(fault) = read.iter().find_map(|record| record.as_ref().err()) {
            let said = "row group 2 of 3 cannot be read further";
            assert!(fault.message.contains(said), "{}", fault.message);
            assert_eq!(fault.id, Some(place(ids.len() as u64 - 1)));
        }
    }
}

#[test]
fn a_row_that_is_not_utf8_harms_its_row_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let bad = [&b"\xff".repeat(100_000)[..], b"x"].concat();
    let schema = "message a { required binary id (UTF8); required binary text (UTF8);
        required binary more (UTF8); }";
    let columns: [Put; 3] = [
        &|to| put_texts(to, &[b"a", b"b", b"c", b"d"]),
        &|to| put_texts(to, &[b"1", &bad, b"3", b"4"]),
        &|to| put_texts(to, &[b"1", b"2", &bad, b"4"]),
    ];
    write(&path, schema, WriterProperties::builder(), &columns);
    let read = records(&path, Limits::default());
    let ids: Vec<_> = read
        .iter()
        .map(|record| record.as_ref().map(|r| r.id.as_str()))
        .collect();
    assert_eq!((ids[0].unwrap(), ids[3].unwrap(), ids.len()), ("a", "d", 4));
    assert_eq!(message(&read[1]), "its text is not UTF-8");
    assert_eq!(message(&read[2]), "its more is not UTF-8");
    assert_eq!(
        read[3].as_ref().unwrap().content,
        Content::Text("4".to_owned())
    );
}

#[test]
fn a_text_that_the_schema_does_not_call_one_is_read_as_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let schema = "message a { required binary id; required binary html; required binary more; }";
    let columns: [Put; 3] = [
        &|to| put_texts(to, &["ә".as_bytes()]),
        &|to| put_texts(to, &["<p>Мәтін".as_bytes()]),
        &|to| put_texts(to, &[b"\x01\x02\x03"]),
    ];
    write(&path, schema, WriterProperties::builder(), &columns);
    let read = records(&path, Limits::default());
    let record = read[0].as_ref().unwrap();
    assert_eq!(record.id, "ә");
    assert_eq!(record.content, Content::Html("<p>Мәтін".to_owned()));
    assert_eq!(record.fields["more"], "AQID");
}

#[test]
fn every_encoding_gives_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let schema = "message a { required binary text (UTF8); optional int64 n; }";
    let texts: Vec<String> = (0..3000).map(|n| format!("мәтін {}", n * n)).collect();
    let texts: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
    let levels: Vec<i16> = (0..3000).map(|n| i16::from(n % 3 > 0)).collect();
    let numbers: Vec<i64> = (0..3000).filter(|n| n % 3 > 0).collect();
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        for encoding in [
            None,
            Some(Encoding::PLAIN),
            Some(Encoding::DELTA_LENGTH_BYTE_ARRAY),
            Some(Encoding::DELTA_BYTE_ARRAY),
        ] {
            let mut properties = WriterProperties::builder()
                .set_writer_version(version)
                .set_data_page_row_count_limit(500)
                .set_compression(Compression::SNAPPY);
            if let Some(encoding) = encoding {
                properties = properties
                    .set_dictionary_enabled(false)
                    .set_column_encoding("text".into(), encoding);
            }
            let columns: [Put; 2] = [&|to| put_texts(to, &texts), &|to| {
                let column = to.typed::<Int64Type>();
                let _ = column.write_batch(&numbers, Some(&levels), None).unwrap();
            }];
            write(&path, schema, properties, &columns);
            let read = records(&path, Limits::default());
            assert_eq!(read.len(), texts.len(), "{encoding:?}");
            for (n, (record, text)) in read.iter().zip(&texts).enumerate() {
                let record = record.as_ref().unwrap();
                let text = str::from_utf8(text).unwrap();
                assert_eq!(record.content, Content::Text(text.to_owned()));
                let expected = if n % 3 > 0 { json!(n) } else { Value::Null };
                assert_eq!(record.fields["n"], expected, "{encoding:?}");
            }
        }
    }
}

#[test]
fn lists_maps_and_groups_are_kept_and_their_texts_are_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let schema = "message a {
        required binary text (UTF8);
        optional group tags (LIST) { repeated group list { optional binary element (UTF8); } }
        optional group old (LIST) { repeated binary array (UTF8); }
        repeated binary plain (UTF8);
        optional group by (MAP) {
            repeated group key_value { required binary key (UTF8); optional binary value; }
        }
        optional group pairs (LIST) {
            repeated group array { required binary name (UTF8); required int64 n; }
        }
        required group place { required binary name (UTF8); required int64 n; }
        optional group people (LIST) {
            repeated group list {
                optional group element { required binary name (UTF8); required int64 age; }
            }
        }
    }";
    fn listed(to: &mut SerializedColumnWriter<'_>, texts: &[&str], levels: &[(i16, i16)]) {
        let values: Vec<ByteArray> = texts.iter().map(|&text| text.into()).collect();
        let (definition, repetition): (Vec<i16>, Vec<i16>) = levels.iter().copied().unzip();
        let column = to.typed::<ByteArrayType>();
        let levels = (Some(&definition[..]), Some(&repetition[..]));
        column.write_batch(&values, levels.0, levels.1).unwrap();
    }
    let columns: [Put; 12] = [
        &|to| put_texts(to, &[b"1", b"2"]),
        &|to| listed(to, &["а", "б"], &[(3, 0), (2, 1), (3, 1), (0, 0)]),
        &|to| listed(to, &["в"], &[(1, 0), (2, 0)]),
        &|to| listed(to, &["г", "д"], &[(1, 0), (1, 1), (0, 0)]),
        &|to| listed(to, &["к"], &[(2, 0), (1, 0)]),
        &|to| listed(to, &["ж"], &[(3, 0), (1, 0)]),
        &|to| listed(to, &["л", "м"], &[(2, 0), (2, 1), (1, 0)]),
        &|to| {
            let column = to.typed::<Int64Type>();
            let levels = (Some(&[2, 2, 1][..]), Some(&[0, 1, 0][..]));
            column.write_batch(&[3, 4], levels.0, levels.1).unwrap();
        },
        &|to| put_texts(to, &["Ақсу".as_bytes(), b"b"]),
        &|to| put::<Int64Type>(to, &[1, 2]),
        &|to| listed(to, &["Ә", "Б"], &[(3, 0), (3, 1), (0, 0)]),
        &|to| {
            let column = to.typed::<Int64Type>();
            column
                .write_batch(&[7, 8], Some(&[3, 3, 0]), Some(&[0, 1, 0]))
                .unwrap();
        },
    ];
    write(&path, schema, WriterProperties::builder(), &columns);
    let read = records(&path, Limits::default());
    let fields = |n: usize| Value::Object(read[n].as_ref().unwrap().fields.clone().into_values());
    let first = json!({
        "tags": ["а", null, "б"],
        "old": [],
        "plain": ["г", "д"],
        "by": {"к": "0LY="},
        "pairs": [{"name": "л", "n": 3}, {"name": "м", "n": 4}],
        "place": {"name": "Ақсу", "n": 1},
        "people": [{"name": "Ә", "age": 7}, {"name": "Б", "age": 8}],
    });
    let second = json!({
        "tags": null,
        "old": ["в"],
        "plain": [],
        "by": {},
        "pairs": [],
        "place": {"name": "b", "n": 2},
        "people": null,
    });
    assert_eq!([fields(0), fields(1)], [first, second]);
}

#[test]
fn a_value_that_cannot_be_written_harms_its_row_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let schema = "message a {
        required binary text (UTF8);
        optional int64 time (TIMESTAMP(MILLIS,true));
        optional binary price (DECIMAL(20,2));
        optional binary fine (DECIMAL(1000000,999999));
        optional fixed_len_byte_array(12) long (INTERVAL);
    }";
    let bytes = |to: &mut SerializedColumnWriter<'_>, values: &[Vec<u8>], levels: &[i16]| {
        let values: Vec<ByteArray> = values.iter().map(|value| value.clone().into()).collect();
        let column = to.typed::<ByteArrayType>();
        column.write_batch(&values, Some(levels), None).unwrap();
    };
    let columns: [Put; 5] = [
        &|to| put_texts(to, &[b"1", b"2", b"3", b"4", b"5"]),
        &|to| {
            let column = to.typed::<Int64Type>();
            let values = [0, i64::MAX, 1];
            column
                .write_batch(&values, Some(&[1, 1, 0, 0, 1]), None)
                .unwrap();
        },
        &|to| bytes(to, &[vec![4], vec![1; 1000]], &[1, 0, 1, 0, 0]),
        &|to| bytes(to, &[vec![1]], &[0, 0, 0, 1, 0]),
        &|to| {
            let column = to.typed::<FixedLenByteArrayType>();
            let value = ByteArray::from(vec![1; 12]).into();
            column
                .write_batch(&[value], Some(&[0, 0, 0, 0, 1]), None)
                .unwrap();
        },
    ];
    write(&path, schema, WriterProperties::builder(), &columns);
    let read = records(&path, Limits::default());
    assert_eq!(read.len(), 5);
    let first = &read[0].as_ref().unwrap().fields;
    assert_eq!(
        (&first["time"], &first["price"]),
        (&json!("1970-01-01 00:00:00.000 +00:00"), &json!("0.04"))
    );
    for (row, name) in [(1, "time"), (2, "price"), (3, "fine")] {
        let said = format!("its {name} is no date, time or number that can be written");
        assert_eq!(message(&read[row]), said);
    }
    assert_eq!(read[4].as_ref().unwrap().fields["long"], "AQEBAQEBAQEBAQEB");
}

#[test]
fn a_row_with_too_many_values_is_refused_and_its_neighbours_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let schema = "message a { required binary text (UTF8); repeated int64 n; }";
    let count = MAX_VALUES + 1;
    let columns: [Put; 2] = [&|to| put_texts(to, &[b"1", b"2", b"3"]), &|to| {
        let definition = [vec![0], vec![1; count], vec![1]].concat();
        let repetition = [vec![0, 0], vec![1; count - 1], vec![0]].concat();
        let column = to.typed::<Int64Type>();
        let (definition, repetition) = (Some(&definition[..]), Some(&repetition[..]));
        column
            .write_batch(&vec![7; count + 1], definition, repetition)
            .unwrap();
    }];
    write(&path, schema, WriterProperties::builder(), &columns);
    let read = records(&path, Limits::default());
    assert_eq!(read.len(), 3);
    assert_eq!(read[0].as_ref().unwrap().fields["n"], json!([]));
    assert!(
        message(&read[1]).contains("more than 262144 values"),
        "{}",
        message(&read[1])
    );
    assert_eq!(read[2].as_ref().unwrap().fields["n"], json!([7]));
}

#[test]
fn a_column_that_occurs_twice_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let schema = "message a { required binary text (UTF8); required binary text (UTF8); }";
    let columns: [Put; 2] = [&|to| put_texts(to, &[b"1"]), &|to| put_texts(to, &[b"2"])];
    write(&path, schema, WriterProperties::builder(), &columns);
    let read = records(&path, Limits::default());
    assert_eq!(read.len(), 1);
    assert_eq!(message(&read[0]), "it has two columns named \"text\"");
}

#[test]
fn a_file_with_a_changed_byte_is_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let schema = "message a { required binary text (UTF8); optional int64 n; }";
    let columns: [Put; 2] = [&|to| put_texts(to, &[b"one", b"two", b"one"]), &|to| {
        let column = to.typed::<Int64Type>();
        column.write_batch(&[5, 6], Some(&[1, 0, 1]), None).unwrap();
    }];
    write(&path, schema, WriterProperties::builder(), &columns);
    let whole = std::fs::read(&path).unwrap();
    for place in 0..whole.len() {
        for change in [0x01, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[place] ^= change;
            std::fs::write(&path, &changed).unwrap();
            let limits = Limits {
                entries: 100,
                ..Limits::default()
            };
            assert!(records(&path, limits).len() <= 101, "{place}");
        }
    }
}
