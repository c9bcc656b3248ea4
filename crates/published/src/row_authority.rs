//! A row's authority: its number, name and nine-character code, and the number in a LAESTAB, are of one authority.

use crate::column_selector::{Labels, Row, Text};
use senlens_files::Screening;
use senlens_model::{Authority, LaCode};

/// What names and codes of authorities in a table mean, each looked up once.
#[derive(Debug, Default)]
pub(crate) struct AuthorityClaims {
    by_name: Labels<LaCode>,
    by_code: Labels<LaCode>,
}

/// Where a row says of which authority it is.
pub(crate) struct AuthorityColumns<'a> {
    pub(crate) la_code: &'a Text,
    pub(crate) name: &'a Text,
    pub(crate) area_code: &'a Text,
    pub(crate) laestab: &'a Text,
}

impl AuthorityClaims {
    /// Holds the authority's number against all else the row says of it: pupils counted in another authority make both wrong.
    /// Names and codes that the list of authorities does not know say nothing.
    pub(crate) fn check(
        &mut self,
        la_code: LaCode,
        laestab: Option<LaCode>,
        columns: &AuthorityColumns<'_>,
        row: &Row<'_>,
        screening: &mut Screening,
    ) {
        let (name, area_code) = (columns.name.of(row.fields), columns.area_code.of(row.fields));
        let by_name = self
            .by_name
            .get(name, |name| Authority::named(name).map(|known| known.la_code));
        let by_code = self.by_code.get(area_code, |code| {
            Authority::coded(code.parse().ok()?).map(|known| known.la_code)
        });
        for (claimed, text, what) in [
            (laestab, columns.laestab.of(row.fields), "the LAESTAB"),
            (by_name, name, "the authority's name"),
            (by_code, area_code, "the authority's nine-character code"),
        ] {
            if claimed.is_some_and(|claimed| !Authority::are_kin(claimed, la_code)) {
                row.wrong(
                    columns.la_code,
                    &format!("{la_code} with {text}"),
                    &format!("the authority's number and {what} of one row are of two authorities"),
                    "put right whichever is wrong: the first three digits of an LAESTAB are its authority's number",
                    screening,
                );
            }
        }
    }
}
