//! Table `change`.

use crate::declare::{Disclosure, Key, Number, Role, Text, Unit, Word};
use crate::table;
use senlens_flags::Level;
use senlens_flags::rules::ChangeRow;
use senlens_model::{AcademicYear, Date};

table! {
    /// What changed since an earlier census, and what only looks changed: one row a part or authority and earlier census.
    pub Change = "change" from ChangeRow, Disclosure::Internal, key |row| &row.key;
    since: Key<AcademicYear>, Unit::Code, Role::Key,
        "The earlier census; `time_period` is the later." => |row| row.since;
    action_date: Key<Option<Date>>, Unit::Date, Role::Key,
        "The date of an action, where the earlier census is the last before it."
        => |row| row.action_date;
    level_before: Word<Level>, Unit::Code, Role::Verdict,
        "The level of the earlier census." => |row| row.levels[0];
    level: Word<Level>, Unit::Code, Role::Verdict, "The level of the later census." => |row| row.levels[1];
    probability_before: Number, Unit::Probability, Role::Model,
        "The probability of masking at the earlier census." => |row| row.probabilities[0];
    probability: Number, Unit::Probability, Role::Model,
        "The probability of masking at the later census." => |row| row.probabilities[1];
    recorded: Number, Unit::PerThousand, Role::Model,
        "The change of pupils recorded with MLD in every thousand on roll: the sum of the next four."
        => |row| row.change.recorded;
    national_drift: Number, Unit::PerThousand, Role::Model,
        "The part that the whole country changed." => |row| row.change.national_drift;
    mix: Number, Unit::PerThousand, Role::Model,
        "The part of schools and year groups that came and went." => |row| row.change.mix;
    regression_to_the_mean: Number, Unit::PerThousand, Role::Model,
        "The part of an unusual year that is followed by a usual one."
        => |row| row.change.regression_to_the_mean;
    own: Number, Unit::PerThousand, Role::Model, "The place's own change." => |row| row.change.own.difference;
    own_lower: Number, Unit::PerThousand, Role::Model, "Its lower limit (90%)." => |row| row.change.own.lower;
    own_upper: Number, Unit::PerThousand, Role::Model, "Its upper limit (90%)." => |row| row.change.own.upper;
    displaced_per_thousand: Number, Unit::PerThousand, Role::Model,
        "The change of pupils displaced in every thousand on roll."
        => |row| row.change.displaced_per_thousand.difference;
    displaced_lower: Number, Unit::PerThousand, Role::Model,
        "Its lower limit (90%)." => |row| row.change.displaced_per_thousand.lower;
    displaced_upper: Number, Unit::PerThousand, Role::Model,
        "Its upper limit (90%)." => |row| row.change.displaced_per_thousand.upper;
    masked_share: Number, Unit::Share, Role::Model,
        "The change of the share of the place's schools that mask."
        => |row| row.change.masked_share.difference;
    masked_share_lower: Number, Unit::Share, Role::Model,
        "Its lower limit (90%)." => |row| row.change.masked_share.lower;
    masked_share_upper: Number, Unit::Share, Role::Model,
        "Its upper limit (90%)." => |row| row.change.masked_share.upper;
    reference: Key<Text>, Unit::Code, Role::Key,
        "Whose rate is taken for the national one." => |row| row.reference;
    mix_of: Key<Text>, Unit::Code, Role::Key,
        "What the mix allows for: `phase`, or `phase+nc_year`."
        => |row| if row.by_year_group { "phase+nc_year" } else { "phase" };
    wording: Word<Text>, Unit::Sentence, Role::Sentence,
        "The change for a reader." => |row| row.wording.as_str();
}
