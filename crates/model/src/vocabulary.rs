//! How the Department's labels are matched: by their letters, not by their punctuation.

/// Folds a label to the form in which aliases are compared: lower case, `&` to `and`, punctuation to spaces, a final
/// `s` of each word dropped, single spaces.
///
/// ```
/// assert_eq!(
///     senlens_model::fold("Speech, Language & Communications needs"),
///     senlens_model::fold("speech language and communication need"),
/// );
/// ```
pub fn fold(label: &str) -> String {
    let spaced = label.replace('&', " and ").to_lowercase();
    let words = spaced
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(singular);
    words.collect::<Vec<_>>().join(" ")
}

fn singular(word: &str) -> &str {
    if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
        &word[..word.len() - 1]
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folds_punctuation_ampersand_and_plural() {
        for (label, folded) in [
            ("Multi- Sensory Impairment", "multi sensory impairment"),
            (
                "Profound & Multiple Learning Difficulties",
                "profound and multiple learning difficultie",
            ),
            ("Other Difficulty/Disability", "other difficulty disability"),
            ("  EHC   plans ", "ehc plan"),
            ("class", "class"),
            ("", ""),
        ] {
            assert_eq!(fold(label), folded, "{label}");
        }
    }
}
