"""How a word in Latin letters may be read: as romanised Slavic, Polish, German, English … One table of rules for each reading.

The rules turn spellings into the alphabet of `usersync.matching.fold`. They work on many words at once, one to a line: the line
break is the edge of a word.
"""

from __future__ import annotations

import re

Rule = tuple[str, str] | tuple[re.Pattern[str], str]

_FRONT = "(?=[eiyéěę])"
_HARD = "[b-df-hj-np-tv-z]"


def _rules(*pairs: tuple[str, str]) -> tuple[Rule, ...]:
    """Rules in order; a pattern with a metacharacter is a regular expression, anything else is replaced as it stands."""
    return tuple((re.compile(old), new) if re.search(r"[\[(?\\^$]", old) else (old, new) for old, new in pairs)


_SLAVIC_MARKS = (
    ("ŝ", "SC"), ("š", "S"), ("č", "C"), ("ć", "C"), ("ž", "Z"), ("ż", "Z"), ("ś", "s"), ("ź", "z"), ("ř", "rZ"), ("ş", "S"),
    ("ș", "S"), ("ț", "T"), ("ţ", "T"),
)  # fmt: skip
_PLAIN_MARKS = (
    ("ç", "s"), ("ä", "a"), ("ö", "o"), ("ü", "u"), ("ą", "a"), ("ę", "e"), ("ó", "o"), ("ñ", "n"), ("ë", "e"), ("ō", "o"),
    ("ū", "u"), ("ě", "e"), ("ă", "a"), ("ğ", "g"), ("đ", "d"),
)  # fmt: skip
_REST = (
    (r"(?<=[oe])ff(?=\n)", "v"),
    ("ph", "f"),
    ("th", "t"),
    ("ck", "k"),
    ("x", "ks"),
    ("w", "v"),
    ("q", "k"),
    ("j", "i"),
    ("y", "i"),
    ("c", "k"),
)

_SOFT_SIGN = (r"(?<=[bcdfghklmnprstvzčšž])j(?=[bcdfghklmnprstvxzčšžŝğ\n])", "")
_HUSHING = (("shch", "SC"), ("szcz", "SC"), ("shh", "SC"), ("zgh", "zg"), ("kh", "X"), ("zh", "Z"))
_PLAIN = (
    _SOFT_SIGN, *_HUSHING, ("cz", "C"), ("sz", "S"), ("sch", "SC"), ("ch", "C"), ("sh", "S"), ("ts", "T"), ("tz", "T"),
    (r"tc(?!h)", "T"), ("gh", "g"), (f"c{_FRONT}", "T"),
)  # fmt: skip

READINGS: dict[str, tuple[Rule, ...]] = {
    # Passports, KMU 2010, BGN: what most Slavic names in Latin letters are.
    "romanised": _rules(*_PLAIN, ("ř", "r"), ("ț", "t"), ("ţ", "t"), *_SLAVIC_MARKS, *_PLAIN_MARKS, *_REST),
    # ISO 9, DSTU 9112, GOST 7.79, Czech and Croatian: c is ц, x is х, and j after a consonant is a soft sign.
    "scholarly": _rules(
        ("dj", "dZ"), ("đ", "dZ"), _SOFT_SIGN, *_HUSHING, ("ch", "C"), ("sh", "S"), ("cz", "T"), ("c", "T"), ("x", "X"),
        ("gh", "g"), *_SLAVIC_MARKS, *_PLAIN_MARKS, *_REST,
    ),
    "polish": _rules(
        ("szcz", "SC"), ("sz", "S"), ("cz", "C"), ("rz", "Z"), ("ch", "X"), ("ck", "Tk"), ("ó", "u"), (r"ą(?=[bp])", "om"),
        ("ą", "on"), (r"ę(?=[bp])", "em"), ("ę", "en"), ("dj", "dZ"), ("c", "T"), *_SLAVIC_MARKS, *_PLAIN_MARKS, *_REST,
    ),
    "german": _rules(
        ("schtsch", "SC"), (r"(?<=\n)s(?=[pt])", "S"), (r"(?<=[aeiouäöü])h(?=[bdfgklmnrstv\n])", ""), ("tsch", "C"),
        ("sch", "S"), ("chs", "ks"), ("ch", "X"), ("tz", "T"), ("z", "T"), (r"s(?=[aeiouäöüy])", "z"), ("v", "f"),
        ("ei", "ai"), ("ey", "ai"), ("ie", "i"), ("eu", "oi"), ("äu", "oi"), ("ä", "e"), ("ae", "e"), ("ö", "e"), ("oe", "e"),
        ("ue", "u"), ("ü", "u"), *_SLAVIC_MARKS, *_PLAIN_MARKS, *_REST,
    ),
    "english": _rules(
        (r"(?<=\n)mc(?=[^\n])", "mak"), ("tch", "C"), ("ch", "C"), ("sh", "S"), ("igh", "ai"), ("gh", "g"), ("ph", "f"),
        ("th", "t"), ("wh", "w"), ("rh", "r"), (r"h(?=[bcdfgklmnprst])", ""), (r"ie(?=\n)", "i"), (f"a(?={_HARD}e\n)", "ei"),
        (f"[iy](?={_HARD}e\n)", "ai"), (r"wa(?=[lrst])", "wo"), (r"all(?=[a-z\n])", "ol"), (f"ur(?={_HARD})", "er"),
        (f"ai(?={_HARD})", "ei"), (f"g{_FRONT}", "dZ"), ("j", "dZ"), (f"c{_FRONT}", "s"),
        (r"(?<=[aeiou])s(?=[aeiouy])", "z"), ("ck", "k"), (r"ey(?=\n)", "i"),
        (f"(?<={_HARD})u(?={_HARD}{{2}}|[bcdgklmnprt]\n)", "a"), ("ee", "i"), ("ea", "i"), ("oo", "u"), ("aw", "o"),
        ("au", "o"), ("ay", "ei"), ("ow", "ou"), ("qu", "kv"), (f"(?<={_HARD[:-1]}Z])e(?=\n)", ""), *_SLAVIC_MARKS,
        *_PLAIN_MARKS, *_REST,
    ),
    "spanish": _rules(
        ("qu", "k"), (r"gu(?=[ei])", "g"), ("ch", "C"), ("h", ""), (f"g{_FRONT}", "X"), ("j", "X"), ("z", "s"),
        (f"c{_FRONT}", "s"), *_SLAVIC_MARKS, *_PLAIN_MARKS, *_REST,
    ),
    "french": _rules(
        ("chtch", "SC"), ("tch", "C"), ("kh", "X"), ("eau", "o"), ("au", "o"), ("ou", "u"), ("oi", "ua"), ("ai", "e"),
        ("ch", "S"), ("qu", "k"), ("gn", "n"), ("j", "Z"),
        (r"ge(?=[ao])", "Z"), (f"g{_FRONT}", "Z"), (f"c{_FRONT}", "s"), (r"(?<=[a-z])(?:es|e|s|t|d|x|z)(?=\n)", ""),
        *_SLAVIC_MARKS, *_PLAIN_MARKS, *_REST,
    ),
    "italian": _rules(
        ("cch", "k"), ("ch", "k"), ("gh", "g"), (r"sc(?=[ei])", "S"), (r"cc?(?=[ei])", "C"), (r"gg?(?=[ei])", "dZ"),
        ("gli", "li"),
        ("gn", "n"), ("zz", "T"), ("z", "dz"), ("qu", "kv"), *_SLAVIC_MARKS, *_PLAIN_MARKS, *_REST,
    ),
    "turkic": _rules(
        ("c", "dZ"), ("ç", "C"), ("j", "Z"), ("x", "X"), ("q", "g"), ("ü", "iu"), ("ö", "e"), *_SLAVIC_MARKS, *_PLAIN_MARKS,
        *_REST,
    ),
    "japanese": _rules(
        ("sh", "s"), ("ch", "t"), ("ts", "T"), ("j", "dz"), ("z", "dz"), ("ou", "o"), *_SLAVIC_MARKS, *_PLAIN_MARKS, *_REST,
    ),
}  # fmt: skip

_VOWEL = "aeiouéèê"
_CLOSED = f"{_HARD}{{2}}|{_HARD}\\n"

SOUNDS: dict[str, tuple[Rule, ...]] = {
    # Pinyin as Palladius writes it in Cyrillic.
    "chinese": _rules(
        ("ü", "iu"), (r"(?<=[jqx])u", "iu"), (r"yu(?=[^aeiou])", "iui"), ("yu", "iu"), (r"(?<=[aeiou])ng(?=[^aeiou])", "N"),
        ("oN", "uN"), ("ioN", "iuN"), ("you", "iu"), ("yi", "i"), ("wu", "u"), (r"(?<=[a-z])ui(?=[^n])", "uei"), ("zh", "CZ"),
        ("ch", "C"), ("sh", "S"), ("j", "Tz"), ("q", "T"), ("x", "s"), (r"(?<=[\naeiounN])z", "Tz"),
        (r"(?<=[\naeiounN])c", "T"), (r"(?<=[\naeiounN])r(?=[aeiou])", "Z"), ("h", "X"), ("N", "n"), *_SLAVIC_MARKS,
        *_PLAIN_MARKS, *_REST,
    ),
    # Names of antiquity lose their endings in Cyrillic (Hadrianus, Адриан).
    "latin": _rules(
        (r"(?<=[a-z])a?eus(?=\n)", "ei"), (r"ius(?=\n)", "ii"), (r"(?<=[a-z]{2})[uoe]s(?=\n)", ""), ("th", "f"), ("ch", "X"),
        ("ph", "f"), (r"ti(?=[aeiou])", "Ti"), ("ae", "e"), ("oe", "e"), (r"eu(?=[aeiobdgklmnr])", "ev"),
        (r"au(?=[aeiorlmnd])", "av"), (r"cc?(?=[eiy])", "T"), ("qu", "kv"), (r"(?<=[aeiou])s(?=[aeiou])", "z"),
        *_SLAVIC_MARKS, *_PLAIN_MARKS, *_REST,
    ),
    "greek": _rules(
        (r"ius(?=\n)", "ii"), (r"(?<=[a-z]{2})[uoe]s(?=\n)", ""), ("mp", "b"), ("ou", "u"), ("b", "v"), ("th", "f"),
        ("ch", "X"), ("eu", "ev"), ("au", "av"), ("oi", "i"), ("ai", "e"), ("ae", "e"), (r"(?<=\n)h", ""),
        *_SLAVIC_MARKS, *_PLAIN_MARKS, *_REST,
    ),
    "portuguese": _rules(
        ("lh", "l"), ("nh", "n"), ("ch", "S"), ("h", ""), ("ão", "an"), ("õ", "on"), ("qu", "k"), (r"gu(?=[ei])", "g"),
        (f"g{_FRONT}", "Z"), ("j", "Z"), (f"c{_FRONT}", "s"), ("x", "S"), (r"(?<=[aeiou])s(?=[aeiou])", "z"),
        (r"s(?=\n)", "S"), (r"o(?=S?\n)", "u"), (r"e(?=\n)", "i"), *_SLAVIC_MARKS, *_PLAIN_MARKS, *_REST,
    ),
    # What is written and not spoken (Desjardins, Дежарден).
    "french": _rules(
        ("chtch", "SC"), ("tch", "C"), (r"(?<=[aeiou])ille?(?=[^aeiou])", "i"), (r"(?<=[aeou])ill", "i"),
        (r"e?aux?(?=[^aeiou])", "o"), ("eau", "o"), ("au", "o"), ("oin", "uen"), (r"o[iy]", "ua"),
        (f"[ae]in(?=[^{_VOWEL}])", "en"), (f"(?<=[^aeou])in(?=[^{_VOWEL}yn])", "en"),
        (r"e[nm](?=[bcdfgjklpqrstvxz])", "an"), ("ou", "u"), ("eu", "e"), (r"a[iy]", "e"), ("ch", "S"), ("ph", "f"),
        ("th", "t"), ("h", ""), ("cqu", "k"), ("qu", "k"), (r"gu(?=[eiéè])", "g"), ("gn", "n"), ("j", "Z"),
        (r"ge(?=[ao])", "Z"), (f"g{_FRONT}", "Z"), (f"c{_FRONT}", "s"), (f"(?<=[aeiou])s(?=[{_VOWEL}])", "z"),
        (r"(?<=[a-z]{2})e[rtz](?=\n)", "e"), (r"(?<=[a-z])(?:es|e|s|t|d|x|z|p)(?=\n)", ""),
        (r"(?<=[a-z]{2})[tdsx](?=\n)", ""), *_SLAVIC_MARKS, *_PLAIN_MARKS, *_REST,
    ),
    "english": _rules(
        (r"(?<=\n)mac?(?=[bcdfgklmnpqrstvz])|(?<=\n)mc", "mak"), (r"(?<=\n)kn", "n"), (r"(?<=\n)wr", "r"),
        (r"(?<=\n)ps", "s"), ("dge", "dZ"), ("tch", "C"), ("ch", "C"), ("sh", "S"), (r"[ao]ugh(?=\n|t)", "o"), ("igh", "ai"),
        ("gh", ""), ("ph", "f"), ("th", "t"), ("wh", "u"), ("rh", "r"), (r"(?<=[a-z])ie(?=\n)", "i"), (r"eys?(?=\n)", "i"),
        (r"le(?=\n)", "l"), (r"ire(?=s?\n)", "air"), (f"a(?=(?:{_HARD}|ng|st)es?\n)", "ei"),
        (f"[iy](?={_HARD}es?\n)", "ai"), (f"o(?={_HARD}es?\n)", "ou"), (f"u(?={_HARD}es?\n)", "iu"), (r"es?(?=\n)", ""),
        ("ai", "ei"), ("ay", "ei"), ("ea", "i"), ("ee", "i"), ("oa", "ou"), ("oo", "u"), ("ow", "au"), ("ou", "au"),
        ("aw", "o"), ("au", "o"), ("ew", "iu"), (r"w(?=[aeiou])", "u"), (f"a(?={_CLOSED})", "e"), (f"u(?={_CLOSED})", "a"),
        (f"g{_FRONT}", "dZ"), ("j", "dZ"), (f"c{_FRONT}", "s"), ("ck", "k"), ("qu", "ku"), *_SLAVIC_MARKS, *_PLAIN_MARKS,
        *_REST,
    ),
    "dutch": _rules(
        ("sch", "sX"), ("ij", "ei"), ("ey", "ei"), ("oe", "u"), ("ui", "ei"), ("uu", "iu"), ("aa", "a"), ("oo", "o"),
        ("ee", "e"), ("eu", "e"), ("ch", "X"), (r"g(?=[^h])", "X"), ("y", "iu"), *_SLAVIC_MARKS, *_PLAIN_MARKS, *_REST,
    ),
}  # fmt: skip
"""By ear: for what only a human may judge. They bring together what is no spelling of one another, and never make a link."""

LOOSEN = _rules(
    # ё is written e as often as (y)o; at the end of a word -io is another name (Mario, Marie)
    (r"io(?=[^\n])", "e"), (r"(?<=[SZC])o(?=v)", "e"), ("ts", "T"), ("S", "s"), ("Z", "z"), ("C", "c"), ("T", "c"), ("X", "x"),
    ("g", "h"),
    (r"u(?=[aeiou])", "v"), (r"(?<=[aeio])u(?=\n)", "v"), (r"i+(?=[aeou])", ""), (r"([a-z])\1+", r"\1"),
)  # fmt: skip
SKELETON = _rules(
    ("x", "k"), ("h", "k"), ("f", "v"), ("p", "b"), ("t", "d"), ("c", "s"), ("z", "s"), (r"(?<=[a-z])[aeiou]", ""),
    (r"\n[aeiou]", "\na"), (r"([a-z])\1+", r"\1"),
)  # fmt: skip
