"""The file of ``--prices``: USD for a million training tokens, by model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from aoai.cli.input_file import read_bounded
from aoai.dataset.decode.nesting import is_nested_too_deeply
from aoai.dataset.finding import printable
from aoai.errors import ConfigurationError

_DEAREST = 1_000_000  # USD for a million tokens; infinity could not be written as JSON


def read_prices(path: Path) -> Mapping[str, float]:
    """Prices of Standard training, by family or snapshot.

    Args:
        path: a JSON file with an object such as ``{"gpt-4.1-mini": 5.5}``.

    Raises:
        ConfigurationError: it cannot be read, or holds something else.
    """
    name = printable(path)
    try:
        table = _decoded(read_bounded(path))
    except OSError as error:
        raise ConfigurationError(f"--prices {name}: cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise ConfigurationError(f"--prices {name}: cannot be read as JSON: {error}.") from None
    if not isinstance(table, dict) or not all(map(_is_price, table.values())):
        raise ConfigurationError(
            f'--prices {name}: write {{"gpt-4.1-mini": 5.5, ...}}, each price from 0 to '
            f"{_DEAREST:,} USD for a million tokens."
        )
    return table


def _decoded(text: str) -> object:
    if is_nested_too_deeply(text.encode()):
        raise ValueError("nested too deeply")
    return json.loads(text)


def _is_price(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return 0 <= value <= _DEAREST
