//! Archives made for the tests, sound ones and others.

use std::io::Write;
use std::sync::Arc;

use flate2::Compression;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use zip::write::SimpleFileOptions;

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

pub fn zip(members: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in members {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

pub fn tar(members: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, text) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive
            .append_data(&mut header, name, text.as_bytes())
            .unwrap();
    }
    archive.into_inner().unwrap()
}

/// A tar archive of members whose headers say anything.
pub fn tar_of(members: &[(&str, tar::EntryType, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for &(name, kind, text) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_entry_type(kind);
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        archive.append(&header, text.as_bytes()).unwrap();
    }
    archive.into_inner().unwrap()
}

/// The bytes with every `from` replaced; both are of one length, so that nothing moves.
pub fn replaced(mut bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut place = 0;
    while let Some(found) = bytes[place..]
        .windows(from.len())
        .position(|window| window == from.as_bytes())
    {
        place += found;
        bytes[place..place + to.len()].copy_from_slice(to.as_bytes());
        place += to.len();
    }
    bytes
}

pub fn csv(rows: &[(&str, &str)]) -> Vec<u8> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["id", "text", "place"]).unwrap();
    for (id, text) in rows {
        table.write_record([id, text, "Ақсу"]).unwrap();
    }
    table.into_inner().unwrap()
}

pub fn parquet(rows: &[(&str, &str)]) -> Vec<u8> {
    let schema = "message articles {
        required binary id (UTF8); required binary text (UTF8); required binary place (UTF8);
    }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut file = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut file, schema, Default::default()).unwrap();
    let columns = [
        rows.iter().map(|row| ByteArray::from(row.0)).collect(),
        rows.iter().map(|row| ByteArray::from(row.1)).collect(),
        vec![ByteArray::from("Ақсу"); rows.len()],
    ];
    let mut group = writer.next_row_group().unwrap();
    for values in columns {
        let values: Vec<ByteArray> = values;
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&values, None, None)
            .unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    file
}
