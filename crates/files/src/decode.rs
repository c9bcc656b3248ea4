//! Bytes to text: UTF-8 with or without a mark, UTF-16, or Windows-1252; anything else is named, never guessed. Lines end in
//! line feeds, whatever ends them in the file.

use crate::{Problem, has_bare_returns, utf16_of};
use encoding_rs::WINDOWS_1252;

/// How a file's text was encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; a byte order mark is dropped.
    Utf8,
    /// Windows-1252, as the Department's older files are.
    Windows1252,
    /// UTF-16, as spreadsheets save "Unicode text".
    Utf16,
}

/// Decodes the bytes of a text file. `name` is the file's, for the message.
///
/// # Errors
/// When the file is empty, holds binary data or NUL bytes, is UTF-16 with letters cut in half, or is neither UTF-8 nor
/// Windows-1252 throughout.
pub fn decode(name: &str, bytes: Vec<u8>) -> Result<(String, Encoding), Problem> {
    let (text, encoding) = decoded(name, bytes)?;
    let text = if has_bare_returns(text.as_bytes()) {
        text.replace('\r', "\n")
    } else {
        text
    };
    Ok((text, encoding))
}

const REMEDY: &str = "save it as CSV (UTF-8)";

fn decoded(name: &str, mut bytes: Vec<u8>) -> Result<(String, Encoding), Problem> {
    let empty = || Problem::of_file(name, "the file is empty").remedy("fetch it again");
    if let Some(encoding) = utf16_of(&bytes) {
        let (text, _, is_damaged) = encoding.decode(&bytes);
        if is_damaged || text.contains('\0') {
            return Err(
                Problem::of_file(name, "the text is UTF-16, and is damaged or cut off")
                    .remedy(format!("fetch it again, or {REMEDY}")),
            );
        }
        if text.trim().is_empty() {
            return Err(empty());
        }
        return Ok((text.into_owned(), Encoding::Utf16));
    }
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        bytes.drain(..3);
    }
    if bytes.trim_ascii().is_empty() {
        return Err(empty());
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let row = row_at(&bytes, at);
        return Err(
            Problem::of_file(name, "there is a NUL byte: this is not text, or it is damaged")
                .at_row(row)
                .remedy(format!("fetch it again, or {REMEDY}")),
        );
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok((text, Encoding::Utf8)),
        Err(error) => {
            let fault = error.utf8_error();
            let bytes = error.into_bytes();
            let (sound, rest) = bytes.split_at(fault.valid_up_to());
            if fault.error_len().is_none() && !sound.is_ascii() {
                return Err(
                    Problem::of_file(name, "the file is cut off in the middle of a character")
                        .at_row(row_at(&bytes, sound.len()))
                        .remedy("fetch it again"),
                );
            }
            // Two bytes of one accented letter, then a byte that is none: two encodings in one file.
            if !sound.is_ascii() || has_accented_utf8(rest) {
                return Err(unreadable(name, row_at(&bytes, sound.len()), REMEDY));
            }
            bytes
        }
    };
    // Windows-1252 gives five bytes no letter, and a text has no other use for them.
    if let Some(at) = bytes
        .iter()
        .position(|byte| matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d))
    {
        return Err(unreadable(name, row_at(&bytes, at), REMEDY));
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(&bytes);
    Ok((text.into_owned(), Encoding::Windows1252))
}

fn unreadable(name: &str, row: u64, remedy: &str) -> Problem {
    Problem::of_file(name, "the text is neither UTF-8 nor Windows-1252 throughout")
        .at_row(row)
        .remedy(remedy)
}

/// Whether some later byte sequence is a whole UTF-8 letter beyond ASCII: in Windows-1252 it would read as two or
/// three odd letters, such as `Ã©`.
fn has_accented_utf8(bytes: &[u8]) -> bool {
    bytes
        .windows(2)
        .any(|pair| matches!(pair[0], 0xc3 | 0xc5) && (0x80..=0xbf).contains(&pair[1]))
}

fn row_at(bytes: &[u8], at: usize) -> u64 {
    bytes[..at].split(|byte| *byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::{Encoding, decode};

    #[test]
    fn encodings_are_told_apart() {
        for (bytes, text, encoding) in [
            (&b"a,b"[..], "a,b", Encoding::Utf8),
            (b"\xef\xbb\xbfa", "a", Encoding::Utf8),
            ("café".as_bytes(), "café", Encoding::Utf8),
            (b"caf\xe9", "café", Encoding::Windows1252),
            (b"\xff\xfea\0,\0\xe9\0", "a,é", Encoding::Utf16),
            (b"a,b\r1,2\r", "a,b\n1,2\n", Encoding::Utf8),
            (b"a,b\r\n1,2\r\n", "a,b\r\n1,2\r\n", Encoding::Utf8),
            (
                b"caf\xe9 \x96 St Mary\x92s",
                "café – St Mary’s",
                Encoding::Windows1252,
            ),
        ] {
            assert_eq!(
                decode("f", bytes.to_vec()),
                Ok((text.to_owned(), encoding)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_text_is_named_with_its_row() {
        for (bytes, message) in [
            (&b""[..], "f: the file is empty\n  hint: fetch it again"),
            (
                b"\xef\xbb\xbf \r\n",
                "f: the file is empty\n  hint: fetch it again",
            ),
            (
                b"\xff\xfea\0b",
                "f: the text is UTF-16, and is damaged or cut off\n  \
                 hint: fetch it again, or save it as CSV (UTF-8)",
            ),
            (b"\xff\xfe", "f: the file is empty\n  hint: fetch it again"),
            (
                b"a\nb\0",
                "f, row 2: there is a NUL byte: this is not text, or it is damaged\n  \
                 hint: fetch it again, or save it as CSV (UTF-8)",
            ),
            (
                b"a\nb\nc\x81",
                "f, row 3: the text is neither UTF-8 nor Windows-1252 throughout\n  \
                 hint: save it as CSV (UTF-8)",
            ),
            (
                b"caf\xc3\xa9\ncaf\xe9,",
                "f, row 2: the text is neither UTF-8 nor Windows-1252 throughout\n  \
                 hint: save it as CSV (UTF-8)",
            ),
            (
                b"caf\xc3\xa9\ncaf\xc3",
                "f, row 2: the file is cut off in the middle of a character\n  hint: fetch it again",
            ),
        ] {
            let problem = decode("f", bytes.to_vec()).expect_err(message);
            assert_eq!(crate::Screening::from(problem).to_string(), message);
        }
    }
}
