//! The unit of a column.

/// What a column's figures or words are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// A code of a list.
    Code,
    /// A name.
    Name,
    /// A sentence.
    Sentence,
    /// A date, as 2026-01-31.
    Date,
    /// Pupils.
    Pupils,
    /// Records of pupils.
    Records,
    /// Schools.
    Schools,
    /// Local authorities.
    Authorities,
    /// Years.
    Years,
    /// Pupils in every hundred.
    PerHundred,
    /// Pupils in every thousand.
    PerThousand,
    /// Points of a share in hundred.
    PercentagePoints,
    /// A figure over another of the same unit.
    Ratio,
    /// A share, 0 to 1.
    Share,
    /// A probability, 0 to 1.
    Probability,
    /// Standard errors.
    StandardErrors,
    /// A difference on the scale of log odds.
    LogOdds,
    /// A place in an order, 1 the highest.
    Rank,
    /// A figure without a unit, which orders rows.
    Score,
}

impl Unit {
    /// As it stands in schemas.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Name => "name",
            Self::Sentence => "sentence",
            Self::Date => "date",
            Self::Pupils => "pupils",
            Self::Records => "records",
            Self::Schools => "schools",
            Self::Authorities => "local authorities",
            Self::Years => "years",
            Self::PerHundred => "per hundred",
            Self::PerThousand => "per thousand",
            Self::PercentagePoints => "percentage points",
            Self::Ratio => "ratio",
            Self::Share => "share, 0 to 1",
            Self::Probability => "probability, 0 to 1",
            Self::StandardErrors => "standard errors",
            Self::LogOdds => "log odds",
            Self::Rank => "rank, 1 the highest",
            Self::Score => "score",
        }
    }
}
