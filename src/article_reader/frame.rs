//! Frames: a length of eight bytes, the lowest first, and as many bytes.

use std::io::{self, BufWriter, Read, Write};

/// As much as a pipe takes at once.
const BUFFER_BYTES: usize = 64 << 10;

/// Why no frame was read.
#[derive(Debug)]
pub(super) enum FrameError {
    /// The other side closed it, before the frame or within it.
    Closed,
    /// It says that it is longer than the limit.
    TooLong,
    Io(io::Error),
}

/// Writes frames, small ones by one call: the other side is woken by each.
pub(super) fn write(to: &mut impl Write, frames: &[&[u8]]) -> io::Result<()> {
    let mut to = BufWriter::with_capacity(BUFFER_BYTES, to);
    for frame in frames {
        to.write_all(&(frame.len() as u64).to_le_bytes())?;
        to.write_all(frame)?;
    }
    to.flush()
}

/// Reads a frame of at most `limit` bytes. Memory is taken for what comes, not for what is announced.
pub(super) fn read(from: &mut impl Read, limit: u64) -> Result<Vec<u8>, FrameError> {
    /// What is taken at once for a length that is only announced.
    const FIRST_BYTES: u64 = 1 << 20;
    let mut length = [0; 8];
    from.read_exact(&mut length).map_err(of_io)?;
    let length = u64::from_le_bytes(length);
    if length > limit {
        return Err(FrameError::TooLong);
    }
    let first = usize::try_from(length.min(FIRST_BYTES)).unwrap_or_default();
    let mut frame = Vec::with_capacity(first);
    from.take(length).read_to_end(&mut frame).map_err(of_io)?;
    if frame.len() as u64 == length {
        Ok(frame)
    } else {
        Err(FrameError::Closed)
    }
}

fn of_io(error: io::Error) -> FrameError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => FrameError::Closed,
        _ => FrameError::Io(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_one_after_the_other() {
        let mut stream = Vec::new();
        let long = vec![7; 3 << 20];
        write(&mut stream, &[b"", b"one"]).unwrap();
        write(&mut stream, &[&long]).unwrap();
        let mut from = stream.as_slice();
        assert_eq!(read(&mut from, 0).unwrap(), b"");
        assert_eq!(read(&mut from, 3).unwrap(), b"one");
        assert_eq!(read(&mut from, 3 << 20).unwrap(), long);
        assert!(matches!(read(&mut from, 1), Err(FrameError::Closed)));
    }

    #[test]
    fn a_frame_that_is_too_long_or_cut_is_an_error() {
        let announced = u64::MAX.to_le_bytes();
        let read = |bytes: &[u8], limit| read(&mut &bytes[..], limit);
        assert!(matches!(
            read(&announced, 1 << 40),
            Err(FrameError::TooLong)
        ));
        assert!(matches!(
            read(&announced, u64::MAX),
            Err(FrameError::Closed)
        ));
        assert!(matches!(read(&announced[..5], 9), Err(FrameError::Closed)));
    }
}
