//! Table `sensitivity`.

use crate::declare::{Count, Disclosure, Key, Number, Role, Text, Unit, Word};
use crate::table;
use senlens_flags::Level;
use senlens_flags::joint::Variation;
use senlens_flags::rules::SensitivityFinding;

table! {
    /// The verdict on a place as what it rests on is varied: one row a part or authority and variation.
    pub Sensitivity = "sensitivity" from SensitivityFinding, Disclosure::Internal, key |row| &row.key;
    variation: Key<Variation>, Unit::Code, Role::Key, "What is varied." => |row| row.variation;
    level: Word<Level>, Unit::Code, Role::Verdict, "The level that follows." => |row| row.level;
    probability: Number, Unit::Probability, Role::Model,
        "The probability of masking that follows." => |row| row.probability;
    schools: Count, Unit::Schools, Role::Setting, "Schools judged." => |row| row.schools;
    displaced_pupils: Number, Unit::Pupils, Role::Model, "Pupils displaced." => |row| row.displaced.pupils;
    displaced_lower: Number, Unit::Pupils, Role::Model, "Its lower limit (90%)." => |row| row.displaced.lower;
    displaced_upper: Number, Unit::Pupils, Role::Model, "Its upper limit (90%)." => |row| row.displaced.upper;
    left_out: Word<Text>, Unit::Code, Role::Verdict,
        "The URN of the school left out, where one is." => |row| row.left_out.as_deref().unwrap_or_default();
    wording: Word<Text>, Unit::Sentence, Role::Sentence,
        "On the first row of a place, what would have to be true for its verdict to change."
        => |row| row.wording.as_str();
}
