//! How common each explanation is, how schools spread, and the order of one round of learning: expectation
//! maximisation, the expectations by Laplace's method.

use super::hypothesis::Hypotheses;
use super::look::Look;
use super::matrix::{self, Matrix};
use super::parameters::{Parameters, Prepared, SCALE_BEFORE};
use super::prior::{self, PHASES};
use super::school::{GROUPS, PROVISIONS};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
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

/// One step of learning from looks at all schools.
#[derive(Debug, Clone, Copy)]
pub(super) struct Learning {
    /// How many schools the assumed spread of school effects counts for.
    pub(super) effect_worth: f64,
    /// Spread of the assumed effects (1 as shipped).
    pub(super) spread: f64,
    /// How far to go beyond the plain step in the spread of effects (1 is plain).
    pub(super) stride: f64,
    /// What is learned beside the spread of effects.
    pub(super) reach: Reach,
}

impl Parameters {
    /// Moves every parameter towards the schools looked at.
    pub(super) fn learn(&mut self, schools: &[Prepared], looks: &[Look], learning: Learning) {
        if learning.reach != Reach::Means {
            self.learn_effects(schools, looks, learning);
        }
        match learning.reach {
            Reach::Ordinary => self.learn_means(schools, looks, true),
            Reach::Sample => {
                self.learn_weights(schools, looks);
                self.learn_shift(schools, looks);
            }
            Reach::Everything => {
                self.learn_weights(schools, looks);
                self.learn_means(schools, looks, true);
            }
            Reach::Means => self.learn_means(schools, looks, false),
        }
    }

    fn learn_effects(&mut self, schools: &[Prepared], looks: &[Look], learning: Learning) {
        let before = prior::effect_covariance(learning.spread);
        for phase in 0..PHASES {
            let mut sum = before.map(|row| row.map(|value| value * learning.effect_worth));
            let mut worth = learning.effect_worth;
            for (_, look) in schools
                .iter()
                .zip(looks)
                .filter(|(school, _)| school.phase == phase)
            {
                worth += 1.0;
                for (row, seen) in sum.iter_mut().zip(&look.second) {
                    for (value, addition) in row.iter_mut().zip(seen) {
                        *value += addition;
                    }
                }
            }
            let plain = sum.map(|row| row.map(|value| value / worth));
            let beyond: Matrix = std::array::from_fn(|row| {
                std::array::from_fn(|column| {
                    let old = self.effects[phase][row][column];
                    old + learning.stride * (plain[row][column] - old)
                })
            });
            let safe = matrix::root(&beyond).is_some()
                && (0..GROUPS).all(|group| beyond[group][group] > 0.3 * plain[group][group]);
            self.effects[phase] = if safe { beyond } else { plain };
        }
    }

    fn learn_weights(&mut self, schools: &[Prepared], looks: &[Look]) {
        const SCALE_WORTH: f64 = 50.0;
        const HYPOTHESIS_WORTH: [f64; PROVISIONS] = [200.0, 50.0, 50.0];
        const MASKING_WORTH: f64 = 60.0;
        let mut scale = SCALE_BEFORE.map(|weight| weight * SCALE_WORTH);
        let before = Hypotheses::new(super::hypothesis::Donors::SlcnAndSemh);
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
                    let worth = if self.hypotheses.is_masking(place) {
                        MASKING_WORTH
                    } else {
                        HYPOTHESIS_WORTH[provision]
                    };
                    weight * worth
                })
                .collect()
        });
        for (school, look) in schools.iter().zip(looks) {
            let masking = look.masking(self.area_share[school.area]);
            for (sum, seen) in scale.iter_mut().zip(look.scale) {
                *sum += seen;
            }
            for (place, within) in look.within.iter().enumerate() {
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
    fn learn_shift(&mut self, schools: &[Prepared], looks: &[Look]) {
        for phase in 0..PHASES {
            let mut gradient = [0.0; GROUPS];
            // A weak pull to where they are keeps the information positive definite.
            let mut information: Matrix =
                std::array::from_fn(|row| std::array::from_fn(|column| f64::from(u8::from(row == column))));
            for (_, look) in schools
                .iter()
                .zip(looks)
                .filter(|(school, _)| school.phase == phase)
            {
                for row in 0..GROUPS {
                    gradient[row] += look.gradient[row];
                    for column in 0..GROUPS {
                        information[row][column] += look.information[row][column];
                    }
                }
            }
            let Some(root) = matrix::root(&information) else {
                continue;
            };
            let step = matrix::solve(&root, &gradient);
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
