//! Lines and fields of CSV text.

use std::borrow::Cow;

/// Why a row has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoEnd {
    /// A quotation mark is opened and not closed.
    Open,
    /// A quotation mark stands within a quoted field: one before it was lost, or was not doubled.
    Stray,
}

/// Where the row that starts at `at` ends, its line end included. A quotation mark opens a field only at its beginning
/// (RFC 4180): elsewhere, as in a name, it is a letter. A line end within a quoted field does not end the row.
pub(super) fn row_end(block: &[u8], at: usize, separator: u8) -> Result<usize, NoEnd> {
    let mut at = at;
    loop {
        if block.get(at) == Some(&b'"') {
            at += 1;
            loop {
                let Some(length) = memchr::memchr(b'"', &block[at..]) else {
                    return Err(NoEnd::Open);
                };
                at += length + 1;
                match block.get(at) {
                    Some(b'"') => at += 1,
                    _ => break,
                }
            }
            match (block.get(at), block.get(at + 1)) {
                (None, _) => return Ok(at),
                (Some(b'\n'), _) => return Ok(at + 1),
                (Some(b'\r'), Some(b'\n')) => return Ok(at + 2),
                (Some(byte), _) if *byte == separator => at += 1,
                _ => return Err(NoEnd::Stray),
            }
        } else {
            match memchr::memchr2(separator, b'\n', &block[at..]) {
                None => return Ok(block.len()),
                Some(length) if block[at + length] == b'\n' => return Ok(at + length + 1),
                Some(length) => at += length + 1,
            }
        }
    }
}

pub(super) fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The fields of a line, quotation marks taken off and doubled ones made single.
pub(super) fn fields_of(line: &[u8], separator: u8) -> Vec<Cow<'_, [u8]>> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        if let Some(quoted) = rest.strip_prefix(b"\"") {
            let mut field = Vec::new();
            let mut at = 0;
            while at < quoted.len() {
                match (quoted[at], quoted.get(at + 1)) {
                    (b'"', Some(b'"')) => {
                        field.push(b'"');
                        at += 2;
                    }
                    (b'"', _) => {
                        at += 1;
                        break;
                    }
                    (byte, _) => {
                        field.push(byte);
                        at += 1;
                    }
                }
            }
            let tail = &quoted[at..];
            let next = memchr::memchr(separator, tail);
            field.extend_from_slice(&tail[..next.unwrap_or(tail.len())]);
            fields.push(Cow::Owned(field));
            match next {
                Some(next) => rest = &tail[next + 1..],
                None => return fields,
            }
        } else {
            let Some(next) = memchr::memchr(separator, rest) else {
                fields.push(Cow::Borrowed(rest));
                return fields;
            };
            fields.push(Cow::Borrowed(&rest[..next]));
            rest = &rest[next + 1..];
        }
    }
}

/// The places of two bytes in a text, found eight bytes at a time.
#[derive(Debug)]
pub(super) struct Marks<'t> {
    text: &'t [u8],
    wanted: [u64; 2],
    /// Where the eight bytes in `found` begin.
    base: usize,
    /// A high bit for each byte of the eight that is wanted and not yet given.
    found: u64,
}

impl<'t> Marks<'t> {
    pub(super) fn new(text: &'t [u8], one: u8, other: u8) -> Self {
        const EACH: u64 = 0x0101_0101_0101_0101;
        let mut marks = Self {
            text,
            wanted: [EACH * u64::from(one), EACH * u64::from(other)],
            base: 0,
            found: 0,
        };
        marks.found = marks.look();
        marks
    }

    fn look(&self) -> u64 {
        const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
        let rest = self.text.get(self.base..).unwrap_or_default();
        let (eight, is_short) = match rest.first_chunk::<8>() {
            Some(eight) => (u64::from_le_bytes(*eight), false),
            None => {
                let mut last = [0; 8];
                last[..rest.len()].copy_from_slice(rest);
                (u64::from_le_bytes(last), true)
            }
        };
        // A byte of the difference is zero where the byte is the one wanted (Warren, Hacker's Delight, 6-1).
        let zeros = |bytes: u64| !(((bytes & LOW) + LOW) | bytes | LOW);
        let found = zeros(eight ^ self.wanted[0]) | zeros(eight ^ self.wanted[1]);
        if is_short && rest.len() < 8 {
            found & ((1u64 << (8 * rest.len())) - 1)
        } else {
            found
        }
    }
}

impl Iterator for Marks<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            self.base += 8;
            if self.base >= self.text.len() {
                return None;
            }
            self.found = self.look();
        }
        let at = self.base + (self.found.trailing_zeros() / 8) as usize;
        self.found &= self.found - 1;
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::{Marks, NoEnd, fields_of, row_end};

    #[test]
    fn quoted_fields() {
        let fields = |line: &str| -> Vec<String> {
            fields_of(line.as_bytes(), b',')
                .iter()
                .map(|field| String::from_utf8_lossy(field).into_owned())
                .collect()
        };
        assert_eq!(fields("a,\"b,c\",d"), ["a", "b,c", "d"]);
        assert_eq!(fields("\"say \"\"hello\"\"\",,"), ["say \"hello\"", "", ""]);
        assert_eq!(fields(""), [""]);
        assert_eq!(fields("\"open"), ["open"]);
        assert_eq!(fields("\"a\"b,c"), ["ab", "c"]);
    }

    #[test]
    fn a_row_ends_where_its_quoted_fields_let_it() {
        for (block, end) in [
            ("a,\"b\nc\"\nd,e\nf", Ok(8)),
            ("a,b\r\nc", Ok(5)),
            ("a,\"b\"\r\nc", Ok(7)),
            ("a,\"b\"", Ok(5)),
            ("a,\"b \"\"c\"\"\",d\ne", Ok(14)),
            // An apostrophe that somebody typed as a quotation mark is a letter of the name.
            ("a,O\"Brien,b\nc", Ok(12)),
            ("a,O\"Bri\"en\nc", Ok(11)),
            ("a,\"b,c\nd,e\n", Err(NoEnd::Open)),
            ("a,\"b,c\nd,\"e\"\n", Err(NoEnd::Stray)),
            ("\"O\"Brien\",b\n", Err(NoEnd::Stray)),
        ] {
            assert_eq!(row_end(block.as_bytes(), 0, b','), end, "{block}");
        }
    }

    proptest::proptest! {
        #[test]
        fn marks_are_where_the_bytes_are(text in "[a,\\n]{0,60}") {
            let bytes = text.as_bytes();
            let found: Vec<usize> = Marks::new(bytes, b',', b'\n').collect();
            let there: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] != b'a').collect();
            proptest::prop_assert_eq!(found, there);
        }
    }
}
