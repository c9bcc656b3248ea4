//! Column names, matched by their letters: `Total pupils` and `total_pupils` are one name.

use crate::Problem;

/// A table's column names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    names: Vec<String>,
    keys: Vec<String>,
}

impl Header {
    /// Takes the names as they stand; `row` is theirs, for the message.
    ///
    /// # Errors
    /// When two columns have the same name.
    pub fn new(file: &str, row: u64, names: Vec<String>) -> Result<Self, Problem> {
        let keys: Vec<String> = names.iter().map(|name| key(name)).collect();
        let mut sorted: Vec<(&str, usize)> = keys.iter().enumerate().map(|(i, k)| (k.as_str(), i)).collect();
        sorted.sort_unstable();
        let twice = sorted
            .windows(2)
            .find(|pair| pair[0].0 == pair[1].0 && !pair[0].0.is_empty());
        if let Some([(_, first), (_, second)]) = twice {
            return Err(Problem::of_file(
                file,
                format!("columns {} and {} have one name", first + 1, second + 1),
            )
            .at_row(row)
            // The name is not quoted: without a header, it is a value of the first row.
            .remedy("delete or rename one of them"));
        }
        Ok(Self { names, keys })
    }

    /// The position of the first of these keys that is there.
    pub fn find(&self, aliases: &[&str]) -> Option<usize> {
        aliases
            .iter()
            .find_map(|alias| self.keys.iter().position(|key| key == alias))
    }

    /// The position of a column by its name as it stands.
    pub fn find_exactly(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|own| own == name.trim())
    }

    /// The position of a column by its name as it stands, or else by its letters: R writes `Total.pupils` for `Total pupils`.
    pub fn find_loosely(&self, name: &str) -> Option<usize> {
        let by_letters = || self.find(&[key(name).as_str()]);
        self.find_exactly(name).or_else(by_letters)
    }

    /// Columns whose key starts with a prefix, with what follows it.
    pub fn after_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
        self.keys
            .iter()
            .enumerate()
            .filter_map(move |(index, key)| Some((index, key.strip_prefix(prefix)?)))
            .filter(|(_, rest)| !rest.is_empty())
    }

    /// A column's name as it stands.
    pub fn name(&self, index: usize) -> &str {
        &self.names[index]
    }

    /// A column's name by its letters.
    pub fn key(&self, index: usize) -> &str {
        &self.keys[index]
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.names.len()
    }
}

/// What R and spreadsheets make of the mark at the start of a UTF-8 file, in front of the first column's name.
const MARKS: [&str; 2] = ["ï_", "x_u_feff_"];

/// Lower case, everything but letters and digits to single underscores; `%` is a word, since `% SEN support` is another
/// column than `SEN support`.
fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_alphanumeric() {
            key.extend(c.to_lowercase());
        } else if c == '%' {
            let gap = if key.is_empty() || key.ends_with('_') {
                ""
            } else {
                "_"
            };
            key.push_str(gap);
            key.push_str("percent_");
        } else if !key.is_empty() && !key.ends_with('_') {
            key.push('_');
        }
    }
    key.truncate(key.trim_end_matches('_').len());
    for mark in MARKS {
        if let Some(rest) = key.strip_prefix(mark) {
            return rest.to_owned();
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::Header;

    fn header(names: &[&str]) -> Result<Header, crate::Problem> {
        Header::new("f", 1, names.iter().map(|&name| name.to_owned()).collect())
    }

    #[test]
    fn names_match_by_their_letters() {
        let header = header(&["time_period", "Total pupils", "EHC_Primary_need_mld", ""]).expect("sound");
        assert_eq!(header.find(&["headcount", "total_pupils"]), Some(1));
        assert_eq!(header.find_exactly("Total pupils"), Some(1));
        assert_eq!(header.find_exactly("total_pupils"), None);
        assert_eq!(header.find_loosely("total_pupils"), Some(1));
        assert_eq!(
            header.after_prefix("ehc_primary_need_").collect::<Vec<_>>(),
            [(2, "mld")]
        );
    }

    #[test]
    fn a_percentage_is_another_column_than_its_count() {
        let header = header(&["SEN support", "% SEN support", "EHC plan (%)"]).expect("three names");
        assert_eq!(header.find(&["sen_support"]), Some(0));
        assert_eq!(
            (header.key(1), header.key(2)),
            ("percent_sen_support", "ehc_plan_percent")
        );
    }

    #[test]
    fn names_that_a_program_mangled_are_known() {
        for (mangled, key) in [
            ("Total.pupils", "total_pupils"),
            ("ï..time_period", "time_period"),
            ("X.U.FEFF.time_period", "time_period"),
            ("LA..code.", "la_code"),
            ("PhaseOfEducation..name.", "phaseofeducation_name"),
        ] {
            assert_eq!(header(&[mangled]).expect("sound").key(0), key, "{mangled}");
        }
    }

    #[test]
    fn a_name_twice_is_refused() {
        let problem = header(&["urn", "x", "URN"]).expect_err("twice");
        assert_eq!(
            (problem.rule.as_str(), problem.seen.as_deref()),
            ("columns 1 and 3 have one name", None)
        );
        assert!(
            header(&["a", "", ""]).is_ok(),
            "unnamed columns are not named alike"
        );
    }
}
