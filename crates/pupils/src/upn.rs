//! The unique pupil number: its shape, its check letter, and nothing that would print it.

use std::fmt;

/// The 23 letters a unique pupil number is checked with, by their value; I, O and S are left out.
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// Authority numbers that may stand in characters 2 to 4, in ranges: those of rule 1530 of the Department's
/// validation rules, and 940 to 943, authorities made since.
const AUTHORITIES: [(u16, u16); 35] = [
    (1, 5),
    (201, 213),
    (301, 320),
    (330, 336),
    (340, 344),
    (350, 359),
    (370, 373),
    (380, 384),
    (390, 394),
    (420, 420),
    (660, 681),
    (701, 708),
    (800, 803),
    (805, 808),
    (810, 813),
    (815, 816),
    (820, 823),
    (825, 826),
    (830, 831),
    (835, 841),
    (845, 846),
    (850, 852),
    (855, 857),
    (860, 861),
    (865, 896),
    (908, 909),
    (916, 916),
    (919, 919),
    (921, 921),
    (925, 926),
    (928, 929),
    (931, 931),
    (933, 933),
    (935, 938),
    (940, 943),
];

/// A unique pupil number of sound shape. It has no `Display`, and its `Debug` hides it: a number may not leave memory.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Upn([u8; 13]);

/// What is wrong with the shape of a would-be unique pupil number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAUpn;

impl Upn {
    /// Reads thirteen characters: a check letter, eleven digits, and a digit or (temporary) a letter of the table.
    ///
    /// # Errors
    /// When the length or a character is wrong. The check letter's value is not judged here ([`Upn::check_letter_holds`]).
    pub fn parse(text: &[u8]) -> Result<Self, NotAUpn> {
        let bytes: [u8; 13] = text.trim_ascii().try_into().map_err(|_| NotAUpn)?;
        let middle = bytes[1..12].iter().all(u8::is_ascii_digit);
        let last = bytes[12].is_ascii_digit() || letter_value(bytes[12]).is_some();
        if middle && last && bytes[0].is_ascii_uppercase() {
            Ok(Self(bytes))
        } else {
            Err(NotAUpn)
        }
    }

    /// Makes the number with the right check letter for twelve characters (eleven digits, then a digit or a letter).
    pub fn with_check_letter(rest: [u8; 12]) -> Result<Self, NotAUpn> {
        let mut bytes = [b'A'; 13];
        bytes[1..].copy_from_slice(&rest);
        let mut upn = Self::parse(&bytes)?;
        upn.0[0] = upn.expected_letter();
        Ok(upn)
    }

    /// Whether the first character is the letter that the other twelve call for: the sum of value times position
    /// (2 to 13), modulo 23.
    pub fn check_letter_holds(self) -> bool {
        self.0[0] == self.expected_letter()
    }

    /// Whether characters 2 to 4 are an authority's number, or a pseudo-authority's.
    pub fn authority_is_known(self) -> bool {
        let digit = |at: usize| u16::from(self.0[at] - b'0');
        let number = digit(1) * 100 + digit(2) * 10 + digit(3);
        AUTHORITIES
            .iter()
            .any(|&(first, last)| (first..=last).contains(&number))
    }

    /// The thirteen characters, for hashing within this crate.
    pub(crate) fn bytes(&self) -> &[u8; 13] {
        &self.0
    }

    fn expected_letter(self) -> u8 {
        let sum: u32 = self.0[1..]
            .iter()
            .zip(2u32..)
            .map(|(&character, position)| {
                let value = match character {
                    b'0'..=b'9' => u32::from(character - b'0'),
                    letter => letter_value(letter).expect("parse let no other letter in"),
                };
                value * position
            })
            .sum();
        LETTERS[(sum % 23) as usize]
    }
}

impl fmt::Debug for Upn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Upn(hidden)")
    }
}

fn letter_value(letter: u8) -> Option<u32> {
    (0u32..)
        .zip(LETTERS)
        .find_map(|(value, &listed)| (listed == letter).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::Upn;

    #[test]
    fn check_letters_of_the_published_vectors() {
        // python-stdnum's documentation; the help pages' 207000016049, whose sum is 266, so P and not Q.
        for (text, holds) in [
            ("B801200005001", true),
            ("A801200005001", false),
            ("G881200100001", true),
            ("T88120010000A", true),
            ("P207000016049", true),
            ("Q207000016049", false),
        ] {
            let upn = Upn::parse(text.as_bytes()).expect(text);
            assert_eq!(upn.check_letter_holds(), holds, "{text}");
        }
    }

    #[test]
    fn shape_straddles_its_edges() {
        for bad in [
            "",
            "G88120010000",
            "G8812001000011",
            "G88120010000I",
            "G88120010000O",
            "G88120010000S",
            "G8812001000a1",
            "9881200100001",
            "g881200100001",
            "G8812É0100001",
        ] {
            assert!(Upn::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(Upn::parse(b" G881200100001 ").is_ok());
    }

    #[test]
    fn authorities_straddle_their_edges() {
        for (la, known) in [
            ("000", false),
            ("001", true),
            ("005", true),
            ("006", false),
            ("200", false),
            ("201", true),
            ("896", true),
            ("897", false),
            ("943", true),
        ] {
            let upn = Upn::parse(format!("A{la}200005001").as_bytes()).expect("sound shape");
            assert_eq!(upn.authority_is_known(), known, "{la}");
        }
    }

    #[test]
    fn debug_hides_the_number() {
        let upn = Upn::parse(b"G881200100001").expect("sound");
        assert!(!format!("{upn:?}").contains("8812"));
    }
}
