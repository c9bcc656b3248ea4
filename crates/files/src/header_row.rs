//! Where a table's header stands and what separates its columns: the same for published tables and pupil extracts.

/// How many rows of titles may stand above a header.
pub const MOST_TITLES: u32 = 20;

/// What separates the fields of a line: of comma, tab, semicolon and bar the one that stands in it most often outside
/// quotation marks; comma where none does.
pub fn separator(line: &[u8]) -> u8 {
    let count = |separator: u8| {
        let mut is_quoted = false;
        line.iter()
            .filter(|byte| {
                is_quoted ^= **byte == b'"';
                !is_quoted && **byte == separator
            })
            .count()
    };
    let mut best = (0, b',');
    for candidate in [b',', b'\t', b';', b'|'] {
        let found = count(candidate);
        if found > best.0 {
            best = (found, candidate);
        }
    }
    best.1
}

/// Whether lines end in carriage returns alone, as old Macintosh programs and Excel's "CSV (Macintosh)" write them.
pub fn has_bare_returns(start: &[u8]) -> bool {
    start.contains(&b'\r') && !start.contains(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::{has_bare_returns, separator};

    #[test]
    fn separators_are_told_by_the_line() {
        for (line, told) in [
            ("a;b", b';'),
            ("a\tb", b'\t'),
            ("a,b;c,d", b','),
            ("\"Speech, language\";\"Autistic, all\";c;d", b';'),
            ("a|b|c", b'|'),
            ("a", b','),
        ] {
            assert_eq!(separator(line.as_bytes()), told, "{line}");
        }
    }

    #[test]
    fn bare_returns_are_told() {
        assert!(has_bare_returns(b"a,b\r1,2\r"));
        assert!(!has_bare_returns(b"a,b\r\n1,2\r\n") && !has_bare_returns(b"a,b\n"));
    }
}
