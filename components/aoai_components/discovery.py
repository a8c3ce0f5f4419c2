"""Everything that is asked of the accounts before an update, in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from aoai.catalog import Offer
from aoai_components.account_facts import AccountFacts, read_accounts
from aoai_components.preflight import problems, unchecked
from aoai_components.settings import Settings
from aoai_components.taken_in import TakenIn, find_taken_in


@dataclass(frozen=True)
class Discovery:
    """What the accounts have answered.

    Attributes:
        facts: of each account that exists, by its key.
        taken_in: what became of the jobs, models and files that the stack names.
    """

    facts: Mapping[str, AccountFacts] = field(default_factory=dict)
    taken_in: TakenIn = field(default_factory=TakenIn)

    @property
    def offers(self) -> dict[str, list[Offer]]:
        """The models that accounts list, by account; none of one that could not be asked."""
        return {key: facts.offers.value or [] for key, facts in self.facts.items()}

    @property
    def missed(self) -> list[str]:
        """What could not be looked at, and why."""
        return [text for text in (unchecked(self.facts), *self.taken_in.missed) if text]

    def problems(self, settings: Settings) -> Iterator[str]:
        """What is certain to fail."""
        yield from problems(settings, self.facts)
        yield from self.taken_in.problems


Discover = Callable[[Settings], Discovery]


def discover(settings: Settings) -> Discovery:
    """Ask every account of a stack, but those that it makes itself."""
    accounts = {k: a for k, a in settings.accounts.items() if k not in settings.created}
    trains = {model.account for model in settings.models.values() if not model.is_taken_in}
    facts = read_accounts(accounts, trains) if accounts else {}
    return Discovery(facts, find_taken_in(settings))


def discover_nothing(_settings: Settings) -> Discovery:
    """Ask nobody: what is checked without access to the accounts."""
    return Discovery()
