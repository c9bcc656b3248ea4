//! What is known of pupils beyond their counts: steps between censuses, plans, audits, marks.

use crate::joint::EVIDENCE_KINDS;
use senlens_model::{
    AuditedRecords, DiscordanceCount, MarkCount, Need, Provision, SenState, TransitionCount,
};

/// What is known of pupils beyond their counts, and which of it the model uses.
#[derive(Debug, Clone, Copy)]
pub struct PupilEvidence<'a> {
    /// Steps between censuses.
    pub transitions: &'a [TransitionCount],
    /// What plans name for pupils of each state at the census before.
    pub discordance: &'a [DiscordanceCount],
    /// What an audit found.
    pub audited: &'a [AuditedRecords],
    /// Pupils with a mark, where the caller counts them: for the proxies alone.
    pub marks: &'a [MarkCount],
    /// Which kinds enter the model, in the order of [`EvidenceKind::ALL`](crate::joint::EvidenceKind::ALL).
    pub kinds: [bool; EVIDENCE_KINDS],
}

impl Default for PupilEvidence<'_> {
    /// Nothing known, and every kind switched on.
    fn default() -> Self {
        Self {
            transitions: &[],
            discordance: &[],
            audited: &[],
            marks: &[],
            kinds: [true; EVIDENCE_KINDS],
        }
    }
}

/// Whether a need is one that masking hides.
pub(crate) fn is_hidden(need: Need) -> bool {
    matches!(need, Need::Slcn | Need::Semh)
}

/// The provision and need of a state with one.
pub(crate) fn recorded(state: SenState) -> Option<(Provision, Need)> {
    match state {
        SenState::SenSupport(need) => Some((Provision::SenSupport, need?)),
        SenState::Plan(need) => Some((Provision::Plan, need?)),
        SenState::NotOnRoll | SenState::NoSen | SenState::NotStated => None,
    }
}
