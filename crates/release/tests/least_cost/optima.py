"""Cheapest choices of what to withhold, by another solver (HiGHS in scipy) and another model.

    python optima.py > optima.json

Each table has counts in rows and columns with their sums. Counts from 1 to 4 are withheld and must seem able to have each
of these values; whatever else is withheld must keep a range of 3; withheld small counts stay between 1 and 4 in every
table thought of. One model holds it all: a table for each end of each range (Fischetti and Salazar 2001, model (4)-(9)).
"""

import json
import sys

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix

LEAST, GREATEST = 1, 4
WIDTH = GREATEST - LEAST


def parts_of(rows, columns):
    inner = [[r * columns + c] for r in range(rows) for c in range(columns)]
    of_row = [[r * columns + c for c in range(columns)] for r in range(rows)]
    of_column = [[r * columns + c for r in range(rows)] for c in range(columns)]
    return inner + of_row + of_column + [list(range(rows * columns))]


def cheapest(values, costs, parts, number_of_parts):
    """The least cost, or none where no choice holds."""
    small = [LEAST <= value <= GREATEST for value in values]
    counts = len(values)
    # A table for each end: (count, whether it is the upper end).
    ends = [(p, up) for p in range(counts) for up in (True, False)]
    far = float(sum(values) + 100)
    width = counts + len(ends) * number_of_parts
    rows, low, high = [], [], []

    def add(terms, least, most):
        rows.append(terms)
        low.append(least)
        high.append(most)

    for number, (target, up) in enumerate(ends):
        at = counts + number * number_of_parts
        difference = lambda i: [(at + part, 1.0) for part in parts[i]]
        for i in range(counts):
            if i == target:
                continue
            if small[i]:
                add(difference(i), LEAST - values[i], GREATEST - values[i])
            else:
                add(difference(i) + [(i, -far)], -np.inf, 0.0)
                add(difference(i) + [(i, float(values[i]))], 0.0, np.inf)
        if small[target]:
            goal = GREATEST - values[target] if up else LEAST - values[target]
            add(difference(target), goal, goal)
        else:
            add(difference(target), -values[target], np.inf)
    for target in range(counts):
        if not small[target]:
            upper = counts + 2 * target * number_of_parts
            lower = upper + number_of_parts
            terms = [(upper + part, 1.0) for part in parts[target]]
            terms += [(lower + part, -1.0) for part in parts[target]]
            add(terms + [(target, -float(WIDTH))], 0.0, np.inf)
    matrix = lil_matrix((len(rows), width))
    for row, terms in enumerate(rows):
        for column, weight in terms:
            matrix[row, column] += weight
    least = np.full(width, -far)
    most = np.full(width, far)
    least[:counts] = [1.0 if is_small else 0.0 for is_small in small]
    most[:counts] = 1.0
    integral = np.zeros(width)
    integral[:counts] = 1
    objective = np.zeros(width)
    objective[:counts] = [0.0 if is_small else cost for is_small, cost in zip(small, costs)]
    found = milp(
        objective,
        integrality=integral,
        bounds=Bounds(least, most),
        constraints=LinearConstraint(matrix.tocsr(), low, high),
        options={"mip_rel_gap": 0.0, "time_limit": 300},
    )
    return round(found.fun) if found.status == 0 else None


def main():
    numbers = np.random.default_rng(20261124)
    cases = []
    while len(cases) < 12:
        rows, columns = int(numbers.integers(3, 5)), int(numbers.integers(3, 6))
        inner = numbers.poisson(numbers.gamma(1.2, 9.0, size=(rows, columns)))
        parts = parts_of(rows, columns)
        flat = inner.flatten()
        values = [int(sum(flat[part] for part in of)) for of in parts]
        costs = [int(numbers.integers(5, 20)) + value // 4 for value in values]
        if not any(LEAST <= value <= GREATEST for value in values):
            continue
        cost = cheapest(values, costs, parts, rows * columns)
        print(rows, columns, cost, file=sys.stderr, flush=True)
        if cost is not None:
            cases.append({"rows": rows, "columns": columns, "values": values, "costs": costs, "cheapest": cost})
    print(json.dumps(cases, indent=None).replace("}, {", "},\n {"))


main()
