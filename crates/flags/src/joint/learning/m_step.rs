//! The M step: moves the parameters towards the schools' posteriors. Here the spread of effects, the weights of scales
//! and hypotheses, and a shift common to all authorities; [`super::means`] has the means.

use super::e_step::SchoolPosterior;
use crate::joint::hypothesis::{Donors, Hypotheses};
use crate::joint::matrix::Matrix;
use crate::joint::parameters::{Parameters, SCALE_PRIOR};
use crate::joint::prepared::PreparedSchool;
use crate::joint::prior::{self, PHASES};
use crate::joint::school::{GROUPS, PROVISIONS};
use senlens_stats::matrix::Cholesky;

/// Schools the weights of the scales count for before data.
pub(in crate::joint) const SCALE_PSEUDO_COUNT: f64 = 50.0;
/// Schools the weights of the hypotheses other than masking count for before data, by provision.
pub(in crate::joint) const HYPOTHESIS_PSEUDO_COUNT: [f64; PROVISIONS] = [200.0, 50.0, 50.0];
/// Schools the weights of the sizes of masking count for before data.
pub(in crate::joint) const MASKING_PSEUDO_COUNT: f64 = 60.0;

/// Which parameters an M step updates, beside the spread of effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::joint) enum UpdateScope {
    /// Means of authorities and districts and their spread: all schools are taken as ordinary.
    Ordinary,
    /// Weights of scales and hypotheses, and a shift of means common to all authorities: for a sample of schools,
    /// too few to say much of any one authority.
    Sample,
    /// Weights, means and their spread.
    Everything,
    /// Means of authorities and districts alone.
    Means,
}

/// How one M step is taken.
#[derive(Debug, Clone, Copy)]
pub(in crate::joint) struct MStepOptions {
    /// Schools the assumed spread of school effects counts for.
    pub(in crate::joint) effect_pseudo_count: f64,
    /// Spread of the assumed effects (1 as shipped).
    pub(in crate::joint) spread: f64,
    /// How far to go beyond the plain step in the spread of effects (1 is plain).
    pub(in crate::joint) overrelaxation: f64,
    /// Which parameters are updated.
    pub(in crate::joint) scope: UpdateScope,
}

impl MStepOptions {
    /// Means of authorities and districts alone.
    pub(in crate::joint) const MEANS_ALONE: Self = Self {
        effect_pseudo_count: 0.0,
        spread: 1.0,
        overrelaxation: 1.0,
        scope: UpdateScope::Means,
    };
}

impl Parameters {
    /// Moves the parameters in scope towards the posteriors of the schools.
    pub(in crate::joint) fn m_step(
        &mut self,
        schools: &[PreparedSchool],
        posteriors: &[SchoolPosterior],
        options: MStepOptions,
    ) {
        if options.scope != UpdateScope::Means {
            self.update_effect_covariance(schools, posteriors, options);
        }
        match options.scope {
            UpdateScope::Ordinary => self.update_means(schools, posteriors, true),
            UpdateScope::Sample => {
                self.update_weights(schools, posteriors);
                self.update_common_shift(schools, posteriors);
            }
            UpdateScope::Everything => {
                self.update_weights(schools, posteriors);
                self.update_means(schools, posteriors, true);
            }
            UpdateScope::Means => self.update_means(schools, posteriors, false),
        }
    }

    fn update_effect_covariance(
        &mut self,
        schools: &[PreparedSchool],
        posteriors: &[SchoolPosterior],
        options: MStepOptions,
    ) {
        let before = prior::effect_covariance(options.spread);
        for phase in 0..PHASES {
            let mut sum = before.map(|row| row.map(|value| value * options.effect_pseudo_count));
            let mut pseudo_count = options.effect_pseudo_count;
            for (_, posterior) in schools
                .iter()
                .zip(posteriors)
                .filter(|(school, _)| school.phase == phase)
            {
                pseudo_count += 1.0;
                for (row, seen) in sum.iter_mut().zip(&posterior.second_moment) {
                    for (value, addition) in row.iter_mut().zip(seen) {
                        *value += addition;
                    }
                }
            }
            let plain = sum.map(|row| row.map(|value| value / pseudo_count));
            let beyond: Matrix = std::array::from_fn(|row| {
                std::array::from_fn(|column| {
                    let old = self.effects[phase][row][column];
                    old + options.overrelaxation * (plain[row][column] - old)
                })
            });
            let safe = Cholesky::of(&beyond).is_ok()
                && (0..GROUPS).all(|group| beyond[group][group] > 0.3 * plain[group][group]);
            self.effects[phase] = if safe { beyond } else { plain };
        }
    }

    fn update_weights(&mut self, schools: &[PreparedSchool], posteriors: &[SchoolPosterior]) {
        let mut scale = SCALE_PRIOR.map(|weight| weight * SCALE_PSEUDO_COUNT);
        let before = Hypotheses::new(Donors::SlcnAndSemh);
        let same_list = before.all.len() == self.hypotheses.all.len();
        let mut weight: [Vec<f64>; PROVISIONS] = std::array::from_fn(|provision| {
            let source = if same_list {
                &before.weight[provision]
            } else {
                &self.hypotheses.weight[provision]
            };
            source
                .iter()
                .enumerate()
                .map(|(place, weight)| {
                    let pseudo_count = if self.hypotheses.is_masking(place) {
                        MASKING_PSEUDO_COUNT
                    } else {
                        HYPOTHESIS_PSEUDO_COUNT[provision]
                    };
                    weight * pseudo_count
                })
                .collect()
        });
        for (school, posterior) in schools.iter().zip(posteriors) {
            let masking = posterior.masking(self.area_share[school.area]);
            for (sum, seen) in scale.iter_mut().zip(posterior.scale) {
                *sum += seen;
            }
            for (place, within) in posterior.within.iter().enumerate() {
                if self.hypotheses.is_masking(place) {
                    // How much a masked school moves is learned over all kinds of provision.
                    for list in &mut weight {
                        list[place] += within * masking;
                    }
                } else {
                    weight[school.provision as usize][place] += within * (1.0 - masking);
                }
            }
        }
        let total: f64 = scale.iter().sum();
        self.scale_weight = scale.map(|sum| sum / total);
        self.hypotheses.weight = weight;
        self.hypotheses.normalise();
    }

    /// Moves the means of all authorities together.
    fn update_common_shift(&mut self, schools: &[PreparedSchool], posteriors: &[SchoolPosterior]) {
        for phase in 0..PHASES {
            let mut gradient = [0.0; GROUPS];
            // A weak prior at the present means keeps the information positive definite.
            let mut information: Matrix =
                std::array::from_fn(|row| std::array::from_fn(|column| f64::from(u8::from(row == column))));
            for (_, posterior) in schools
                .iter()
                .zip(posteriors)
                .filter(|(school, _)| school.phase == phase)
            {
                for row in 0..GROUPS {
                    gradient[row] += posterior.gradient[row];
                    for column in 0..GROUPS {
                        information[row][column] += posterior.information[row][column];
                    }
                }
            }
            let Ok(factorised) = Cholesky::of(&information) else {
                continue;
            };
            let step = factorised.solve(&gradient);
            for means in self
                .authority
                .iter_mut()
                .map(|means| &mut means[phase])
                .chain([&mut self.national[phase]])
            {
                for (mean, move_by) in means.iter_mut().zip(step) {
                    *mean += move_by.clamp(-0.3, 0.3);
                }
            }
        }
    }
}
