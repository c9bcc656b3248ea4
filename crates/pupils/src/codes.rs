//! How the codes of census items are read from bytes, local and extended ones folded to the main ones.

use senlens_model::{Ethnicity, FreeSchoolMeals, Language, NcYear, Need, ProvisionCode, Sex, Term};

/// A whole number that a spreadsheet wrote with a fraction (`3.0`), without it.
pub(crate) fn whole(text: &[u8]) -> &[u8] {
    match text.strip_suffix(b".0") {
        Some(whole) if !whole.is_empty() && whole.iter().all(u8::is_ascii_digit) => whole,
        _ => text,
    }
}

/// `M`, `F`, `U` (and the words) of `Sex` and `Gender`; the old numeric codes 1 and 2 too.
pub(crate) fn sex(text: &[u8]) -> Option<Sex> {
    Some(match whole(text) {
        b"F" | b"f" | b"2" | b"Female" | b"female" | b"FEMALE" => Sex::Female,
        b"M" | b"m" | b"1" | b"Male" | b"male" | b"MALE" => Sex::Male,
        b"U" | b"u" | b"Unknown" | b"unknown" => Sex::Unknown,
        _ => return None,
    })
}

/// A flag: `1`, `Y`, `true` and their opposites.
pub(crate) fn flag(text: &[u8]) -> Option<bool> {
    Some(match whole(text) {
        b"1" | b"Y" | b"y" | b"T" | b"true" | b"True" | b"TRUE" | b"Yes" | b"yes" | b"YES" => true,
        b"0" | b"N" | b"n" | b"F" | b"false" | b"False" | b"FALSE" | b"No" | b"no" | b"NO" => false,
        _ => return None,
    })
}

/// Whether something happened: a flag, or how many times.
pub(crate) fn happened(text: &[u8]) -> Option<bool> {
    flag(text).or_else(|| {
        let times: u16 = std::str::from_utf8(text).ok()?.parse().ok()?;
        Some(times > 0)
    })
}

/// `FSMeligible`.
pub(crate) fn free_school_meals(text: &[u8]) -> Option<FreeSchoolMeals> {
    flag(text).map(|eligible| {
        if eligible {
            FreeSchoolMeals::Eligible
        } else {
            FreeSchoolMeals::NotEligible
        }
    })
}

/// Year group.
pub(crate) fn nc_year(text: &[u8]) -> Option<NcYear> {
    Some(match whole(text) {
        b"N1" | b"n1" | b"E1" => NcYear::N1,
        b"N2" | b"n2" | b"E2" => NcYear::N2,
        b"R" | b"r" | b"0" | b"00" => NcYear::Reception,
        b"X" | b"x" | b"M" | b"m" => NcYear::NotFollowed,
        [one @ b'1'..=b'9'] | [b'0', one @ b'1'..=b'9'] => NcYear::Year(one - b'0'),
        [b'1', unit @ b'0'..=b'4'] => NcYear::Year(10 + unit - b'0'),
        _ => return None,
    })
}

/// Provision: one letter, upper or lower case.
pub(crate) fn provision(text: &[u8]) -> Option<ProvisionCode> {
    ProvisionCode::ALL
        .into_iter()
        .find(|code| code.as_str().as_bytes().eq_ignore_ascii_case(text))
}

/// Term: `SPR`, `Spring` and their like.
pub(crate) fn term(text: &[u8]) -> Option<Term> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Type of need: the code alone, upper or lower case. Labels are for published files, not for pupil records.
pub(crate) fn need(text: &[u8]) -> Option<Need> {
    Need::ALL
        .into_iter()
        .filter(|need| *need != Need::Missing)
        .find(|need| need.as_str().as_bytes().eq_ignore_ascii_case(text))
}

/// Rank: 1 to 99.
pub(crate) fn rank(text: &[u8]) -> Option<u8> {
    let number: u8 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (1..=99).contains(&number).then_some(number)
}

/// First language: a code for English, for "not known", or any other language's three letters.
pub(crate) fn language(text: &[u8]) -> Option<Language> {
    let mut code = [0u8; 4];
    let shown = code.get_mut(..text.len())?;
    shown.copy_from_slice(text);
    shown.make_ascii_uppercase();
    Some(match &*shown {
        b"ENG" | b"ENB" => Language::English,
        b"REF" | b"NOT" | b"ZZZ" => Language::Unclassified,
        letters if letters.len() >= 3 && letters.iter().all(u8::is_ascii_uppercase) => Language::Other,
        _ => return None,
    })
}

/// Ethnicity: a main code, or an extended code folded to its main one.
///
/// The extended codes are from the Department's common list as commonly used by local systems; one outside the list
/// is unreadable rather than guessed at.
pub(crate) fn ethnicity(text: &[u8]) -> Option<Ethnicity> {
    let mut code: [u8; 4] = text.try_into().ok()?;
    code.make_ascii_uppercase();
    if let Some(main) = Ethnicity::ALL
        .into_iter()
        .find(|group| group.as_str().as_bytes() == code)
    {
        return Some(main);
    }
    Some(match &code {
        b"WCOR" | b"WENG" | b"WSCO" | b"WWEL" | b"WOWB" => Ethnicity::Wbri,
        b"WROG" | b"WROR" | b"WROO" | b"WROT" => Ethnicity::Wrom,
        b"WALB" | b"WBOS" | b"WCRO" | b"WGRE" | b"WGRK" | b"WGRC" | b"WITA" | b"WKOS" | b"WPOR" | b"WSER"
        | b"WTUR" | b"WTUK" | b"WTUC" | b"WEUR" | b"WEEU" | b"WWEU" | b"WOTW" => Ethnicity::Woth,
        b"MWAP" | b"MWAI" | b"MWAO" => Ethnicity::Mwas,
        b"MAOE" | b"MABL" | b"MACH" | b"MBOE" | b"MBCH" | b"MCOE" | b"MWCH" | b"MWOE" | b"MOTM" => {
            Ethnicity::Moth
        }
        b"AMPK" | b"AKPA" | b"AOPK" => Ethnicity::Apkn,
        b"AAFR" | b"AKAO" | b"ANEP" | b"ASNL" | b"ASLT" | b"ASRO" | b"AOTA" => Ethnicity::Aoth,
        b"BANN" | b"BCON" | b"BGHA" | b"BNGN" | b"BSLN" | b"BSOM" | b"BSUD" | b"BAOF" => Ethnicity::Bafr,
        b"BEUR" | b"BNAM" | b"BOTB" => Ethnicity::Both,
        b"CHKC" | b"CMAL" | b"CSNG" | b"CTWN" | b"COCH" => Ethnicity::Chne,
        b"OAFG" | b"OARA" | b"OEGY" | b"OFIL" | b"OIRN" | b"OIRQ" | b"OJPN" | b"OKOR" | b"OKRD" | b"OLAM"
        | b"OLEB" | b"OLIB" | b"OMAL" | b"OMRC" | b"OPOL" | b"OSAU" | b"OTHA" | b"OVIE" | b"OYEM"
        | b"OOEG" => Ethnicity::Ooth,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use senlens_model::{Ethnicity, Language, NcYear, Need};

    #[test]
    fn year_groups_straddle_their_edges() {
        for (text, year) in [
            ("N1", Some(NcYear::N1)),
            ("0", Some(NcYear::Reception)),
            ("1", Some(NcYear::Year(1))),
            ("07", Some(NcYear::Year(7))),
            ("3.0", Some(NcYear::Year(3))),
            ("0.0", Some(NcYear::Reception)),
            ("3.5", None),
            (".0", None),
            ("14", Some(NcYear::Year(14))),
            ("15", None),
            ("-1", None),
            ("7a", None),
        ] {
            assert_eq!(super::nc_year(text.as_bytes()), year, "{text}");
        }
    }

    #[test]
    fn times_straddle_their_edges() {
        for (text, has) in [
            ("0", Some(false)),
            ("1", Some(true)),
            ("12", Some(true)),
            ("N", Some(false)),
            ("-1", None),
            ("70000", None),
            ("1.5", None),
        ] {
            assert_eq!(super::happened(text.as_bytes()), has, "{text}");
        }
    }

    #[test]
    fn other_mixed_backgrounds_are_mixed() {
        // A public reader files these under Asian; the census's code list does not.
        for code in ["MOTH", "MAOE", "MWOE", "mwoe"] {
            assert_eq!(super::ethnicity(code.as_bytes()), Some(Ethnicity::Moth), "{code}");
        }
        assert_eq!(super::ethnicity(b"QQQQ"), None);
        assert_eq!(super::ethnicity(b"WBR"), None);
    }

    #[test]
    fn needs_by_code_alone() {
        assert_eq!(super::need(b"mld"), Some(Need::Mld));
        for bad in ["MISSING", "MLD2", "Moderate learning difficulty", ""] {
            assert_eq!(super::need(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn ranks_and_languages_straddle_their_edges() {
        assert_eq!((super::rank(b"1"), super::rank(b"99")), (Some(1), Some(99)));
        assert_eq!((super::rank(b"0"), super::rank(b"100")), (None, None));
        assert_eq!(super::language(b"eng"), Some(Language::English));
        assert_eq!(super::language(b"PNJ"), Some(Language::Other));
        assert_eq!(super::language(b"ZZZ"), Some(Language::Unclassified));
        assert_eq!(super::language(b"E1"), None);
        assert_eq!(super::language(b"ENGLISH"), None);
    }
}
