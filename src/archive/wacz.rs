//! Web archives with their indexes (WACZ): the WARC archives in a zip archive.

use std::io::BufReader;
use std::ops::ControlFlow;
use std::rc::Rc;

use super::gzip::GzipMembers;
use super::input_file::{InputFile, Sink};
use super::input_kind::{Compression, InputKind};
use super::limits::{Counted, Limited};
use super::warc;
use super::zip::OpenZip;

pub(super) fn read(input: &InputFile, sink: &mut Sink) -> ControlFlow<()> {
    let mut archive = match OpenZip::open(input, sink) {
        Ok(archive) => archive,
        Err(flow) => return flow,
    };
    let kind = |name: &str| match InputKind::of(name) {
        InputKind::Warc(compression @ (Compression::None | Compression::Gzip)) => Some(compression),
        _ => None,
    };
    for index in 0..archive.len() {
        let is_wanted = |name: &str| kind(name).is_some();
        archive.stream(input, index, is_wanted, sink, |name, member, sink| {
            let (member, position) = Counted::new(member);
            let member = BufReader::with_capacity(1 << 16, member);
            let id = input.id_of(&name);
            if kind(&name) == Some(Compression::None) {
                return warc::read_member(input, id, member, &position, sink);
            }
            let unpacked = GzipMembers::new(member);
            let unpacked = Limited::new(unpacked, Rc::clone(&position), input.limits);
            warc::read_member(input, id, BufReader::new(unpacked), &position, sink)
        })?;
    }
    ControlFlow::Continue(())
}
