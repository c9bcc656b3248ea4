//! Table `audit_plan`.

use crate::declare::{Count, Disclosure, Key, Number, Role, Text, Unit, Word};
use crate::table;
use senlens_flags::rules::AuditPlanRow;
use senlens_model::AuditedNeed;

table! {
    /// How many records to look at, and where: one row a school, provision and recorded need, and one a recorded need for all.
    pub AuditPlan = "audit_plan" from AuditPlanRow, Disclosure::Internal, key |row| &row.key;
    recorded: Key<AuditedNeed>, Unit::Code, Role::Key, "The need recorded." => |row| row.recorded;
    group: Word<Text>, Unit::Code, Role::Verdict,
        "How likely masking is at the school: `red`, `amber`, `possible` or `rest`; `all` for all schools together."
        => |row| row.group;
    held: Count, Unit::Records, Role::Events, "Records held." => |row| row.held;
    to_look_at: Count, Unit::Records, Role::Model,
        "Records to look at, drawn at random from those held." => |row| row.to_look_at;
    margin: Number, Unit::Share, Role::Model,
        "For all schools together: expected half-width of the 95% interval of the share miscoded."
        => |row| row.margin;
    wording: Word<Text>, Unit::Sentence, Role::Sentence,
        "The plan for a reader." => |row| row.wording.as_str();
}
