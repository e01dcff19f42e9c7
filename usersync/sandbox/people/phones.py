"""Phone numbers that are valid in their country, each given once, written as people write them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from usersync.sandbox.people.draw import Objects, objects

# Country code, the beginnings of its mobile numbers, digits after them. Numbers of these shapes are valid, not reserved:
# nothing in the sandbox ever dials.
_MOBILE: dict[str, tuple[str, tuple[str, ...], int]] = {
    "uk": ("380", ("50", "63", "66", "67", "68", "73", "93", "95", "96", "97", "98", "99"), 7),
    "ru": ("7", ("903", "905", "910", "915", "916", "921", "925", "926"), 7),
    "pl": ("48", ("501", "502", "503", "505", "506", "507", "509", "601", "602", "603", "605", "606", "607", "609", "660", "661",
                  "662", "663", "664", "665", "691", "692", "693", "694", "695", "696", "697", "698", "781", "782", "783", "784",
                  "785", "787", "788", "880", "881", "882", "883", "884", "885", "886", "887", "888"), 6),
    "en": ("44", ("7400", "7401", "7402", "7500", "7501", "7502", "7801", "7802", "7803", "7810", "7811", "7812"), 6),
    "es": ("34", ("600", "605", "606", "609", "610", "615", "620", "626", "630", "636", "639", "646", "650", "660"), 6),
}  # fmt: skip
_STRIDE = 7_368_787  # a prime that divides no size of a country's number space: the walk visits every number once


def mobiles(locale: str, first: int, count: int, styles: npt.NDArray[np.int64]) -> Objects:
    """The mobile numbers number `first` to `first + count - 1` of a country, all distinct.

    Args:
        locale: language of the owner, standing for its country (`en` is Great Britain).
        first: how many were given out before.
        count: how many are wanted.
        styles: one per number: 0 E.164, 1 with spaces and brackets, 2 national with a leading zero, 3 without plus.
    """
    code, prefixes, digits = _MOBILE[locale]
    size = len(prefixes) * 10**digits
    places = ((np.arange(first, first + count, dtype=np.int64) + 1) * _STRIDE) % size
    heads, tails = np.divmod(places, 10**digits)
    return objects(
        [
            _written(code, prefixes[head], f"{tail:0{digits}d}", style)
            for head, tail, style in zip(heads.tolist(), tails.tolist(), styles.tolist(), strict=True)
        ]
    )


def _written(code: str, prefix: str, rest: str, style: int) -> str:
    if style == 1:
        last = f"{rest[3:5]}-{rest[5:]}" if len(rest) == 7 else rest[3:]
        return f"+{code} ({prefix}) {rest[:3]}-{last}"
    if style == 2 and code == "380":
        return f"0{prefix}{rest}"
    return f"{code}{prefix}{rest}" if style == 3 else f"+{code}{prefix}{rest}"


def landline(number: int) -> str:
    """A switchboard's number in Kyiv: many people have the same."""
    return f"+38044{2_000_000 + number * 7919 % 7_000_000:07d}"
