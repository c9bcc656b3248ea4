//! Table `corrected_prevalence`.

use crate::declare::{Count, Disclosure, Key, Number, Role, Text, Unit, Word};
use crate::table;
use senlens_flags::rules::CorrectedRow;
use senlens_model::NeedCut;

table! {
    /// How many pupils have a need by an audit of records: one row a part or authority and need.
    pub CorrectedPrevalence = "corrected_prevalence" from CorrectedRow, Disclosure::Internal, key |row| &row.key;
    primary_need: Key<NeedCut>, Unit::Code, Role::Key,
        "The need, by census code." => |row| NeedCut::Of(row.need);
    recorded: Count, Unit::Pupils, Role::Events,
        "Pupils recorded with it at the schools judged." => |row| row.recorded;
    pupils: Number, Unit::Pupils, Role::Model, "Pupils estimated to have it." => |row| row.pupils;
    lower: Number, Unit::Pupils, Role::Model, "The lower limit of the estimate." => |row| row.lower;
    upper: Number, Unit::Pupils, Role::Model, "The upper limit of the estimate." => |row| row.upper;
    population: Count, Unit::Pupils, Role::Population,
        "Pupils on roll at the schools judged." => |row| row.population;
    per_hundred: Number, Unit::PerHundred, Role::Model,
        "Pupils estimated in every hundred on roll."
        => |row| (row.population > 0).then(|| 100.0 * row.pupils / row.population as f64);
    per_hundred_lower: Number, Unit::PerHundred, Role::Model,
        "Its lower limit." => |row| (row.population > 0).then(|| 100.0 * row.lower / row.population as f64);
    per_hundred_upper: Number, Unit::PerHundred, Role::Model,
        "Its upper limit." => |row| (row.population > 0).then(|| 100.0 * row.upper / row.population as f64);
    looked_at: Count, Unit::Records, Role::Model, "Records looked at, of any need." => |row| row.looked_at;
    confidence: Number, Unit::Share, Role::Setting,
        "How often such limits hold the truth." => |row| row.confidence;
    wording: Word<Text>, Unit::Sentence, Role::Sentence,
        "The estimate for a reader." => |row| row.wording.as_str();
}
