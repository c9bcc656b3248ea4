//! The role of a column: what it has to do with counts of pupils. What the gate does with a column follows from it.

/// What a column has to do with counts of pupils.
///
/// The gate matches on every variant and has no default: a new role does not compile before each decision of the gate
/// covers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Says what the row is about. It depends on no count and is always shown.
    Key,
    /// Chosen before any count was seen, such as a confidence, or a number of schools or years. It is always shown.
    Setting,
    /// Pupils counted. Withheld with that count, rounded with it.
    Events,
    /// The pupils among whom they are counted. Withheld with that count, rounded with it.
    Population,
    /// Pupils expected at the rate of a comparator. Withheld where the base or the comparator's counts are; changes in
    /// proportion where the base is rounded.
    Expected,
    /// Made from figures of its own row. Withheld with any of them; made again from rounded ones.
    Derived(Recipe),
    /// How much the units of a level differ. Withheld with any count of any unit.
    Dispersion,
    /// Rests on how much the units of a level differ, or on all of them. Withheld with any count of any unit.
    Spread,
    /// A word that rests on how much the units of a level differ. Withheld where too few of them are withheld to hide
    /// each other.
    Position,
    /// A figure of a rule or model, made from every count that it reads. Withheld with any of them, else rounded to the
    /// decimals of the policy.
    Model,
    /// A rule's word, such as its level. Withheld with any count that the rule reads.
    Verdict,
    /// A sentence that quotes counts. Withheld with any of them, and where counts are rounded.
    Sentence,
    /// No rule says what it tells of counts. It does not leave a suppressed run.
    Internal,
}

/// How a figure is made from its row, so that it can be made again from rounded counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recipe {
    /// 100 times events over population.
    EventsPerHundred,
    /// Events over expected.
    EventsOverExpected,
    /// No recipe from the row's figures alone: withheld where counts are rounded.
    NotFromTheRow,
}

impl Role {
    /// As it stands in schemas.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Setting => "setting",
            Self::Events => "events",
            Self::Population => "population",
            Self::Expected => "expected",
            Self::Derived(_) => "derived",
            Self::Dispersion => "dispersion",
            Self::Spread => "spread",
            Self::Position => "position",
            Self::Model => "model",
            Self::Verdict => "verdict",
            Self::Sentence => "sentence",
            Self::Internal => "internal",
        }
    }
}
