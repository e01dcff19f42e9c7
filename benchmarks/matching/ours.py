"""usersync's own runs, each in a process of its own: `python -m benchmarks.matching.ours TASK FOLDER`. Prints one JSON line."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.matching.scores import read_pairs, score
from usersync.matching import EvidenceRole, EvidenceRule, MatchSettings, match
from usersync.matching.candidates import CandidateIndex, Query
from usersync.matching.grade import compare
from usersync.matching.ranking import NAMED
from usersync.matching.vocabulary import Vocabulary

FEBRL = (
    EvidenceRule("date of birth", "date_of_birth", "date_of_birth", EvidenceRole.KEY, tolerant=True),
    *(
        EvidenceRule(column, column, column, EvidenceRole.SUPPORT, tolerant=tolerant)
        for column, tolerant in (
            ("street_number", False), ("address_1", True), ("address_2", True), ("suburb", True), ("postcode", True),
            ("state", False),
        )
    ),
)  # fmt: skip


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def link(folder: Path) -> dict[str, Any]:
    """A link task: what was linked, asked and created, and how long it took."""
    users, contacts = _read(folder / "users.csv"), _read(folder / "contacts.csv")
    truth = read_pairs(folder / "truth.csv")
    settings = MatchSettings(evidence=FEBRL) if "date_of_birth" in users.columns else MatchSettings()
    match(users.head(1), contacts.head(1), pool=None)  # the table of given names is read on the first call
    wall, cpu = time.perf_counter(), time.process_time()
    decisions = match(users, contacts, pool=None, settings=settings)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    rest = [decision for decision in decisions if decision.user_id in truth and decision.band != "auto"]
    shown = sum(truth[d.user_id] in [candidate.contact_id for candidate in d.candidates] for d in rest)
    result = score({d.user_id: d.contact_id for d in decisions if d.band == "auto" and d.contact_id}, truth)
    links = [
        (d.evidence.get("lambda", 0.0), truth.get(d.user_id) == d.contact_id) for d in decisions if d.band == "auto"
    ]
    return {
        "linked": result.linked, "right": result.right, "present": result.present,
        "bands": dict(Counter(str(decision.band) for decision in decisions)), "rest": len(rest), "shown": shown,
        "asked": sum(decision.band == "review" and decision.user_id not in truth for decision in decisions),
        "false_creates": sum(decision.band == "create" for decision in rest), "links": links,
        "seconds": wall, "cpu": cpu, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }  # fmt: skip


def candidates(folder: Path) -> dict[str, Any]:
    """Candidate recall: whether the true contact is among those that are looked at."""
    users, contacts = _read(folder / "users.csv"), _read(folder / "contacts.csv")
    truth = read_pairs(folder / "truth.csv")
    vocabulary = Vocabulary()
    table = vocabulary.table(contacts["Name"].tolist())
    mine = vocabulary.table(users["name"].tolist())
    ids = contacts["Id"].tolist()
    index = CandidateIndex(
        vocabulary, table, [Query(row, mine.words(row)) for row in range(len(mine))], lambda row: (False, ids[row])
    )
    found = index.find()
    row_of = dict(zip(ids, range(len(ids)), strict=True))
    pairs = set(zip(found.query.tolist(), found.contact.tolist(), strict=True))
    hits = sum((row, row_of[truth[user]]) in pairs for row, user in enumerate(users["id"]) if user in truth)
    return {"recall": hits / len(truth), "per_user": len(pairs) / len(users)}


def pairs(file: Path) -> dict[str, Any]:
    """name_bench, schema Person: positive = A, A3 or A~."""
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    table = table[(table["schema"] == "Person") & (table["name1"] != "") & (table["name2"] != "")]
    vocabulary = Vocabulary()
    one, other = vocabulary.table(table["name1"].tolist()), vocabulary.table(table["name2"].tolist())
    counts: Counter[tuple[bool, bool]] = Counter()
    for row, is_match in enumerate(table["is_match"]):
        left = [vocabulary.word(number) for number in one.words(row)]
        right = [vocabulary.word(number) for number in other.words(row)]
        counts[compare(left, right).grade in NAMED, is_match == "true"] += 1
    precision = counts[True, True] / max(1, counts[True, True] + counts[True, False])
    recall = counts[True, True] / max(1, counts[True, True] + counts[False, True])
    return {
        "pairs": len(table),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
    }


if __name__ == "__main__":
    print(json.dumps({"link": link, "candidates": candidates, "pairs": pairs}[sys.argv[1]](Path(sys.argv[2]))))
