"""Names of models: a base model's, and a fine-tuned model's with what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

_TUNED = re.compile(
    r"(?P<base>.+?)\.ft-(?P<job>[0-9a-f]{32})(-(?P<suffix>[A-Za-z0-9_-]+))?"
    r"(:ckpt-step-(?P<step>\d+))?",
    re.IGNORECASE,
)
_LOOSE = re.compile(r"(?P<base>.+?)\.ft-[^:]+(:ckpt-step-(?P<step>\d+))?", re.IGNORECASE)
_ALIKE = 0.88  # a letter left out or two exchanged; gpt-5-mini is no slip for gpt-4.1-mini


@dataclass(frozen=True, slots=True)
class TunedName:
    """The parts of a fine-tuned model's name, ``<base>.ft-<job>[-<suffix>][:ckpt-step-<step>]``.

    Attributes:
        base: name of the base model.
        job: 32 hexadecimal digits of the job, or empty if the name has another form.
        suffix: the job's suffix, or empty.
        step: step of the checkpoint; None for the last one.
    """

    base: str
    job: str = ""
    suffix: str = ""
    step: int | None = None


def parse_tuned_name(name: str) -> TunedName | None:
    """The parts of a fine-tuned model's name; None if it is the name of a base model."""
    whole = _TUNED.fullmatch(name)
    if whole is not None:
        return TunedName(whole["base"], whole["job"], whole["suffix"] or "", _number(whole["step"]))
    loose = _LOOSE.fullmatch(name)
    return TunedName(loose["base"], step=_number(loose["step"])) if loose is not None else None


def _number(digits: str | None) -> int | None:
    return int(digits) if digits is not None else None


def base_name(name: str) -> str:
    """The base model's name in a fine-tuned model's; any other name as it is."""
    tuned = parse_tuned_name(name)
    return tuned.base if tuned is not None else name


def near_miss(name: str, known: Iterable[str], cutoff: float = _ALIKE) -> str | None:
    """The known name that was probably meant, or None if none is alike.

    Names are compared without regard to letter case and to separators between words.

    Args:
        name: as it was written.
        known: the names that exist.
        cutoff: how alike they must be, from 0 to 1.
    """
    by_form = {_form(each): each for each in known}
    found = get_close_matches(_form(name), list(by_form), n=1, cutoff=cutoff)
    return by_form[found[0]] if found else None


def first_word(name: str, known: Iterable[str]) -> str | None:
    """The first known name that begins with this one or is its beginning; None if there is none.

    ``Global`` is ``GlobalStandard``, and ``DataZoneStandard`` is ``DataZone``.
    """
    form = "".join(_form(name).split("-"))
    if len(form) < _SHORTEST:
        return None
    return next(
        (k for k in known if k.lower().startswith(form) or form.startswith(k.lower())), None
    )


_SHORTEST = 3  # letters that say something


def _form(name: str) -> str:
    return re.sub(r"[\s_-]+", "-", name.strip().lower())
