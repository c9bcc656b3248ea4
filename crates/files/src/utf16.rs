//! UTF-16, as spreadsheets save "Unicode text": told by its mark or by its zeros, and read as UTF-8.

use encoding_rs::{Decoder, Encoding, UTF_16BE, UTF_16LE};
use std::io::{self, Read};

/// Bytes of a start that are enough to tell UTF-16 without a mark.
const ENOUGH: usize = 512;

/// Which UTF-16 a text is in, by its first bytes: by its mark, or without one because every other byte of the start is
/// zero, as in text of mostly plain letters.
pub fn utf16_of(start: &[u8]) -> Option<&'static Encoding> {
    match start {
        [0xff, 0xfe, ..] => return Some(UTF_16LE),
        [0xfe, 0xff, ..] => return Some(UTF_16BE),
        _ => {}
    }
    let start = &start[..start.len().min(ENOUGH) & !1];
    let pairs = start.len() / 2;
    let zeros = |of: usize| {
        start
            .iter()
            .skip(of)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (high, low) = (zeros(0), zeros(1));
    let most = |zeros: usize, others: usize| pairs >= 4 && others == 0 && zeros * 10 >= pairs * 9;
    if most(low, high) {
        Some(UTF_16LE)
    } else if most(high, low) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// A stream of UTF-16 as UTF-8; a mark is dropped, and what is no letter stands as U+FFFD.
pub struct Utf16Reader<R> {
    stream: R,
    decoder: Decoder,
    text: Vec<u8>,
    given: usize,
    is_over: bool,
}

impl<R> std::fmt::Debug for Utf16Reader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Utf16Reader").finish_non_exhaustive()
    }
}

impl<R: Read> Utf16Reader<R> {
    /// Over a stream in the encoding that [`utf16_of`] told.
    pub fn new(stream: R, encoding: &'static Encoding) -> Self {
        Self {
            stream,
            decoder: encoding.new_decoder_with_bom_removal(),
            text: Vec::new(),
            given: 0,
            is_over: false,
        }
    }
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        const AT_ONCE: u64 = 1 << 16;
        while self.given == self.text.len() && !self.is_over {
            let mut raw = Vec::new();
            let read = (&mut self.stream).take(AT_ONCE).read_to_end(&mut raw)?;
            self.is_over = (read as u64) < AT_ONCE;
            let longest = self.decoder.max_utf8_buffer_length(read);
            self.text.resize(longest.ok_or(io::ErrorKind::OutOfMemory)?, 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(&raw, &mut self.text, self.is_over);
            self.text.truncate(written);
            self.given = 0;
        }
        let given = buffer.len().min(self.text.len() - self.given);
        buffer[..given].copy_from_slice(&self.text[self.given..self.given + given]);
        self.given += given;
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use super::{Utf16Reader, utf16_of};
    use std::io::Read;

    #[test]
    fn it_is_told_with_and_without_a_mark() {
        let text = "URN,school\n100001,Thérèse’s\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            [&[0xff, 0xfe][..], &little].concat(),
            [&[0xfe, 0xff][..], &big].concat(),
            little,
            big,
        ] {
            let encoding = utf16_of(&bytes).expect("UTF-16");
            let mut read = String::new();
            Utf16Reader::new(&bytes[..], encoding)
                .read_to_string(&mut read)
                .expect("text");
            assert_eq!(read, text);
        }
        for bytes in [text.as_bytes(), b"a,b\0c,d\n", b"", b"\0\0\0\0\0\0\0\0\0\0"] {
            assert_eq!(utf16_of(bytes), None, "{bytes:?}");
        }
    }
}
