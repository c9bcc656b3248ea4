//! The values of keys and words: enums of the model until a writer prints them.

use crate::{Cell, Why};
use senlens_compare::{Adjustment, Base, Comparator, FlaggingRule, Position, Spread, Stratum};
use senlens_flags::joint::Variation;
use senlens_flags::{Explanation, Level, RuleId};
use senlens_model::{
    AcademicYear, AuditedNeed, Coverage, Date, GeographicLevel, Need, NeedCut, Phase, PhaseCut, ProvisionCut,
};
use std::borrow::Cow;

/// A type whose values stand in a column of keys or words.
pub trait Worded {
    /// Which type it is.
    const KIND: ValueKind;
    /// As it is read from a row.
    type Read<'a>: Copy;
    /// As it prints.
    fn text(read: Self::Read<'_>) -> Cow<'_, str>;
    /// As a column keeps it.
    fn value(read: Self::Read<'_>) -> Value;
    /// As it is read from what a column keeps; none for a value of another type.
    fn read(value: &Value) -> Option<Self::Read<'_>>;
}

macro_rules! values {
    ($($(#[$doc:meta])* $type:ident in $words:expr;)+) => {
        /// A value of a column of keys or words.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Value {
            $($(#[$doc])* $type($type),)+
            /// An adjustment of an expected number.
            Adjustment(Adjustment),
            /// An academic year.
            AcademicYear(AcademicYear),
            /// A date.
            Date(Date),
            /// An open text: a name, a code of a list that is not ours, a sentence.
            Text(String),
            /// No value, which prints as nothing.
            Blank,
            /// A word withheld.
            Withheld(Why),
            /// A word that does not apply.
            NotApplicable,
            /// A word that the source does not give.
            NotAvailable,
        }

        /// The type of the values of a column of keys or words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ValueKind {
            $($(#[$doc])* $type,)+
            /// An adjustment of an expected number.
            Adjustment,
            /// An academic year.
            AcademicYear,
            /// A date.
            Date,
            /// An open text.
            Text,
        }

        impl ValueKind {
            /// Every word of a closed list, in its order; none for an open one.
            pub fn words(self) -> Option<Vec<&'static str>> {
                match self {
                    $(Self::$type => Some($words.into_iter().map(<$type>::as_str).collect()),)+
                    Self::Adjustment | Self::AcademicYear | Self::Date | Self::Text => None,
                }
            }

            /// Reads back a word as it prints; none for a word that is not of the type.
            pub fn parse(self, text: &str) -> Option<Value> {
                match self {
                    $(Self::$type => $words.into_iter().find(|each| each.as_str() == text).map(Value::$type),)+
                    Self::Adjustment => parse_adjustment(text).map(Value::Adjustment),
                    Self::AcademicYear => text.parse().ok().map(Value::AcademicYear),
                    Self::Date => text.parse().ok().map(Value::Date),
                    Self::Text => Some(Value::Text(text.to_owned())),
                }
            }
        }

        $(impl Worded for $type {
            const KIND: ValueKind = ValueKind::$type;
            type Read<'a> = Self;

            fn text(read: Self::Read<'_>) -> Cow<'_, str> {
                Cow::Borrowed(read.as_str())
            }

            fn value(read: Self::Read<'_>) -> Value {
                Value::$type(read)
            }

            fn read(value: &Value) -> Option<Self> {
                match value {
                    Value::$type(read) => Some(*read),
                    _ => None,
                }
            }
        })+
    };
}

values! {
    /// The universe of schools.
    Coverage in [Coverage::StateFunded, Coverage::AllSchools];
    /// A geographic level.
    GeographicLevel in [
        GeographicLevel::National,
        GeographicLevel::Regional,
        GeographicLevel::LocalAuthority,
        GeographicLevel::Quadrant,
        GeographicLevel::District,
        GeographicLevel::School,
    ];
    /// A phase of school, or all.
    PhaseCut in std::iter::once(PhaseCut::Total).chain(Phase::ALL.map(PhaseCut::Of));
    /// A provision, or both.
    ProvisionCut in ProvisionCut::ALL;
    /// A need, or any.
    NeedCut in std::iter::once(NeedCut::Total).chain(Need::ALL.map(NeedCut::Of));
    /// Of whom a rate is a share.
    Base in Base::ALL;
    /// Whom a place is compared with.
    Comparator in Comparator::ALL;
    /// What the lines of a funnel allow for.
    Spread in [Spread::Chance, Spread::Ordinary];
    /// A way of flagging a unit of a funnel.
    FlaggingRule in FlaggingRule::ALL;
    /// Where a place stands against what is expected.
    Position in [Position::Higher, Position::Similar, Position::Lower, Position::TooFew];
    /// A rule.
    RuleId in RuleId::ALL;
    /// How far a finding calls for a review.
    Level in [Level::None, Level::Amber, Level::Red, Level::TooFew, Level::NotApplicable];
    /// A rival explanation of a place's counts.
    Explanation in Explanation::ALL;
    /// What is varied of a verdict.
    Variation in Variation::ALL;
    /// A need distinguished on an audit sheet.
    AuditedNeed in AuditedNeed::ALL;
    /// Yes or no.
    YesNo in [YesNo::Yes, YesNo::No];
}

/// A word for a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum YesNo {
    /// It holds.
    Yes,
    /// It does not.
    No,
}

impl YesNo {
    /// As it stands in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
        }
    }
}

impl From<bool> for YesNo {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl Worded for AcademicYear {
    const KIND: ValueKind = ValueKind::AcademicYear;
    type Read<'a> = Self;

    fn text(read: Self::Read<'_>) -> Cow<'_, str> {
        Cow::Owned(read.to_string())
    }

    fn value(read: Self::Read<'_>) -> Value {
        Value::AcademicYear(read)
    }

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::AcademicYear(read) => Some(*read),
            _ => None,
        }
    }
}

impl Worded for Date {
    const KIND: ValueKind = ValueKind::Date;
    type Read<'a> = Self;

    fn text(read: Self::Read<'_>) -> Cow<'_, str> {
        Cow::Owned(read.to_string())
    }

    fn value(read: Self::Read<'_>) -> Value {
        Value::Date(read)
    }

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Date(read) => Some(*read),
            _ => None,
        }
    }
}

impl Worded for Adjustment {
    const KIND: ValueKind = ValueKind::Adjustment;
    type Read<'a> = &'a Self;

    fn text(read: Self::Read<'_>) -> Cow<'_, str> {
        Cow::Owned(read.to_string())
    }

    fn value(read: Self::Read<'_>) -> Value {
        Value::Adjustment(read.clone())
    }

    fn read(value: &Value) -> Option<&Self> {
        match value {
            Value::Adjustment(read) => Some(read),
            _ => None,
        }
    }
}

/// An open text, read as `&str`.
#[derive(Debug, Clone, Copy)]
pub struct Text;

impl Worded for Text {
    const KIND: ValueKind = ValueKind::Text;
    type Read<'a> = &'a str;

    fn text(read: Self::Read<'_>) -> Cow<'_, str> {
        Cow::Borrowed(read)
    }

    fn value(read: Self::Read<'_>) -> Value {
        Value::Text(read.to_owned())
    }

    fn read(value: &Value) -> Option<&str> {
        match value {
            Value::Text(read) => Some(read),
            _ => None,
        }
    }
}

/// A value that a row may not have; it prints as nothing.
impl<W: Worded> Worded for Option<W> {
    const KIND: ValueKind = W::KIND;
    type Read<'a> = Option<W::Read<'a>>;

    fn text(read: Self::Read<'_>) -> Cow<'_, str> {
        read.map_or(Cow::Borrowed(""), W::text)
    }

    fn value(read: Self::Read<'_>) -> Value {
        read.map_or(Value::Blank, W::value)
    }

    fn read(value: &Value) -> Option<Self::Read<'_>> {
        match value {
            Value::Blank => Some(None),
            other => W::read(other).map(Some),
        }
    }
}

impl Value {
    /// What a cell without a word holds; none for a cell with one.
    pub(super) fn of_cell<T>(cell: &Cell<T>) -> Option<Self> {
        match cell {
            Cell::Shown(_) | Cell::Rounded(_) => None,
            Cell::Withheld(why) => Some(Self::Withheld(*why)),
            Cell::NotApplicable => Some(Self::NotApplicable),
            Cell::NotAvailable => Some(Self::NotAvailable),
        }
    }
}

fn parse_adjustment(text: &str) -> Option<Adjustment> {
    if text == "crude" {
        return Some(Adjustment::crude());
    }
    let strata: Option<Vec<Stratum>> = text
        .split('+')
        .map(|name| Stratum::ALL.into_iter().find(|stratum| stratum.as_str() == name))
        .collect();
    Some(Adjustment::within(&strata?))
}

#[cfg(test)]
mod tests {
    use super::{Value, ValueKind};
    use senlens_compare::{Adjustment, Stratum};

    #[test]
    fn words_read_back_as_they_print() {
        for kind in [
            ValueKind::Coverage,
            ValueKind::GeographicLevel,
            ValueKind::PhaseCut,
            ValueKind::ProvisionCut,
            ValueKind::NeedCut,
            ValueKind::Base,
            ValueKind::Comparator,
            ValueKind::Position,
        ] {
            let words = kind.words().expect("a closed list");
            let read: Vec<Option<Value>> = words.iter().map(|word| kind.parse(word)).collect();
            assert!(read.iter().all(Option::is_some), "{kind:?}: {words:?}");
            assert_eq!(kind.parse("a word of no list"), None);
        }
        let strata = [Stratum::NcYear, Stratum::Sex];
        assert_eq!(
            ValueKind::Adjustment.parse("nc_year+sex"),
            Some(Value::Adjustment(Adjustment::within(&strata)))
        );
        assert_eq!(ValueKind::Adjustment.parse("nc_year+shoe_size"), None);
    }
}
