"""Which analyzers there are, and the name that an index bears of the one that made its terms."""

from __future__ import annotations

from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version

import Stemmer

from store.errors import AnalyzerMissing

RULES = 1
"""Grows with every change of the terms that a text becomes: an index of other rules is rebuilt."""

_MORPHEMES = ("kiwipiepy", "kiwipiepy-model")


class Variant(StrEnum):
    """How Korean is analyzed."""

    DEFAULT = "default"
    """By its particles and endings; no model."""
    KIWI = "kiwi"
    """By morphemes; a model of some 500 megabytes of memory."""


def required_name(variant: Variant) -> str:
    """Return the name of an analyzer. Raises AnalyzerMissing where it is not installed."""
    name = name_of(variant)
    if name is None:
        raise AnalyzerMissing(variant)
    return name


def name_of(variant: Variant) -> str | None:
    """Return the name of an analyzer, None where it is not installed.

    All is in it that decides about terms: two of one name make the same of every text.
    """
    # Of the stemmer's versions, the third number never changes a stem.
    stems = ".".join(Stemmer.version().split(".")[:2])
    name = f"{RULES} snowball-{stems}"
    if variant is Variant.DEFAULT:
        return name
    try:
        return " ".join((name, *(f"{package}-{version(package)}" for package in _MORPHEMES)))
    except PackageNotFoundError:
        return None
