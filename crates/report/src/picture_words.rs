//! Words in a PNG beside its pixels, where programs that list pictures read them.

/// The last chunk of every PNG: no content, its kind, its checksum.
const END: usize = 12;

/// Adds a keyword and its text (Latin-1, as our own words are) before the end of a PNG.
///
/// Portable Network Graphics specification, third edition, 11.3.3.2 `tEXt`.
pub(crate) fn add(png: &mut Vec<u8>, keyword: &str, text: &str) {
    let mut chunk = b"tEXt".to_vec();
    chunk.extend_from_slice(keyword.as_bytes());
    chunk.push(0);
    chunk.extend_from_slice(text.as_bytes());
    let length = u32::try_from(chunk.len() - 4).expect("a few words");
    let mut whole = length.to_be_bytes().to_vec();
    let checksum = checksum(&chunk);
    whole.append(&mut chunk);
    whole.extend_from_slice(&checksum.to_be_bytes());
    let at = png.len() - END;
    png.splice(at..at, whole);
}

/// The cyclic redundancy check of the same specification, annex D.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                0xEDB8_8320 ^ (sum >> 1)
            } else {
                sum >> 1
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{add, checksum};

    #[test]
    fn the_checksum_is_that_of_the_specification() {
        // Every PNG ends with these.
        assert_eq!(checksum(b"IEND"), 0xAE42_6082);
    }

    #[test]
    fn words_stand_before_the_end() {
        let end = [0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xAE, 0x42, 0x60, 0x82];
        let mut png = end.to_vec();
        add(&mut png, "Marking", "words");
        assert_eq!(&png[..21], b"\0\0\0\x0DtEXtMarking\0words");
        assert_eq!(&png[25..], end);
    }
}
