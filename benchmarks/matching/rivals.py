"""The rivals, run by the interpreter of their own environment: `python rivals.py TASK RIVAL FOLDER`. Prints one JSON line.

It imports nothing of usersync. Each rival is set up as its own documentation says, and where it has no idea of scripts it is
given names in Latin letters (anyascii): what a careful engineer would do.
"""

from __future__ import annotations

import csv
import json
import logging
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from anyascii import anyascii

Links = dict[str, str]
SWAPPED = "~"
COLUMNS = ("given_name", "surname", "date_of_birth", "postcode", "address_1", "address_2", "suburb", "street_number")


def read(path: str | Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def plain(name: str) -> str:
    """Small Latin letters, words in alphabetical order are the caller's business."""
    return " ".join("".join(char if char.isalnum() else " " for char in anyascii(name).lower()).split())


def load(folder: str) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str]]:
    folder = Path(folder)
    return (
        read(folder / "users.csv"),
        read(folder / "contacts.csv"),
        dict(read(folder / "truth.csv").itertuples(index=False)),
    )


def words(name: str, count: int = 2) -> list[str]:
    """The first two words (a contact's third is the patronymic), in alphabetical order: users write either first."""
    found = sorted(plain(name).split()[:count])
    return [*found, "", ""][:2]


def exact(users: pd.DataFrame, contacts: pd.DataFrame) -> Links:
    keys = {}
    for ident, name in zip(contacts["Id"], contacts["Name"], strict=True):
        keys.setdefault(tuple(words(name)), []).append(ident)
    found = {user: keys.get(tuple(words(name)), []) for user, name in zip(users["id"], users["name"], strict=True)}
    return {user: rows[0] for user, rows in found.items() if len(rows) == 1}


def fuzzy(scorer_name: str, threshold: int = 90) -> Callable[[pd.DataFrame, pd.DataFrame], Links]:
    """The best of one scorer of rapidfuzz."""

    def run(users: pd.DataFrame, contacts: pd.DataFrame) -> Links:
        from rapidfuzz import fuzz
        from rapidfuzz.process import cdist

        scorer = getattr(fuzz, scorer_name)
        theirs, ids = [plain(name) for name in contacts["Name"]], contacts["Id"].tolist()
        mine, user_ids = [plain(name) for name in users["name"]], users["id"].tolist()
        links = {}
        for begin in range(0, len(mine), 200):
            scores = cdist(
                mine[begin : begin + 200], theirs, scorer=scorer, score_cutoff=threshold, dtype=np.uint8, workers=-1
            )
            best = scores.argmax(axis=1)
            for row, column in enumerate(best.tolist()):
                if scores[row, column] >= threshold:
                    links[user_ids[begin + row]] = ids[column]
        return links

    return run


def splink_frames(users: pd.DataFrame, contacts: pd.DataFrame) -> list[pd.DataFrame]:
    if "date_of_birth" in users.columns:
        mine, theirs = users.rename(columns={"id": "unique_id"}), contacts.rename(columns={"Id": "unique_id"})
        return [frame[["unique_id", *COLUMNS]].replace("", None) for frame in (mine, theirs)]
    frames = []
    for frame, ident, name in ((users, "id", "name"), (contacts, "Id", "Name")):
        split = [[*plain(value).split()[:2], "", ""] for value in frame[name]]
        frames.append(
            pd.DataFrame(
                {"unique_id": frame[ident], "w1": [pair[0] for pair in split], "w2": [pair[1] for pair in split]}
            )
        )
    # Users write either word first: each is there in both orders.
    swapped = frames[0].rename(columns={"w1": "w2", "w2": "w1"}).assign(unique_id=frames[0]["unique_id"] + SWAPPED)
    frames[0] = pd.concat([frames[0], swapped], ignore_index=True)[["unique_id", "w1", "w2"]]
    return [frame.replace("", None) for frame in frames]


def splink_pairs(users: pd.DataFrame, contacts: pd.DataFrame, threshold: float) -> pd.DataFrame:
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.disable(logging.WARNING)
    mine, theirs = splink_frames(users, contacts)
    if "date_of_birth" in mine.columns:
        comparisons = [
            cl.NameComparison("given_name"), cl.NameComparison("surname"),
            cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]), cl.DamerauLevenshteinAtThresholds("postcode", [1]),
            cl.JaroWinklerAtThresholds("address_1", [0.9]), cl.JaroWinklerAtThresholds("address_2", [0.9]),
            cl.JaroWinklerAtThresholds("suburb", [0.9]), cl.ExactMatch("street_number"),
        ]  # fmt: skip
        rules = [
            block_on("given_name", "surname"), block_on("date_of_birth"), block_on("given_name", "postcode"),
            block_on("surname", "postcode"), block_on("address_1"), block_on("suburb", "street_number"),
        ]  # fmt: skip
        known, training = (
            block_on("given_name", "surname", "date_of_birth"),
            [block_on("date_of_birth"), block_on("surname")],
        )
    else:
        comparisons = [
            cl.NameComparison("w1").configure(term_frequency_adjustments=True),
            cl.NameComparison("w2").configure(term_frequency_adjustments=True),
        ]
        rules, known, training = (
            [block_on("w1"), block_on("w2")],
            block_on("w1", "w2"),
            [block_on("w1"), block_on("w2")],
        )
        if len(theirs) > 200_000:
            rules = [block_on("w1", "substr(w2,1,3)"), block_on("w2", "substr(w1,1,3)")]
    api = DuckDBAPI()
    tables = [
        api.register(theirs, dataset_display_name="a_contacts", table_name="a_contacts"),
        api.register(mine, dataset_display_name="b_users", table_name="b_users"),
    ]
    linker = Linker(
        tables,
        SettingsCreator(link_type="link_only", comparisons=comparisons, blocking_rules_to_generate_predictions=rules),
    )
    linker.training.estimate_probability_two_random_records_match([known], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=threshold).as_pandas_dataframe()
    users_left = found["source_dataset_l"].eq("b_users")
    found["user"] = found["unique_id_l"].where(users_left, found["unique_id_r"]).str.removesuffix(SWAPPED)
    found["contact"] = found["unique_id_r"].where(users_left, found["unique_id_l"])
    return found[["user", "contact", "match_probability"]]


def splink(threshold: float) -> Callable[[pd.DataFrame, pd.DataFrame], Links]:
    """The most probable contact above a probability, where no other is as probable.

    With names alone p >= .9 is seldom reached: two words are not enough evidence against 20,000 contacts. p >= .05 is what has
    a recall to compare.
    """

    def run(users: pd.DataFrame, contacts: pd.DataFrame) -> Links:
        found = splink_pairs(users, contacts, threshold).sort_values("match_probability")
        links = {}
        for user, rows in found.groupby("user"):
            top = rows.iloc[-1]
            if len(rows) == 1 or rows.iloc[-2]["match_probability"] < top["match_probability"]:
                links[user] = top["contact"]
        return links

    return run


def recordlinkage(users: pd.DataFrame, contacts: pd.DataFrame) -> Links:
    """Blocking, Jaro-Winkler and the unsupervised ECM classifier, as in its manual."""
    import recordlinkage as rl

    mine, theirs = (frame.fillna("").set_index("unique_id") for frame in splink_frames(users, contacts))
    full = "date_of_birth" in mine.columns
    index = rl.Index()
    for column in ("given_name", "surname", "date_of_birth", "postcode") if full else ("w1", "w2"):
        index.block(column)
    pairs = index.index(mine, theirs)
    compare = rl.Compare()
    for column in ("given_name", "surname", "address_1", "suburb") if full else ("w1", "w2"):
        compare.string(column, column, method="jarowinkler", threshold=0.9, missing_value=0)
    for column in ("date_of_birth", "postcode", "street_number") if full else ():
        compare.exact(column, column)
    features = compare.compute(pairs, mine, theirs)
    classifier = rl.ECMClassifier()
    found = classifier.fit_predict(features)
    weight = features.loc[found].sum(axis=1)
    links = {}
    for user, rows in weight.groupby(level=0):
        best = rows[rows == rows.max()]
        if len(best) == 1:
            links[user.removesuffix(SWAPPED)] = best.index[0][1]
    return links


ENGINES = {
    "exact": exact, "WRatio>=90": fuzzy("WRatio"), "token_sort>=90": fuzzy("token_sort_ratio"),
    "token_set>=90": fuzzy("token_set_ratio"), "splink p>=.9": splink(0.9),
    "splink p>=.05": splink(0.05), "recordlinkage": recordlinkage,
}  # fmt: skip


def link(rival: str, folder: str) -> dict[str, Any]:
    users, contacts, truth = load(folder)
    begin = time.perf_counter()
    links = ENGINES[rival](users, contacts)
    seconds = time.perf_counter() - begin
    right = sum(truth.get(user) == contact for user, contact in links.items())
    return {"linked": len(links), "right": right, "present": len(truth), "seconds": seconds, "mb": memory()}


def pairs(rival: str, file: str) -> dict[str, Any]:
    """name_bench: the threshold of the best F1 at P >= .700, chosen on the very pairs that are scored (in the rival's favour)."""
    from rapidfuzz import fuzz

    with Path(file).open(encoding="utf-8", newline="") as source:
        rows = [row for row in csv.DictReader(source) if row["schema"] == "Person" and row["name1"] and row["name2"]]
    scorer = getattr(fuzz, rival)
    scored = [(scorer(plain(row["name1"]), plain(row["name2"])), row["is_match"] == "true") for row in rows]
    best = {"f1": 0.0, "precision": 0.0, "recall": 0.0, "threshold": 0}
    for threshold in range(40, 101):
        right = sum(value >= threshold and same for value, same in scored)
        found = sum(value >= threshold for value, _ in scored)
        precision, recall = right / max(1, found), right / sum(same for _, same in scored)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        if precision >= 0.7 and f1 > best["f1"]:
            best = {"f1": f1, "precision": precision, "recall": recall, "threshold": threshold}
    return best


def speed(rival: str, folder: str) -> dict[str, Any]:
    users, contacts, truth = load(folder)
    begin = time.perf_counter()
    if rival == "rapidfuzz cdist":
        return cdist_speed(users, contacts, truth)
    if rival == "sparse_dot_topn":
        hits = dot_topn(users, contacts, truth)
    else:
        found = splink_pairs(users, contacts, 0.001)
        pairs_found = set(zip(found["user"], found["contact"], strict=True))
        hits = sum(pair in pairs_found for pair in truth.items())
    return {"recall": hits / len(truth), "seconds": time.perf_counter() - begin, "mb": memory()}


def cdist_speed(users: pd.DataFrame, contacts: pd.DataFrame, truth: Links, sample: int = 300) -> dict[str, Any]:
    """Every name with every name; the top ten count as candidates. Timed on a sample of the users and scaled."""
    from rapidfuzz import fuzz
    from rapidfuzz.process import cdist

    theirs, ids = [" ".join(words(name)) for name in contacts["Name"]], contacts["Id"].to_numpy()
    part = users.head(sample)
    mine = [" ".join(words(name)) for name in part["name"]]
    begin, hits = time.perf_counter(), 0
    for place in range(0, len(mine), 20):
        scores = cdist(mine[place : place + 20], theirs, scorer=fuzz.ratio, dtype=np.uint8, workers=-1)
        top = np.argpartition(-scores.astype(np.int16), 10, axis=1)[:, :10]
        for row, columns in enumerate(top):
            hits += truth.get(part["id"].iloc[place + row]) in set(ids[columns])
    present = sum(user in truth for user in part["id"])
    seconds = (time.perf_counter() - begin) * len(users) / len(part)
    return {"recall": hits / max(1, present), "seconds": seconds, "mb": memory(), "scaled": True}


def dot_topn(users: pd.DataFrame, contacts: pd.DataFrame, truth: Links) -> int:
    """TF-IDF of letter trigrams, ten nearest."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sparse_dot_topn import sp_matmul_topn

    theirs, mine = (
        [" ".join(words(name)) for name in contacts["Name"]],
        [" ".join(words(name)) for name in users["name"]],
    )
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), dtype=np.float32)
    right = vectors.fit_transform(theirs)
    left = vectors.transform(mine)
    top = sp_matmul_topn(left, right.T.tocsr(), top_n=10, threshold=0.3, n_threads=2).tocoo()
    ids, user_ids = contacts["Id"].tolist(), users["id"].tolist()
    return sum(
        truth.get(user_ids[row]) == ids[column] for row, column in zip(top.row.tolist(), top.col.tolist(), strict=True)
    )


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def febrl(place: str) -> dict[str, Any]:
    """febrl4 as the package brings it, without the social security number."""
    from recordlinkage.datasets import load_febrl4

    contacts, users = load_febrl4()
    folder = Path(place)
    folder.mkdir(parents=True, exist_ok=True)
    for source, file, ident, name in ((users, "users.csv", "id", "name"), (contacts, "contacts.csv", "Id", "Name")):
        frame = source.drop(columns="soc_sec_id").fillna("")
        frame[name] = (frame["given_name"] + " " + frame["surname"]).str.strip()
        frame.rename_axis(ident).reset_index().to_csv(folder / file, index=False)
    truth = pd.DataFrame({"user_id": users.index, "contact_id": users.index.str.replace("-dup-0", "-org")})
    truth.to_csv(folder / "truth.csv", index=False)
    return {"records": len(users)}


if __name__ == "__main__":
    task, *rest = sys.argv[1:]
    print(json.dumps({"link": link, "pairs": pairs, "speed": speed, "febrl": febrl}[task](*rest)))
