"""From a recipe to a row: everything that is measured on a brand, on our simulator and on another one."""

from pathlib import Path

import numpy as np

from benchmarks.detection.crises import crises_table
from benchmarks.detection.measure import ORACLE, Key, Task, measure, measure_all
from benchmarks.detection.rules import RULES
from benchmarks.detection.simulators import Recipe, fleet

ANOTHER = """
SENS, FPR, SPREAD = 0.75, 0.1, 0.6

def brand(seed, base, warm_d, test_d, ncrisis, burst_per_day):
    import numpy as np
    n = (warm_d + test_d) * 1440
    rng = np.random.default_rng(seed)
    tot = rng.poisson(base, n)
    neg = rng.binomial(tot, SENS * 0.2)
    neg[-3000:-2700] += 8 * int(base)
    tot[-3000:-2700] += 8 * int(base)
    crises = [dict(on=n - 3000, end=n - 2700, size=9.0, t2=3.0, dbl=5)][:ncrisis]
    return dict(dow0=2, warm=warm_d * 1440, seas=np.full(n, float(base)), p0=0.15, neg=neg, tot=tot, aneg=neg, atot=tot - 1,
                crises=crises, ev=[("burst", 10, 20, 3.0)], n=n)
"""


def test_another_simulator_is_taken_as_it_is(tmp_path: Path) -> None:
    """Its counts, its truth and its weekday; authors are never fewer than negative ones; a world sets its constants."""
    path = tmp_path / "sim.py"
    path.write_text(ANOTHER)
    brand = Recipe(3, 5.0, "first days", str(path)).brand()
    assert (len(brand.authors), brand.first_weekday, brand.history_min) == (4 * 1440, 2, 0)
    assert (brand.authors >= brand.negative_authors).all()
    assert brand.crises[0].start == 4 * 1440 - 3000
    assert brand.happenings[0].kind == "burst"
    weak = Recipe(3, 5.0, "weak sentiment", str(path)).brand()
    strong = Recipe(3, 5.0, "base", str(path)).brand()
    assert weak.negatives[:1000].sum() < strong.negatives[:1000].sum()


def test_everything_stands_in_one_table(tmp_path: Path) -> None:
    """rebato, the oracle and every rule on the same brands; the first two find a crisis of 9x at once."""
    path = tmp_path / "sim.py"
    path.write_text(ANOTHER)
    tasks = [Task(recipe, (1.0,), oracle=True, rules=True) for recipe in fleet(1, 1, "first days", str(path), (5.0, 50.0))]
    table = crises_table("t", measure_all(tasks, 1), (1.0,))
    names = [row[0] for row in table.rows]
    assert names[:3] == ["**rebato**", "oracle", "rebato, of the oracle's"]
    assert all(any(name.startswith(rule) for name in names) for rule in RULES)
    for row in table.rows[:2]:
        assert row[3] == "2 of 2"
        assert float(row[-1]) <= 5


def test_processes_change_nothing() -> None:
    """Two at once give what one gives, in the same order."""
    tasks = [Task(recipe, (0.5, 1.0), oracle=True) for recipe in fleet(98, 1, "first days", sizes=(1.0, 10.0, 100.0))]
    told: list[None] = []
    assert measure_all(tasks, 2, lambda: told.append(None)) == [measure(task) for task in tasks]
    assert len(told) == 3


def test_a_higher_budget_never_rings_less() -> None:
    """Of one evidence; and the oracle rings less the more nats it asks for."""
    outcomes = measure(Task(Recipe(97_004, 10.0, "first days"), (0.25, 1.0, 20.0), oracle=True))
    counts = [len(outcomes[Key("rebato", budget)].causes) for budget in (0.25, 1.0, 20.0)]
    assert counts == sorted(counts)
    nats = np.array([len(outcomes[Key(ORACLE, at)].causes) for at in (8.0, 16.0, 32.0)])
    assert (np.diff(nats) <= 0).all()
