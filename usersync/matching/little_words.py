"""Words of names that are no names: titles, particles, legal forms."""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _set(
    "mr mrs ms miss dr prof sir pan pani пан пані панна господин госпожа др доктор проф професор профессор "
    "herr frau señor señora sr sra doña mme mlle"
)
"""Dropped unless nothing else is left."""

PARTICLES = _set(
    "van von de da di del della der den des du la le les el al bin ibn ben bint abu dos das do zu zur ter ten st san "
    "ван фон де да ді ди дель дер ден ду ла ле ель эль аль бін бин ібн ибн бен абу сан мак"
)
"""Left aside when names are compared; a name that has none is not quite the same name."""

LEGAL_FORMS = _set(
    "тов тзов ооо зао оао пат прат фоп ип пп чп дп кп нвп llc ltd inc gmbh ag sa srl plc corp company co "
    "товариство компанія компания фірма фирма завод банк"
)
"""A contact that is a company."""
