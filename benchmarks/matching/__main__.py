"""`python -m benchmarks.matching [--quick] [--data FOLDER]`: accuracy, speed and memory, with the rivals in the same run.

Every engine runs in a process of its own. The rivals live in a virtual environment of their own, made on the first run
(USERSYNC_BENCH_VENV, default: a folder of the user's cache). Two sets of real names are read from FOLDER (see datasets.py);
what is not there is named and left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from itertools import product
from pathlib import Path
from typing import Any

import platformdirs

from benchmarks.matching import datasets
from benchmarks.matching.scores import Score, surest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LINKERS = ("exact", "WRatio>=90", "token_sort>=90", "token_set>=90", "splink p>=.9", "splink p>=.05", "recordlinkage")
ALIKE = 30
"""Real words are also measured without the pairs that share less than this: see `datasets.real_names`."""
PARTS = ("accuracy", "halves", "pairs", "logins", "small", "speed")


def main() -> None:
    """Run everything, or the named parts, and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller tables, no speed of the rivals")
    parser.add_argument("--data", type=Path, help="folder with name_bench.csv and wd_russian.tsv")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part only; may be repeated")
    options = parser.parse_args()
    parts = options.only or PARTS
    rivals = Rivals()
    with tempfile.TemporaryDirectory(prefix="usersync-bench-") as name:
        folder = Path(name)
        if "accuracy" in parts:
            accuracy(folder, rivals, options.data, quick=options.quick)
        if "halves" in parts:
            halves(folder, options.data)
        if "pairs" in parts:
            name_bench(rivals, options.data)
        if "logins" in parts:
            logins(folder)
        if "small" in parts:
            small_crm(folder)
        if "speed" in parts:
            speed(folder, rivals, quick=options.quick)


class Rivals:
    """Runs rivals.py with the interpreter of their environment."""

    def __init__(self) -> None:
        default = Path(platformdirs.user_cache_dir("usersync")) / "bench-rivals"
        home = Path(os.environ.get("USERSYNC_BENCH_VENV", default))
        self.python = home / "bin" / "python"
        if not self.python.exists():
            print(f"making the rivals' environment in {home} …", flush=True)
            venv.create(home, with_pip=True)
            subprocess.run(
                [str(self.python), "-m", "pip", "install", "-q", "-r", str(HERE / "requirements.txt")], check=True
            )

    def run(self, *arguments: str) -> dict[str, Any]:
        """One task of rivals.py; what it prints."""
        return _json([str(self.python), str(HERE / "rivals.py"), *arguments])


def ours(task: str, place: Path) -> dict[str, Any]:
    """One task of ours.py in a process of its own."""
    return _json([sys.executable, "-m", "benchmarks.matching.ours", task, str(place)])


def outside(data: Path | None, name: str) -> Path | None:
    """A file of the folder with real names; None where it is not there, which is said."""
    path = data / name if data else None
    if path and path.is_file():
        return path
    print(f"{name} is not there: left out (--data FOLDER, see benchmarks/matching/datasets.py)", flush=True)
    return None


def _json(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit {done.returncode}"}
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def accuracy(folder: Path, rivals: Rivals, data: Path | None, *, quick: bool) -> None:
    """Every engine on every set of people."""
    sets: dict[str, Path] = {}
    rivals.run("febrl", str(folder / "febrl4"))
    sets["febrl4, all fields but the social security number"] = folder / "febrl4"
    size = 2_000 if quick else 20_000
    for seed in (11,) if quick else (11, 12):
        for patronymic in (0.0, 1.0):
            what = f"generated CRM, {'given + patronymic + surname' if patronymic else 'given + surname'}, seed {seed}"
            sets[what] = datasets.crm(
                folder / f"crm{seed}-{patronymic}", users=1_000, contacts=size, seed=seed, typos=0.02, patronymic=patronymic
            )  # fmt: skip
    source = outside(data, "wd_russian.tsv")
    if source:
        sets["real words, Latin users, Cyrillic contacts"] = datasets.real_names(
            folder / "real", source, seed=5, contacts=size
        )
    total, links = Score(0, 0, 0), []
    for what, place in sets.items():
        print(
            f"\n## {what}\n{'':16}{'linked':>8}{'wrong':>7}{'recall':>8}{'precision':>11}{'F1':>8}{'95% wrong <':>13}{'s':>8}"
        )
        mine = ours("link", place)
        print(_line("usersync", mine), flush=True)
        if "failed" not in mine:
            links += mine["links"]
            total = Score(total.linked + mine["linked"], total.right + mine["right"], total.present + mine["present"])
            print(
                f"{'':16}rest: {mine['rest']}, in the top 3 of review: {mine['shown'] / max(1, mine['rest']):.3f}, "
                f"false creates: {mine['false_creates']} ({mine['false_creates'] / mine['present']:.4f}), "
                f"wrong links expected by λ: {sum(expected for expected, _ in mine['links']):.2f}, bands: {mine['bands']}"
            )
        for rival in LINKERS:
            print(_line(rival, rivals.run("link", rival, str(place))), flush=True)
    print(
        f"\nusersync over all sets: {total.linked} automatic links, {total.wrong} wrong; "
        f"the share of wrong ones is below {total.bound:.4f} (95 %)"
    )
    first = surest(links, 3_000)
    print(f"the {first.linked} of them with the smallest λ: {first.wrong} wrong, below {first.bound:.4f} (95 %)")


def halves(folder: Path, data: Path | None) -> None:
    """Real words once more: the half on which the second look was chosen, and the half that was kept back.

    Each also without the pairs that have nothing in common: the mining took two names of one person for one.
    """
    print("\n## real words by halves, 2,000 users each, half of them absent")
    source = outside(data, "wd_russian.tsv")
    for half in (0, 1) if source else ():
        for seed, alike in product((21, 22), (0, ALIKE)):
            place = datasets.real_names(
                folder / f"half{half}-{seed}-{alike}", source, seed=seed, users=2_000, half=half, alike=alike
            )
            got = ours("link", place)
            words = "all words" if not alike else f"words {alike} % alike"
            print(
                f"{('chosen on', 'kept back')[half]}, seed {seed}, {words}: {got['linked']} linked, "
                f"{got['linked'] - got['right']} wrong; of {got['rest']} others in the top 3 of review "
                f"{got['shown'] / max(1, got['rest']):.3f}, false creates {got['false_creates']} "
                f"({got['false_creates'] / got['present']:.4f}); {got['asked']} absent users asked about",
                flush=True,
            )


def _line(name: str, result: dict[str, Any]) -> str:
    if "failed" in result:
        return f"{name:16}failed: {result['failed'][:90]}"
    got = Score(result["linked"], result["right"], result["present"])
    return (
        f"{name:16}{got.linked:>8}{got.wrong:>7}{got.recall:>8.3f}{got.precision:>11.4f}{got.f1:>8.4f}{got.bound:>13.4f}"
        f"{result['seconds']:>8.1f}"
    )


def name_bench(rivals: Rivals, data: Path | None) -> None:
    """Pairs of names, nothing else."""
    print("\n## name_bench, schema Person")
    file = outside(data, "name_bench.csv")
    if not file:
        return
    results = [("usersync", ours("pairs", file))]
    results += [
        (name, rivals.run("pairs", name, str(file))) for name in ("WRatio", "token_sort_ratio", "token_set_ratio")
    ]
    for name, result in results:
        print(f"{name:18}P {result['precision']:.3f}  R {result['recall']:.3f}  F1 {result['f1']:.3f}")
    print("logic-v2 (OpenSanctions' own number, not run here) P .700  F1 .742")


def logins(folder: Path) -> None:
    """Users of whom only a login is known: nobody is linked, the right contact is shown."""
    print("\n## logins and nothing else, all of them contacts")
    for contacts in (300, 3_000, 20_000):
        result = ours("link", datasets.logins(folder / f"logins{contacts}", users=300, contacts=contacts, seed=8))
        print(
            f"300 logins x {contacts} contacts: linked {result['linked']}, "
            f"in the top 3 of review: {result['shown'] / max(1, result['rest']):.3f}"
        )


def small_crm(folder: Path) -> None:
    """A company of 120 agents: how many questions a human gets."""
    print("\n## 120 agents, all of them contacts")
    for contacts in (150, 3_000):
        asked, wrong, seeds = 0, 0, range(3, 8)
        for seed in seeds:
            place = datasets.crm(
                folder / f"small{contacts}-{seed}", users=120, contacts=contacts, seed=seed, typos=0.02, patronymic=0.5,
                absent=0.0,
            )  # fmt: skip
            result = ours("link", place)
            asked, wrong = asked + result["bands"].get("review", 0), wrong + result["linked"] - result["right"]
        print(
            f"{contacts} contacts in the pool: {asked / len(seeds) / 120:.3f} in review, wrong {wrong} of {len(seeds)} companies"
        )


def speed(folder: Path, rivals: Rivals, *, quick: bool) -> None:
    """Time, memory and candidate recall on large tables."""
    place = datasets.crm(folder / "moment", users=300, contacts=3_000, seed=4, typos=0.02, patronymic=0.2)
    moment = ours("link", place)
    print(f"\n## 300 users x 3,000 contacts: {moment['seconds']:.2f} s (processor {moment['cpu']:.2f} s)")
    users, contacts = (2_000, 100_000) if quick else (10_000, 1_000_000)
    for typos, what in ((0.0, "clean"), (1.0, "one typing error in each")):
        print(f"\n## {users:,} users x {contacts:,} contacts, {what}\n{'':18}{'s':>8}{'MB':>8}{'candidate recall':>18}")
        place = datasets.crm(
            folder / f"large{typos}", users=users, contacts=contacts, seed=6, typos=typos, patronymic=0.0, absent=0.0, mixed=False
        )  # fmt: skip
        mine, found = ours("link", place), ours("candidates", place)
        print(
            f"{'usersync':18}{mine['seconds']:>8.1f}{mine['mb']:>8.0f}{found['recall']:>18.4f}   processor {mine['cpu']:.1f} s",
            flush=True,
        )
        for rival in () if quick else ("rapidfuzz cdist", "sparse_dot_topn", "splink"):
            result = rivals.run("speed", rival, str(place))
            if "failed" in result:
                print(f"{rival:18}failed: {result['failed'][:90]}")
            else:
                scaled = "   scaled from a sample" if result.get("scaled") else ""
                print(
                    f"{rival:18}{result['seconds']:>8.1f}{result['mb']:>8.0f}{result['recall']:>18.4f}{scaled}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
