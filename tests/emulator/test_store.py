"""What the store keeps in memory is never older than what it has written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aoai_emulator.state.store import Store, Table


@dataclass(frozen=True)
class Thing:
    """An object."""

    id: str
    colour: str = "red"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    made = Store(tmp_path / "store.sqlite")
    yield made
    made.close()


def seen(store: Store) -> list[Thing]:
    """All things, by three ways that agree."""
    table = Table(store, Thing)
    listed = table.list("here")
    assert listed == table.list_without("here", "colour", ("no colour",))
    assert [thing for each in "ab" if (thing := table.get("here", each))] == listed
    return listed


def test_an_object_that_is_written_replaced_or_deleted_is_seen_so_at_once(store: Store) -> None:
    table = Table(store, Thing)
    assert seen(store) == []
    table.put("here", Thing("a"))
    assert seen(store) == [Thing("a")]
    table.put("here", Thing("a", "blue"))
    table.put("here", Thing("b"))
    assert seen(store) == [Thing("a", "blue"), Thing("b")]
    table.keep_latest("here", 1)
    assert seen(store) == [Thing("b")]
    table.delete("here", "b")
    assert seen(store) == []
    table.put("here", Thing("a"))
    assert seen(store) == [Thing("a")]
    table.clear("here")
    assert seen(store) == []


def test_a_transaction_that_is_given_up_leaves_nothing_in_memory(store: Store) -> None:
    Table(store, Thing).put("here", Thing("a"))
    store.set_meta("count", 1)
    with pytest.raises(RuntimeError), store.transaction():
        Table(store, Thing).put("here", Thing("b"))
        store.set_meta("count", 2)
        assert (len(seen(store)), store.get_meta("count")) == (2, 2)
        raise RuntimeError
    assert (seen(store), store.get_meta("count")) == ([Thing("a")], 1)


def test_a_reset_forgets_objects_and_keeps_named_values(store: Store) -> None:
    Table(store, Thing).put("here", Thing("a"))
    store.set_meta("count", 1)
    assert len(seen(store)) == 1
    store.clear()
    assert (seen(store), store.get_meta("count"), store.get_meta("other")) == ([], 1, None)


def test_a_value_that_is_changed_by_its_reader_stays_as_it_was_written(store: Store) -> None:
    store.set_meta("values", [1])
    store.get_meta("values").append(2)
    assert store.get_meta("values") == [1]
