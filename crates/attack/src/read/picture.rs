//! Reads pictures: the words a PNG stores beside its pixels.

use crate::evidence::Words;

/// Where the chunks of a PNG begin.
const SIGNATURE: usize = 8;

/// Reads the text chunks of a PNG that are not compressed.
pub(super) fn read(bytes: &[u8], file: &str, words: &mut Vec<Words>) {
    let mut rest = bytes.get(SIGNATURE..).unwrap_or(&[]);
    // A chunk: its length, its kind, its content and a checksum.
    while let (Some(length), Some(kind)) = (rest.first_chunk::<4>(), rest.get(4..8)) {
        let length = u32::from_be_bytes(*length) as usize;
        let Some(content) = rest.get(8..8 + length) else {
            break;
        };
        if kind == b"tEXt" || kind == b"iTXt" {
            words.push(Words {
                file: file.to_owned(),
                text: String::from_utf8_lossy(content).replace('\0', " "),
                context: String::new(),
            });
        }
        rest = rest.get(12 + length..).unwrap_or(&[]);
    }
}
