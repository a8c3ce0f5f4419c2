"""An Azure OpenAI account and its cloud: where to send what, and with whose token."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from aoai.azure.arm_names import id_key, name_key, region_key, same_id, same_region
from aoai.azure.https_url import split_https
from aoai.errors import ConfigurationError

_ARM_ID = re.compile(
    r"/subscriptions/(?P<subscription>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"/resourceGroups/(?P<group>[\w.()-]{1,90})"
    r"/providers/Microsoft\.CognitiveServices/accounts/(?P<name>[a-z0-9][\w.-]{1,63})",
    re.IGNORECASE | re.ASCII,
)
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SURFACE = re.compile(r"|classic|v1|projects/[A-Za-z0-9][\w.-]{1,63}", re.ASCII)
_LOCATION = re.compile(r"[a-z0-9]{1,40}")
# One custom subdomain answers under all three.
_SUBDOMAINS = frozenset(
    f"{service}.{cloud}"
    for service in ("openai", "cognitiveservices", "services.ai")
    for cloud in ("azure.com", "azure.us", "azure.cn")
)

_PUBLIC_SCOPES = ("https://cognitiveservices.azure.com", "https://management.azure.com")
# The audience of a token by the host of the resource manager. An unknown host is an emulator or
# a private front: it takes the public cloud's.
_SCOPES = {
    "management.usgovcloudapi.net": (
        "https://cognitiveservices.azure.us",
        "https://management.usgovcloudapi.net",
    ),
    "management.chinacloudapi.cn": (
        "https://cognitiveservices.azure.cn",
        "https://management.chinacloudapi.cn",
    ),
}


# Below which domain a cloud's accounts have their names. An emulator has them in the path.
_DOMAINS = {
    "management.azure.com": "openai.azure.com",
    "management.usgovcloudapi.net": "openai.azure.us",
    "management.chinacloudapi.cn": "openai.azure.cn",
}


UNKNOWN_LOCATION = "unknown"
"""The region of an account that is named by its id alone."""


@dataclass(frozen=True)
class Cloud:
    """A cloud: its resource manager and its Entra authority, both as https URLs."""

    PUBLIC: ClassVar[Cloud]
    US_GOVERNMENT: ClassVar[Cloud]
    CHINA: ClassVar[Cloud]

    resource_manager: str
    authority: str

    @property
    def data_plane_scope(self) -> str:
        """The scope of a token for files, jobs, models and inference."""
        return f"{self._audiences()[0]}/.default"

    @property
    def arm_scope(self) -> str:
        """The scope of a token for the resource manager and for metrics."""
        return f"{self._audiences()[1]}/.default"

    def endpoint_of(self, account_id: str) -> str:
        """Where the account of an ARM id answers, if it has no other custom subdomain."""
        name = account_id.strip().rstrip("/").rsplit("/", 1)[-1]
        domain = _DOMAINS.get(urlsplit(self.resource_manager).hostname or "")
        return f"https://{name}.{domain}" if domain else f"{self.resource_manager}/{name}"

    def _audiences(self) -> tuple[str, str]:
        host = urlsplit(self.resource_manager).hostname or ""
        return _SCOPES.get(host, _PUBLIC_SCOPES)


Cloud.PUBLIC = Cloud("https://management.azure.com", "https://login.microsoftonline.com")
Cloud.US_GOVERNMENT = Cloud(
    "https://management.usgovcloudapi.net", "https://login.microsoftonline.us"
)
Cloud.CHINA = Cloud("https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn")


@dataclass(frozen=True, eq=False)
class Account:
    """An Azure OpenAI account.

    Blanks, trailing slashes and the portal's way of writing a region are taken out; the letter case
    of the id stays as it was given. Two accounts are equal if Azure takes them for the same,
    whatever the letter case.

    Attributes:
        id: its ARM id, ``/subscriptions/…/accounts/NAME``.
        endpoint: its data plane, ``https://NAME.openai.azure.com``, without a trailing slash.
        tenant_id: the Entra tenant (a GUID) that its subscription belongs to.
        location: its region, ``swedencentral`` or ``Sweden Central``; kept in ARM's short form.
        cloud: its cloud.
        surface: the surface of its data plane that jobs are asked of, ``classic``, ``v1`` or
            ``projects/NAME``; empty to let ``surfaces.py`` choose.

    Raises:
        ConfigurationError: a field is not valid; the message names the account and the field.
    """

    id: str
    endpoint: str
    tenant_id: str
    location: str
    cloud: Cloud = Cloud.PUBLIC
    surface: str = ""

    def __post_init__(self) -> None:
        for field, value in self._cleaned().items():
            object.__setattr__(self, field, value)
        if not _ARM_ID.fullmatch(self.id):
            raise _invalid(self.id, "id", "write the ARM id, /subscriptions/…/accounts/NAME")
        if not _GUID.fullmatch(self.tenant_id):
            raise _invalid(self.id, "tenant_id", "write the tenant's GUID")
        if not _LOCATION.fullmatch(self.location):
            raise _invalid(self.id, "location", "write the region's name, like swedencentral")
        if not _SURFACE.fullmatch(self.surface):
            raise _invalid(self.id, "surface", "write classic, v1 or projects/NAME")
        _require_https(self.id, "endpoint", self.endpoint)
        _require_https(self.id, "cloud.resource_manager", self.cloud.resource_manager)
        _require_https(self.id, "cloud.authority", self.cloud.authority)

    @classmethod
    def from_props(cls, props: Mapping[str, Any]) -> Account:
        """Read an account as the inputs of every resource hold it.

        Raises:
            ConfigurationError: a field is missing, is not a string, or is not valid.
        """
        name = str(props.get("id", "without an id"))
        cloud = props.get("cloud")
        return _known_account(
            _string(name, props, "id"),
            _string(name, props, "endpoint"),
            _string(name, props, "tenant_id"),
            _string(name, props, "location"),
            Cloud.PUBLIC if cloud is None else _cloud(name, cloud),
            str(props.get("surface") or ""),
        )

    def _cleaned(self) -> dict[str, str]:
        """The fields without what copying adds to them."""
        for field in ("id", "endpoint", "tenant_id", "location"):
            if not isinstance(getattr(self, field), str):
                raise _invalid(str(self.id), field, "a plain string is needed here, not an Output")
        return {
            "id": self.id.strip().rstrip("/"),
            "endpoint": self.endpoint.strip().rstrip("/"),
            "tenant_id": self.tenant_id.strip().lower(),
            "location": region_key(self.location),
        }

    def to_props(self) -> dict[str, Any]:
        """The account as the inputs of every resource hold it."""
        return {
            "id": self.id,
            "endpoint": self.endpoint,
            "tenant_id": self.tenant_id,
            "location": self.location,
            "cloud": {
                "resource_manager": self.cloud.resource_manager,
                "authority": self.cloud.authority,
            },
            **({"surface": self.surface} if self.surface else {}),
        }

    @property
    def subscription_id(self) -> str:
        """The subscription's GUID."""
        return self._part("subscription")

    @property
    def resource_group(self) -> str:
        """The name of the resource group; a move changes it."""
        return self._part("group")

    @property
    def name(self) -> str:
        """The account's own name."""
        return self._part("name")

    @property
    def key(self) -> str:
        """The ARM id in the form to compare and to hash, whatever its letter case."""
        return id_key(self.id)

    @functools.cached_property
    def endpoint_key(self) -> str:
        """The endpoint in the form to compare; empty if other accounts share it.

        A custom subdomain belongs to one account in all of Azure, under each of its three domains.
        The regional endpoint, of accounts without a subdomain, names no account.
        """
        parts = urlsplit(self.endpoint)
        host = name_key(parts.hostname or "")
        name, _, domain = host.partition(".")
        if domain.startswith("api.cognitive."):
            return ""
        port = "" if parts.port in {None, 443} else f":{parts.port}"
        return (name if domain in _SUBDOMAINS else host) + port + parts.path

    def is_same_place(self, other: Account) -> bool:
        """Whether the other is this account, perhaps after a move to another resource group.

        A move keeps the endpoint and the region, and with them files, jobs and models. An account
        that was deleted and made anew in another region is another one.
        """
        if same_id(self.id, other.id):
            return True
        moved = bool(self.endpoint_key) and self.endpoint_key == other.endpoint_key
        return moved and same_region(self.location, other.location)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Account):
            return NotImplemented
        return self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash(self._compared())

    def _compared(self) -> tuple[object, ...]:
        endpoint = name_key(self.endpoint)
        return self.key, endpoint, self.tenant_id, self.location, self.cloud, self.surface

    def __str__(self) -> str:
        known = self.location != UNKNOWN_LOCATION
        return f"account {self.name} ({self.location})" if known else f"account {self.name}"

    def _part(self, group: str) -> str:
        match = _ARM_ID.fullmatch(self.id)
        return match.group(group) if match else ""


@functools.lru_cache(maxsize=256)
def _known_account(*fields: Any) -> Account:
    """An account, validated once: each comparison of two resources asks for theirs."""
    return Account(*fields)


def _cloud(account: str, props: object) -> Cloud:
    if not isinstance(props, Mapping):
        raise _invalid(account, "cloud", "write its resource_manager and its authority")
    return Cloud(
        resource_manager=_string(account, props, "resource_manager", "cloud.").rstrip("/"),
        authority=_string(account, props, "authority", "cloud.").rstrip("/"),
    )


def _string(account: str, props: Mapping[str, Any], field: str, parent: str = "") -> str:
    value = props.get(field)
    if not isinstance(value, str) or not value.strip():
        raise _invalid(account, parent + field, "it is missing or not a string")
    return value.strip()


def _require_https(account: str, field: str, url: str) -> None:
    parts = split_https(url)
    if parts is None:
        raise _invalid(account, field, "write an https URL with a host and a valid port")
    if "@" in parts.netloc:
        raise _invalid(account, field, "leave out the user or password before the host")
    if parts.query or parts.fragment:
        raise _invalid(account, field, "leave out the query and the fragment")


def _invalid(account: str, field: str, advice: str) -> ConfigurationError:
    # The value itself is left out: an endpoint may carry a password by mistake.
    return ConfigurationError(f"Account {account[:200]!r}: {field} is not valid; {advice}.")
