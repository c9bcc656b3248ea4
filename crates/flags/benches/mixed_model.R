# A rival of the masking model, for orientation: one generalised linear mixed model of three needs together.
#
# Counts of MLD, SLCN and SEMH are Poisson around pupils on roll, with a rate for each need and phase and correlated
# effects of authorities and of schools on each need (lme4, penalised quasi-likelihood: nAGQ = 0; the Laplace fit of so
# many effects does not end in an hour). A school that records communication and mental health needs as MLD has a high
# effect on MLD and low ones on the others: schools are ranked by the first less the mean of the others.
#
#   senlens synth --plant one-in-ten --seed 77 --out england
#   Rscript crates/flags/benches/mixed_model.R england [authorities]
#
# authorities: how many, the first by number, to keep (all unless given). Prints schools, masked schools, average
# precision, how many of the first 200 are masked, and seconds taken by the fit.
suppressMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
schools <- read.csv(file.path(folder, "schools.csv"), check.names = FALSE, fileEncoding = "UTF-8-BOM")
truth <- read.csv(file.path(folder, "truth.csv"))
authorities <- sort(unique(schools$old_la_code))
if (length(arguments) > 1) authorities <- head(authorities, as.integer(arguments[2]))
schools <- schools[schools$old_la_code %in% authorities, ]
needs <- c("mld", "slcn", "semh")
total <- function(need) {
  schools[[paste0("EHC_Primary_need_", need)]] + schools[[paste0("SUP_Primary_need_", need)]]
}
long <- do.call(rbind, lapply(needs, function(need) data.frame(
  urn = factor(schools$URN), authority = factor(schools$old_la_code), phase = factor(schools$phase_type_grouping),
  need = factor(need, levels = needs), count = total(need), roll = schools[["Total pupils"]]
)))
seconds <- system.time(
  fit <- glmer(
    count ~ 0 + need:phase + offset(log(roll)) + (0 + need | authority) + (0 + need | urn),
    data = long, family = poisson, nAGQ = 0
  )
)[["elapsed"]]
effects <- ranef(fit)$urn
score <- effects[["needmld"]] - (effects[["needslcn"]] + effects[["needsemh"]]) / 2
masked <- truth$masked[match(as.integer(rownames(effects)), truth$urn)] == 1
ranked <- masked[order(-score)]
precision <- cumsum(ranked) / seq_along(ranked)
cat(sprintf(
  "schools %d, masked %d, average precision %.3f, of the first 200 right %d, seconds %.0f\n",
  length(ranked), sum(ranked), sum(precision[ranked]) / sum(ranked), sum(head(ranked, 200)), seconds
))
