//! The variations of a verdict, with their names and words.

/// One way to vary a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variation {
    /// As judged.
    AsJudged,
    /// SEN support alone.
    SupportAlone,
    /// Education, health and care plans alone.
    PlansAlone,
    /// Pupils without an assessed or usable code counted as MLD.
    UnassessedAsMld,
    /// Pupils without an assessed or usable code counted as SLCN and SEMH, half each.
    UnassessedAsSlcnAndSemh,
    /// Pupils without an assessed or usable code divided among a school's other needs in proportion.
    UnassessedInProportion,
    /// Without schools that have a unit, resourced provision or provision for MLD.
    WithoutUnits,
    /// ASD and SPLD may be recorded as MLD too.
    WiderDonors,
    /// Without the one school whose loss lowers the probability most.
    WithoutStrongestSchool,
    /// Without the one school whose loss raises it most.
    WithoutWeakestSchool,
    /// A culture of masking thought a third as likely before data.
    StrongerPrior,
    /// A culture of masking thought three times as likely before data.
    WeakerPrior,
    /// Schools thought to differ by a fifth more.
    WiderSpread,
    /// Schools thought to differ by a fifth less.
    NarrowerSpread,
}

impl Variation {
    /// Every variation, in table order.
    pub const ALL: [Self; 14] = [
        Self::AsJudged,
        Self::SupportAlone,
        Self::PlansAlone,
        Self::UnassessedAsMld,
        Self::UnassessedAsSlcnAndSemh,
        Self::UnassessedInProportion,
        Self::WithoutUnits,
        Self::WiderDonors,
        Self::WithoutStrongestSchool,
        Self::WithoutWeakestSchool,
        Self::StrongerPrior,
        Self::WeakerPrior,
        Self::WiderSpread,
        Self::NarrowerSpread,
    ];

    /// As it stands in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AsJudged => "as_judged",
            Self::SupportAlone => "sen_support_alone",
            Self::PlansAlone => "plans_alone",
            Self::UnassessedAsMld => "unassessed_as_mld",
            Self::UnassessedAsSlcnAndSemh => "unassessed_as_slcn_and_semh",
            Self::UnassessedInProportion => "unassessed_in_proportion",
            Self::WithoutUnits => "without_units",
            Self::WiderDonors => "asd_and_spld_among_donors",
            Self::WithoutStrongestSchool => "without_strongest_school",
            Self::WithoutWeakestSchool => "without_weakest_school",
            Self::StrongerPrior => "masking_less_likely_beforehand",
            Self::WeakerPrior => "masking_likelier_beforehand",
            Self::WiderSpread => "schools_differ_more",
            Self::NarrowerSpread => "schools_differ_less",
        }
    }

    /// In words, for a reader.
    pub const fn words(self) -> &'static str {
        match self {
            Self::AsJudged => "as judged",
            Self::SupportAlone => "on SEN support alone",
            Self::PlansAlone => "on education, health and care plans alone",
            Self::UnassessedAsMld => "with pupils without an assessed need counted as MLD",
            Self::UnassessedAsSlcnAndSemh => "with pupils without an assessed need counted as SLCN and SEMH",
            Self::UnassessedInProportion => "with pupils without an assessed need divided in proportion",
            Self::WithoutUnits => "without schools that have a unit or resourced provision",
            Self::WiderDonors => "with ASD and SPLD among the needs that may be recorded as MLD",
            Self::WithoutStrongestSchool => "without the school most strongly for it",
            Self::WithoutWeakestSchool => "without the school most strongly against it",
            Self::StrongerPrior => "with masking thought a third as likely beforehand",
            Self::WeakerPrior => "with masking thought three times as likely beforehand",
            Self::WiderSpread => "with schools thought to differ by a fifth more",
            Self::NarrowerSpread => "with schools thought to differ by a fifth less",
        }
    }
}
