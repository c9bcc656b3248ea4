//! Says what is wrong with a file of settings (TOML) without quoting it: a pupil file may have been given by mistake.

/// Where a text is not the TOML expected, and why. The text itself is not quoted.
pub fn toml_fault(text: &str, error: &toml::de::Error) -> String {
    if holds_pupil_numbers(text.as_bytes()) {
        return "this is no file of settings (TOML): it looks like pupil records".to_owned();
    }
    let why = error.message().trim_end().replace('\n', ", ");
    let Some(span) = error.span() else {
        return why;
    };
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    format!("line {line}: {why}")
}

/// Whether a text holds something written like a unique pupil number: a letter, eleven digits, and a letter or digit,
/// with neither before or after it.
pub fn holds_pupil_numbers(text: &[u8]) -> bool {
    const LENGTH: usize = 13;
    let mut at = 0;
    while at < text.len() {
        if !text[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let from = at;
        while at < text.len() && text[at].is_ascii_alphanumeric() {
            at += 1;
        }
        let word = &text[from..at];
        if word.len() == LENGTH
            && word[0].is_ascii_alphabetic()
            && word[1..LENGTH - 1].iter().all(u8::is_ascii_digit)
        {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{holds_pupil_numbers, toml_fault};

    #[test]
    fn pupil_numbers_are_known_by_their_shape() {
        for (text, holds) in [
            ("A123456789012", true),
            ("x,\"h98765432101B\",y", true),
            ("100001,E10000012,E01021234", false),
            ("AB123456789012,A12345678901,1234567890123", false),
            ("A1234567890123", false),
            ("", false),
        ] {
            assert_eq!(holds_pupil_numbers(text.as_bytes()), holds, "{text}");
        }
    }

    #[test]
    fn a_fault_has_its_line_and_quotes_no_row() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Settings {
            #[expect(dead_code, reason = "only its name matters")]
            out: String,
        }
        for (text, says) in [
            ("out = 'x'\nshcools = []\n", "line 2: unknown field `shcools`"),
            ("Zsurname,Zforename,2012-04-05\n", "line 1: "),
            ("A123456789012 = 'Zsurname'\n", "looks like pupil records"),
        ] {
            let error = toml::from_str::<Settings>(text).expect_err("not these settings");
            let fault = toml_fault(text, &error);
            assert!(fault.contains(says) && !fault.contains("Zsurname"), "{fault}");
        }
    }
}
