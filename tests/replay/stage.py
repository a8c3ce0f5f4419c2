"""A record on the emulator: its world, its clock, its requests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import requests
from aoai_emulator import RunningEmulator

from tests.replay.compare import Answer
from tests.replay.placeholders import Names
from tests.replay.records import Record

SUBSCRIPTION: Final = "/subscriptions/d1d1d1d1-0000-4000-8000-000000000001"
_TENANT: Final = "d0d0d0d0-0000-4000-8000-00000000000d"
_GROUP: Final = "rg-lab"
_KEYS: Final = "listKeys?api-version=2024-10-01"
_SCOPES: Final = {"arm": "https://management.azure.com", "token": "https://ai.azure.com"}
_LEAD: Final = ("azure-asyncoperation", "location")
_WRONG_KEY: Final = "0" * 84


class Stage:
    """One record's account on an emulator that has just been emptied."""

    def __init__(self, azure: RunningEmulator, record: Record) -> None:
        self.azure = azure
        self.record = record
        self._session = requests.Session()
        self._session.verify = str(azure.ca_file)
        self._session.trust_env = False
        self._credentials: dict[str, dict[str, str]] = {}
        self.names = Names(self._places())
        self.lines: dict[str, str] = {}
        azure.reset()
        azure.freeze(record.clock)
        azure.pace("immediate")
        azure.pace(record.pace)
        azure.settings(**record.settings)

    def _places(self) -> dict[str, Any]:
        name = self.record.account
        endpoint = self.azure.endpoint(name)
        group = f"{SUBSCRIPTION}/resourceGroups/{_GROUP}"
        return {
            "name": name,
            "groupname": _GROUP,
            "subscription": SUBSCRIPTION,
            "group": group,
            "account": f"{group}/providers/Microsoft.CognitiveServices/accounts/{name}",
            "endpoint": endpoint,
            "openai": f"{endpoint}/openai",
            "project": f"{endpoint}/api/projects/parcels",
        }

    @property
    def authoring(self) -> str:
        """Where files and jobs of the record's account are."""
        place = self.names.bound["project"] + "/openai"
        return str(place if self.record.surface == "foundry" else self.names.bound["openai"])

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def stand_at(self, seconds: float) -> None:
        """Move the clock on to a moment of the record, if it is not past it."""
        start = datetime.fromisoformat(self.record.clock)
        moment = start + timedelta(seconds=seconds)
        if moment > datetime.fromisoformat(self.azure.now()):
            self.azure.freeze(moment.isoformat())

    def request(self, method: str, path: str, **options: Any) -> Answer:
        """A request as a record writes it. Headers that lead on are bound to their names."""
        answer = self.send(
            method,
            self.names.fill(path),
            json=self.names.filled(options.pop("json", None)),
            **options,
        )
        leads = {name: answer.headers[name] for name in _LEAD if name in answer.headers}
        self.names.bound |= leads
        return answer

    def send(
        self, method: str, path: str, *, auth: str = "", form: Any = None, **options: Any
    ) -> Answer:
        """A request to a path or URL, with the credentials that it needs."""
        url = path if path.startswith("https:") else self.azure.url + path
        # ARM is what lies below /subscriptions of the emulator's own root.
        arm = url.removeprefix(self.azure.url).startswith("/subscriptions")
        headers = {**self._credential(auth or ("arm" if arm else self.record.auth))}
        headers |= options.pop("headers", {})
        found = self._session.request(
            method, url, headers=headers, files=form, timeout=20, **options
        )
        return Answer(found.status_code, found.headers, found.content)

    def _credential(self, kind: str) -> dict[str, str]:
        if kind == "wrong-key":
            return {"api-key": _WRONG_KEY}
        if kind not in self._credentials:
            self._credentials[kind] = self._key() if kind == "key" else self._token(_SCOPES[kind])
        return self._credentials[kind]

    def _key(self) -> dict[str, str]:
        path = f"{self.names.bound['account']}/{_KEYS}"
        url = self.azure.url + path
        found = self._session.post(url, headers=self._credential("arm"), timeout=20)
        return {"api-key": found.json()["key1"]}

    def _token(self, audience: str) -> dict[str, str]:
        given = self.azure.environment()
        form = {
            "grant_type": "client_credentials",
            "client_id": given["AZURE_CLIENT_ID"],
            "client_secret": given["AZURE_CLIENT_SECRET"],
            "scope": f"{audience}/.default",
        }
        url = f"{self.azure.url}/{_TENANT}/oauth2/v2.0/token"
        found = self._session.post(url, data=form, timeout=20)
        return {"Authorization": f"Bearer {found.json()['access_token']}"}
