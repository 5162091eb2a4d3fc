//! Web archives with their indexes (WACZ): the WARC archives in a zip archive.

use std::cell::Cell;
use std::io::{BufReader, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

use super::gzip::GzipMembers;
use super::input_file::{InputFile, Sink};
use super::input_kind::{Compression, InputKind};
use super::limits::{Counted, Limited, Position};
use super::warc::{self, Totals};
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
    // Layers of compression multiply, so that what comes out of the last counts against the file.
    let size = Rc::new(Cell::new(archive.size));
    let unpacked = Position::default();
    let mut totals = Totals::new(Rc::clone(&size));
    for index in 0..archive.len() {
        if totals.is_over {
            break;
        }
        let is_wanted = |name: &str| kind(name).is_some();
        archive.stream(input, index, is_wanted, sink, |name, member, sink| {
            let (member, position) = Counted::new(member);
            let member = BufReader::with_capacity(1 << 16, member);
            let id = input.id_of(&name);
            let limited = |member| {
                let (size, unpacked) = (Rc::clone(&size), Rc::clone(&unpacked));
                let limited: Limited<Box<dyn Read + '_>> =
                    Limited::sharing(member, size, unpacked, input.limits);
                BufReader::new(limited)
            };
            if kind(&name) == Some(Compression::None) {
                let member = limited(Box::new(member));
                return warc::read_member(input, id, member, &position, &mut totals, sink);
            }
            let member = limited(Box::new(GzipMembers::new(member)));
            warc::read_member(input, id, member, &position, &mut totals, sink)
        })?;
    }
    ControlFlow::Continue(())
}
