"""`python -m benchmarks.matching [--quick]`: accuracy, speed and memory, with the rivals in the same run on the same machine.

The rivals live in a virtual environment of their own, made on the first run (USERSYNC_BENCH_VENV, default: a folder of the
user's cache). Real names need USERSYNC_BENCH_DATA (see datasets.py).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

import platformdirs

from benchmarks.matching import datasets
from benchmarks.matching.scores import Score

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LINKERS = ("exact", "WRatio>=90", "token_sort>=90", "token_set>=90", "splink p>=.9", "splink p>=.05", "recordlinkage")


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller tables, no speed of the rivals")
    quick = parser.parse_args().quick
    rivals = Rivals()
    with tempfile.TemporaryDirectory(prefix="usersync-bench-") as name:
        folder = Path(name)
        accuracy(folder, rivals, quick=quick)
        name_bench(rivals)
        small_crm(folder)
        speed(folder, rivals, quick=quick)


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


def _json(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit {done.returncode}"}
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def accuracy(folder: Path, rivals: Rivals, *, quick: bool) -> None:
    """Every engine on every set of people."""
    sets: dict[str, Path] = {}
    print("febrl4:", rivals.run("febrl", str(folder / "febrl4")), flush=True)
    sets["febrl4, all fields but the social security number"] = folder / "febrl4"
    size = 2_000 if quick else 20_000
    for seed in (11,) if quick else (11, 12):
        for patronymic in (0.0, 1.0):
            what = f"generated CRM, {'given + patronymic + surname' if patronymic else 'given + surname'}, seed {seed}"
            sets[what] = datasets.crm(
                folder / f"crm{seed}-{patronymic}",
                users=1_000,
                contacts=size,
                seed=seed,
                typos=0.02,
                patronymic=patronymic,
            )
    source = datasets.outside("wd_russian.tsv")
    if source:
        sets["real words, Latin users, Cyrillic contacts"] = datasets.real_names(
            folder / "real", source, seed=5, contacts=size
        )
    else:
        print("real names: skipped, USERSYNC_BENCH_DATA is not set")
    total = Score(0, 0, 0)
    for what, place in sets.items():
        print(
            f"\n## {what}\n{'':16}{'linked':>8}{'wrong':>7}{'recall':>8}{'precision':>11}{'F1':>8}{'95% wrong <':>13}{'s':>8}"
        )
        mine = ours("link", place)
        print(_line("usersync", mine), flush=True)
        if "failed" not in mine:
            total = Score(total.linked + mine["linked"], total.right + mine["right"], total.present + mine["present"])
            print(
                f"{'':16}rest: {mine['rest']}, in the top 3 of review: {mine['shown'] / max(1, mine['rest']):.3f}, "
                f"false creates: {mine['false_creates']} ({mine['false_creates'] / mine['present']:.4f}), "
                f"wrong links expected by λ: {mine['expected_wrong']}, bands: {mine['bands']}"
            )
        for rival in LINKERS:
            print(_line(rival, rivals.run("link", rival, str(place))), flush=True)
    print(
        f"\nusersync over all sets: {total.linked} automatic links, {total.wrong} wrong; "
        f"the share of wrong ones is below {total.bound:.4f} (95 %)"
    )


def _line(name: str, result: dict[str, Any]) -> str:
    if "failed" in result:
        return f"{name:16}failed: {result['failed'][:90]}"
    got = Score(result["linked"], result["right"], result["present"])
    return (
        f"{name:16}{got.linked:>8}{got.wrong:>7}{got.recall:>8.3f}{got.precision:>11.4f}{got.f1:>8.4f}{got.bound:>13.4f}"
        f"{result['seconds']:>8.1f}"
    )


def name_bench(rivals: Rivals) -> None:
    """Pairs of names, nothing else."""
    file = datasets.outside("name_bench.csv")
    print("\n## name_bench, schema Person")
    if not file:
        print("skipped, USERSYNC_BENCH_DATA is not set")
        return
    for name, result in (
        ("usersync", ours("pairs", file)),
        *(
            (scorer, rivals.run("pairs", scorer, str(file)))
            for scorer in ("WRatio", "token_sort_ratio", "token_set_ratio")
        ),
    ):
        print(f"{name:18}P {result['precision']:.3f}  R {result['recall']:.3f}  F1 {result['f1']:.3f}")
    print("logic-v2 (OpenSanctions' own number, not run here) P .700  F1 .742")


def small_crm(folder: Path) -> None:
    """A company of 120 agents: how many questions a human gets."""
    print("\n## 120 agents, all of them contacts")
    for contacts in (150, 3_000):
        place = datasets.crm(
            folder / f"small{contacts}", users=120, contacts=contacts, seed=3, typos=0.02, patronymic=0.5, absent=0.0
        )
        result = ours("link", place)
        print(f"{contacts} contacts in the pool: {result['bands']}, wrong {result['linked'] - result['right']}")


def speed(folder: Path, rivals: Rivals, *, quick: bool) -> None:
    """Time, memory and candidate recall on large tables."""
    place = datasets.crm(folder / "moment", users=300, contacts=3_000, seed=4, typos=0.02, patronymic=0.2)
    moment = ours("link", place)
    print(f"\n## 300 users x 3,000 contacts: {moment['seconds']:.2f} s (processor {moment['cpu']:.2f} s)")
    users, contacts = (2_000, 100_000) if quick else (10_000, 1_000_000)
    for typos, what in ((0.0, "clean"), (1.0, "one typing error in each")):
        print(f"\n## {users:,} users x {contacts:,} contacts, {what}\n{'':18}{'s':>8}{'MB':>8}{'candidate recall':>18}")
        place = datasets.crm(
            folder / f"large{typos}",
            users=users,
            contacts=contacts,
            seed=6,
            typos=typos,
            patronymic=0.0,
            absent=0.0,
            mixed=False,
        )
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
