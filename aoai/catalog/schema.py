"""The rows of catalog.toml and of a stack's overrides, with the type of every field."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Literal, get_args

import msgspec

Method = Literal["supervised", "dpo", "reinforcement"]
"""How a job trains, as ``method.type`` of the jobs API names it."""

TrainingType = Literal["Standard", "DataZone", "GlobalStandard", "Developer"]
"""Where a job trains, as ``trainingType`` of the jobs API names it."""

TRAINING_TYPES: tuple[TrainingType, ...] = get_args(TrainingType)

_DEVELOPER = "developertier"  # as Azure's answers and its SKU write it


def training_type_of(name: str) -> TrainingType | None:
    """The training type of a name in any case of letters; None if there is none."""
    wanted = name.strip().lower()
    wanted = "developer" if wanted == _DEVELOPER else wanted
    return next((kind for kind in TRAINING_TYPES if kind.lower() == wanted), None)


Stage = Literal["Preview", "GenerallyAvailable", "Legacy", "Deprecated", "Retired"]
"""The lifecycle stages of the Foundry documentation, which are not those of the Models API."""


class _Row(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """One table of the file: camelCase there, snake_case here."""


class Source(_Row, frozen=True):
    """Where facts were read.

    Attributes:
        title: name of the page or record.
        url: where it is.
        date: the day that the page bears; None if it bears none.
    """

    title: str
    url: str
    date: datetime.date | None = None


class Sku(_Row, frozen=True):
    """A deployment SKU.

    Attributes:
        name: as ARM writes it.
        processing: where prompts may be processed: ``region``, ``data zone`` or ``global``.
        billing: ``tokens``, ``provisioned`` (throughput units by the hour) or ``batch``.
        aliases: other names that are seen for it.
    """

    name: str
    processing: Literal["region", "data zone", "global"]
    billing: Literal["tokens", "provisioned", "batch"]
    source: str
    aliases: tuple[str, ...] = ()


class Region(_Row, frozen=True):
    """An Azure region.

    Attributes:
        name: as ARM writes it, such as ``swedencentral``.
        display: as the portal writes it, such as ``Sweden Central``.
        geography: within which Azure keeps data that must stay, such as ``Sweden``.
        data_zone: ``US`` or ``EU`` if the region belongs to one.
    """

    name: str
    display: str
    geography: str
    source: str
    data_zone: str | None = None


class ControlTokens(_Row, frozen=True):
    """Texts that steer a family of models, and so must not be in training data.

    Attributes:
        tokens: the texts.
        refused: whether the service was seen to refuse a file for one of them.
    """

    tokens: tuple[str, ...]
    source: str
    refused: bool = False


class GlobalTraining(_Row, frozen=True):
    """The regions whose accounts can train globally, for models without a list of their own."""

    regions: tuple[str, ...]
    source: str
    without_vision: tuple[str, ...] = ()


class Arm(_Row, frozen=True):
    """How ARM names the model; it compares ``format`` with regard to case."""

    format: str
    source: str = ""
    version: str | None = None


class Text(_Row, frozen=True):
    """Tokenizer and control tokens; ``control_tokens`` is a key of the table of that name."""

    source: str = ""
    tokenizer: str | None = None
    control_tokens: str | None = None


class Data(_Row, frozen=True):
    """What training data the model takes.

    Attributes:
        images: whether examples may hold images; None if that is not known.
        format: the format that the model alone decides, such as ``completion``.
    """

    source: str = ""
    images: bool | None = None
    format: str | None = None


class Training(_Row, frozen=True):
    """How and where the model can be trained.

    Attributes:
        methods: what it can be trained by.
        types: where a job may run.
        regions: accounts that can train it with type ``Standard``.
        regions_source: the page with the regions, if it is another one than ``source``.
        global_regions: accounts that can train it globally; None for the common list.
        global_except: regions of the common list that cannot.
        invitation: only subscriptions that Microsoft invited.
        preview: training it is in preview.
    """

    methods: tuple[Method, ...]
    types: tuple[TrainingType, ...]
    source: str = ""
    regions: tuple[str, ...] = ()
    regions_source: str | None = None
    global_regions: tuple[str, ...] | None = None
    global_except: tuple[str, ...] = ()
    invitation: bool = False
    preview: bool = False


class Limits(_Row, frozen=True):
    """Tokens that a prompt and its answer, and one training example, may have."""

    source: str = ""
    context_tokens: int | None = None
    example_tokens: int | None = None


class TrainingDivisors(_Row, frozen=True):
    """The price of Standard training divided by that of each training type.

    For stacks that state prices of Standard training alone.
    """

    divisors: Mapping[str, float]
    source: str


class Serving(_Row, frozen=True):
    """How the fine-tuned model can be deployed.

    Attributes:
        skus: SKUs of serverless deployments.
        regions: where SKU ``Standard`` is offered.
        provisioned_regions: where SKU ``ProvisionedManaged`` is offered.
        elsewhere: other services that host it, where no SKU does.
    """

    skus: tuple[str, ...]
    source: str = ""
    regions: tuple[str, ...] = ()
    provisioned_regions: tuple[str, ...] = ()
    elsewhere: str | None = None


class Retirement(_Row, frozen=True):
    """One schedule's dates; on a date the thing ends, and not before it.

    Attributes:
        stage: lifecycle stage of the base model.
        base: retirement of the base model.
        training: retirement of training.
        serving: retirement of deployments of fine-tuned models.
        existing_customers_only: ``training`` holds for subscriptions that deployed the model
            before; for others training ends with the base model.
        replacement: the model that Microsoft recommends instead.
    """

    stage: Stage
    source: str = ""
    base: datetime.date | None = None
    training: datetime.date | None = None
    serving: datetime.date | None = None
    existing_customers_only: bool = False
    replacement: str | None = None


Usd = Annotated[float, msgspec.Meta(ge=0)]
"""An amount in US dollars."""


class TokenPrices(_Row, frozen=True):
    """USD for a million tokens of inference."""

    input: Usd
    output: Usd
    cached_input: Usd | None = None


class Prices(_Row, frozen=True):
    """A model's prices by one source, in USD.

    Attributes:
        training: for a million training tokens, by training type.
        training_hour: for an hour of reinforcement training, by training type.
        training_pause: cost of one reinforcement job at which the service pauses it.
        hosting: for an hour of a deployment, by SKU; 0 is free, absent is unknown.
        inference: by SKU.
    """

    source: str = ""
    training: Mapping[str, Usd] = {}
    training_hour: Mapping[str, Usd] = {}
    training_pause: Usd | None = None
    hosting: Mapping[str, Usd] = {}
    inference: Mapping[str, TokenPrices] = {}


class BaseModel(_Row, frozen=True):
    """A base model.

    Attributes:
        name: its family, which the service takes for the snapshot, such as ``gpt-4.1-mini``.
        version: the snapshot's date, such as ``2025-04-14``, where it is part of the name.
        aliases: other names that are seen for it.
        retirement: newest schedule first.
    """

    name: str
    source: str = ""
    version: str | None = None
    aliases: tuple[str, ...] = ()
    arm: Arm | None = None
    data: Data = Data()
    text: Text = Text()
    training: Training | None = None
    limits: Limits = Limits()
    serving: Serving | None = None
    retirement: tuple[Retirement, ...] = ()
    prices: tuple[Prices, ...] = ()

    @property
    def canonical_name(self) -> str:
        """The name by which the jobs API knows it, such as ``gpt-4.1-mini-2025-04-14``."""
        return f"{self.name}-{self.version}" if self.version else self.name

    @property
    def schedule(self) -> Retirement | None:
        """The newest schedule; None if no page has one."""
        return self.retirement[0] if self.retirement else None


class Document(_Row, frozen=True):
    """The whole file."""

    sources: Mapping[str, Source]
    skus: tuple[Sku, ...]
    control_tokens: Mapping[str, ControlTokens]
    global_training: GlobalTraining
    training_divisors: TrainingDivisors
    models: tuple[BaseModel, ...]
    regions: tuple[Region, ...]
