//! The sums between counts that any reader knows.

use crate::count::{Count, CountKey};
use crate::evidence::{Knowledge, Known};
use crate::places::{PlaceCode, Places};
use senlens_model::{Coverage, GeographicLevel, Need, NeedCut, Phase, PhaseCut, ProvisionCut};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Counts, what is known of each, and the sums between them.
#[derive(Debug)]
pub(crate) struct System {
    pub(crate) keys: Vec<CountKey>,
    pub(crate) low: Vec<f64>,
    pub(crate) high: Vec<f64>,
    /// Bounds as told, before any were drawn from sums.
    pub(crate) told_low: Vec<f64>,
    pub(crate) told_high: Vec<f64>,
    /// Whether a table withholds it.
    pub(crate) withheld: Vec<bool>,
    /// Each a list of counts with signs, whose sum is zero.
    pub(crate) equations: Vec<Vec<(usize, f64)>>,
    /// A count of each sum that the shown counts contradict: these were left out.
    pub(crate) contradicted: Vec<CountKey>,
    index: HashMap<CountKey, usize>,
}

/// One place, year, phase and universe: what a block of rows is about.
type Spot = (String, PlaceCode, PhaseCut, Option<Coverage>);

fn spot_of(key: &CountKey) -> Spot {
    (
        key.time_period.clone(),
        (key.level, key.code.clone()),
        key.phase,
        key.coverage,
    )
}

fn key_at(spot: &Spot, provision: ProvisionCut, count: Count) -> CountKey {
    CountKey {
        time_period: spot.0.clone(),
        level: spot.1.0,
        code: spot.1.1.clone(),
        phase: spot.2,
        coverage: spot.3,
        provision,
        count,
    }
}

impl System {
    /// Builds the system. `shows` says whether what a table shows of a count is to be used.
    pub(crate) fn new(
        knowledge: &Knowledge,
        places: &Places,
        shows: impl Fn(&CountKey, &Known) -> bool,
    ) -> Self {
        let mut system = Self {
            keys: Vec::new(),
            low: Vec::new(),
            high: Vec::new(),
            told_low: Vec::new(),
            told_high: Vec::new(),
            withheld: Vec::new(),
            equations: Vec::new(),
            contradicted: Vec::new(),
            index: HashMap::new(),
        };
        for (key, known) in knowledge {
            let at = system.unknown(key.clone());
            system.withheld[at] = known.withheld;
            if shows(key, known) {
                (system.low[at], system.high[at]) = (known.low, known.high);
            }
        }
        let mut spots: BTreeMap<Spot, BTreeSet<(ProvisionCut, Count)>> = BTreeMap::new();
        for key in knowledge.keys() {
            spots
                .entry(spot_of(key))
                .or_default()
                .insert((key.provision, key.count));
        }
        let of_schools: BTreeSet<Count> = spots
            .iter()
            .filter(|(spot, _)| spot.1.0 == GeographicLevel::School)
            .flat_map(|(_, counts)| counts.iter().map(|(_, count)| *count))
            .collect();
        let complete = needs_are_complete(knowledge, &spots);
        for (spot, counts) in &spots {
            system.needs_sum(spot, counts, &of_schools, complete);
        }
        // With the needs that schools leave out, entered just now.
        for spot in spots.keys() {
            system.provisions_sum(spot);
            system.within_roll(spot);
        }
        system.phases_sum(&spots);
        system.places_sum(&spots, places);
        system.leave_out_contradictions();
        system
    }

    /// Keeps the bounds as they are now: those drawn from sums later say nothing that the sums do not.
    pub(crate) fn remember_told(&mut self) {
        self.told_low = self.low.clone();
        self.told_high = self.high.clone();
    }

    /// Where a count stands; one that is in no table is unknown.
    fn unknown(&mut self, key: CountKey) -> usize {
        if let Some(at) = self.index.get(&key) {
            return *at;
        }
        let at = self.keys.len();
        self.index.insert(key.clone(), at);
        self.keys.push(key);
        self.low.push(0.0);
        self.high.push(f64::INFINITY);
        self.withheld.push(false);
        at
    }

    /// Where a count stands, if the system has it.
    pub(crate) fn find(&self, key: &CountKey) -> Option<usize> {
        self.index.get(key).copied()
    }

    /// A number of pupils that belongs to one inequality alone.
    fn slack(&mut self, near: &CountKey) -> usize {
        let at = self.keys.len();
        self.keys.push(near.of(Count::Rest));
        self.low.push(0.0);
        self.high.push(f64::INFINITY);
        self.withheld.push(false);
        at
    }

    /// Needs sum to all pupils at the provision; what a school's rows leave out is one unknown.
    fn needs_sum(
        &mut self,
        spot: &Spot,
        counts: &BTreeSet<(ProvisionCut, Count)>,
        of_schools: &BTreeSet<Count>,
        complete: bool,
    ) {
        let is_school = spot.1.0 == GeographicLevel::School;
        for provision in ProvisionCut::ALL {
            let total = key_at(spot, provision, Count::Need(NeedCut::Total));
            let needs: Vec<Need> = counts
                .iter()
                .filter_map(|(at, count)| match count {
                    Count::Need(NeedCut::Of(need)) if *at == provision => Some(*need),
                    _ => None,
                })
                .collect();
            if needs.is_empty() || !counts.contains(&(provision, Count::Need(NeedCut::Total))) {
                continue;
            }
            let of = |need: &Need| total.of(Count::Need(NeedCut::Of(*need)));
            let (carried, left): (Vec<&Need>, Vec<&Need>) = needs
                .iter()
                .partition(|need| is_school || of_schools.contains(&Count::Need(NeedCut::Of(**need))));
            let total_at = self.unknown(total.clone());
            let rest = self.unknown(total.of(Count::Rest));
            let mut sum = vec![(total_at, -1.0), (rest, 1.0)];
            sum.extend(carried.iter().map(|need| (self.unknown(of(need)), 1.0)));
            self.equations.push(sum);
            if !is_school {
                let mut of_rest = vec![(rest, -1.0)];
                of_rest.extend(left.iter().map(|need| (self.unknown(of(need)), 1.0)));
                if !complete {
                    of_rest.push((self.slack(&total), 1.0));
                }
                self.equations.push(of_rest);
            }
            if counts.contains(&(provision, Count::WithNeed)) {
                let with_need = self.unknown(total.of(Count::WithNeed));
                let untyped: Vec<Need> = needs.iter().copied().filter(|need| !need.is_type()).collect();
                let mut parts = vec![(total_at, -1.0), (with_need, 1.0)];
                parts.extend(untyped.iter().map(|need| (self.unknown(of(need)), 1.0)));
                if is_school || !complete {
                    parts.push((self.slack(&total), 1.0));
                }
                self.equations.push(parts);
                if is_school {
                    let mut typed = vec![(with_need, -1.0), (self.slack(&total), 1.0)];
                    typed.extend(
                        needs
                            .iter()
                            .filter(|need| need.is_type())
                            .map(|need| (self.unknown(of(need)), 1.0)),
                    );
                    self.equations.push(typed);
                }
            }
        }
    }

    /// SEN support and plans sum to both together.
    fn provisions_sum(&mut self, spot: &Spot) {
        let needs = Need::ALL.into_iter().map(|need| Count::Need(NeedCut::Of(need)));
        for count in needs.chain([Count::Need(NeedCut::Total), Count::WithNeed, Count::Rest]) {
            let keys = [ProvisionCut::SenSupport, ProvisionCut::Plan, ProvisionCut::Total]
                .map(|provision| key_at(spot, provision, count));
            if keys.iter().filter(|key| self.find(key).is_some()).count() >= 2 {
                let [support, plan, both] = keys.map(|key| self.unknown(key));
                self.equations
                    .push(vec![(support, 1.0), (plan, 1.0), (both, -1.0)]);
            }
        }
    }

    /// No more pupils have SEN than are on roll.
    fn within_roll(&mut self, spot: &Spot) {
        let roll = key_at(spot, ProvisionCut::Total, Count::Roll);
        let all = key_at(spot, ProvisionCut::Total, Count::Need(NeedCut::Total));
        if let (Some(roll), Some(with_sen)) = (self.find(&roll), self.find(&all)) {
            let without = self.slack(&all);
            self.equations
                .push(vec![(roll, -1.0), (with_sen, 1.0), (without, 1.0)]);
        }
    }

    /// Every count of a spot that the system knows, in order.
    fn counts_at(&self, spot: &Spot) -> Vec<CountKey> {
        let needs = Need::ALL.into_iter().map(|need| Count::Need(NeedCut::Of(need)));
        let counts: Vec<Count> = needs
            .chain([
                Count::Need(NeedCut::Total),
                Count::WithNeed,
                Count::Rest,
                Count::Roll,
            ])
            .collect();
        let mut keys = Vec::new();
        for provision in ProvisionCut::ALL {
            for count in &counts {
                let key = key_at(spot, provision, *count);
                if self.find(&key).is_some() {
                    keys.push(key);
                }
            }
        }
        keys
    }

    /// Phases sum to all phases, in each universe.
    fn phases_sum(&mut self, spots: &BTreeMap<Spot, BTreeSet<(ProvisionCut, Count)>>) {
        let totals = spots
            .keys()
            .filter(|spot| spot.2 == PhaseCut::Total && spot.1.0 != GeographicLevel::School);
        for spot in totals {
            let coverage = spot.3.unwrap_or(Coverage::StateFunded);
            let phases: Vec<Spot> = Phase::ALL
                .into_iter()
                .filter(|phase| coverage.counts(*phase))
                .map(|phase| (spot.0.clone(), spot.1.clone(), PhaseCut::Of(phase), None))
                .filter(|of_phase| spots.contains_key(of_phase))
                .collect();
            if phases.is_empty() {
                continue;
            }
            for total in self.counts_at(spot) {
                let at = self.unknown(total.clone());
                let mut sum = vec![(at, -1.0)];
                for phase in &phases {
                    sum.push((self.unknown(key_at(phase, total.provision, total.count)), 1.0));
                }
                self.equations.push(sum);
            }
        }
    }

    /// Places sum to the place they lie in.
    fn places_sum(&mut self, spots: &BTreeMap<Spot, BTreeSet<(ProvisionCut, Count)>>, places: &Places) {
        let mut children: BTreeMap<&PlaceCode, Vec<&PlaceCode>> = BTreeMap::new();
        for (place, parent) in places.parents() {
            children.entry(parent).or_default().push(place);
        }
        let mut phase_of_school: BTreeMap<(&str, &PlaceCode), PhaseCut> = BTreeMap::new();
        let mut has_rows: BTreeSet<(&str, &PlaceCode)> = BTreeSet::new();
        for spot in spots.keys() {
            has_rows.insert((&spot.0, &spot.1));
            if spot.1.0 == GeographicLevel::School {
                phase_of_school.insert((&spot.0, &spot.1), spot.2);
            }
        }
        for spot in spots.keys() {
            let Some(children) = children.get(&spot.1) else {
                continue;
            };
            let mut parts: Vec<Spot> = Vec::new();
            for child in children {
                if !has_rows.contains(&(spot.0.as_str(), *child)) {
                    continue;
                }
                if child.0 == GeographicLevel::School {
                    let phase = phase_of_school[&(spot.0.as_str(), *child)];
                    let counted = match (spot.2, phase) {
                        (PhaseCut::Total, PhaseCut::Of(phase)) => {
                            spot.3.unwrap_or(Coverage::StateFunded).counts(phase)
                        }
                        (cut, phase) => cut == phase,
                    };
                    if counted {
                        parts.push((spot.0.clone(), (*child).clone(), phase, None));
                    }
                } else {
                    let part = (spot.0.clone(), (*child).clone(), spot.2, spot.3);
                    if spots.contains_key(&part) {
                        parts.push(part);
                    }
                }
            }
            if parts.is_empty() {
                continue;
            }
            for whole in self.counts_at(spot) {
                // A need that schools leave out is summed within the rest.
                let known_below = parts
                    .iter()
                    .any(|part| self.find(&key_at(part, whole.provision, whole.count)).is_some());
                if !known_below {
                    continue;
                }
                let mut sum = vec![(self.unknown(whole.clone()), -1.0)];
                for part in &parts {
                    sum.push((self.unknown(key_at(part, whole.provision, whole.count)), 1.0));
                }
                self.equations.push(sum);
            }
        }
    }

    /// A sum that what is shown contradicts tells the reader nothing.
    fn leave_out_contradictions(&mut self) {
        let (low, high) = (&self.low, &self.high);
        let mut contradicted = Vec::new();
        self.equations.retain(|equation| {
            let ends = equation.iter().fold((0.0, 0.0), |(least, most), (at, sign)| {
                let (a, b) = (low[*at] * sign, high[*at] * sign);
                (least + f64::min(a, b), most + f64::max(a, b))
            });
            let holds = ends.0 <= 1e-6 && ends.1 >= -1e-6;
            if let (false, Some((at, _))) = (holds, equation.first()) {
                contradicted.push(self.keys[*at].clone());
            }
            holds
        });
        self.contradicted = contradicted;
    }
}

/// Whether the needs of areas sum to their totals wherever all are shown.
fn needs_are_complete(
    knowledge: &Knowledge,
    spots: &BTreeMap<Spot, BTreeSet<(ProvisionCut, Count)>>,
) -> bool {
    let mut checked = 0;
    for (spot, counts) in spots {
        if spot.1.0 == GeographicLevel::School {
            continue;
        }
        for provision in ProvisionCut::ALL {
            let exact = |count: Count| {
                let known = knowledge.get(&key_at(spot, provision, count))?;
                known.is_exact().then_some(known.low)
            };
            let needs: Option<Vec<f64>> = counts
                .iter()
                .filter(|(at, count)| *at == provision && matches!(count, Count::Need(NeedCut::Of(_))))
                .map(|(_, count)| exact(*count))
                .collect();
            if let (Some(needs), Some(total)) = (needs, exact(Count::Need(NeedCut::Total)))
                && !needs.is_empty()
            {
                if (needs.iter().sum::<f64>() - total).abs() > 1e-6 {
                    return false;
                }
                checked += 1;
            }
        }
    }
    checked > 0
}
