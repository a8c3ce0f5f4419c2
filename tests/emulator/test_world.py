"""World files: what they may say, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from aoai_emulator import World, WorldError
from aoai_emulator.calls.roles import ROLES, allows
from aoai_emulator.state.catalog import Catalog, training_type

DEFAULT = Path(__file__).parents[2] / "emulator/aoai_emulator/state/default_world.yaml"


def changed(path: Path, **changes: Any) -> Path:
    data = yaml.safe_load(DEFAULT.read_text())
    path.write_text(yaml.safe_dump(data | changes))
    return path


def test_the_default_world_has_two_tenants_and_four_accounts() -> None:
    world = World.default()
    assert [tenant.name for tenant in world.tenants] == ["contoso", "fabrikam"]
    assert [account.location for account in world.accounts] == [
        "swedencentral",
        "eastus2",
        "northcentralus",
        "switzerlandwest",
    ]


def test_every_role_of_the_default_world_is_known() -> None:
    held = {grant.role for each in World.default().principals for grant in each.grants}
    assert held <= set(ROLES)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"subscriptions": [{"id": "x", "name": "s", "tenant": "nobody"}]}, "'nobody'"),
        ({"accounts": [{"name": "a", "subscription": "nowhere"}]}, "'nowhere'"),
        ({"accounts": [{"name": "a", "subscription": "contoso-ml"}]}, "location"),
        ({"accounts": [{"subscription": "contoso-ml", "colour": "red"}]}, "colour"),
        ({"tenants": 3}, "TypeError"),
        ({"principals": [{"name": "p"}]}, "KeyError"),
    ],
)
def test_a_wrong_world_file_names_what_is_wrong(
    tmp_path: Path, changes: dict[str, Any], what: str
) -> None:
    with pytest.raises(WorldError, match=what):
        World.load(changed(tmp_path / "world.yaml", **changes))


def test_a_world_survives_being_written_down() -> None:
    world = World.default()
    assert World.parse(yaml.safe_load(yaml.safe_dump(world.data()))) == world


def test_a_quota_of_the_world_goes_before_the_usual_one(tmp_path: Path) -> None:
    name = "OpenAI.Standard.gpt-4.1"
    quota = {"subscription": "contoso-ml", "location": "eastus2", "name": name, "limit": 7}
    world = World.load(changed(tmp_path / "world.yaml", quotas=[quota]))
    owner = world.subscriptions[0].id
    assert world.quota(owner.upper(), "eastus2", name.lower(), 500) == 7
    assert world.quota(owner, "swedencentral", name, 500) == 500


def test_a_role_holds_at_its_scope_and_below() -> None:
    world = World.default()
    limited = world.principal_named("no-source-role")
    assert limited
    action = "Microsoft.CognitiveServices/accounts/OpenAI/files/read"
    sweden, eastus = world.accounts[0].id, world.accounts[1].id
    assert allows(limited, eastus, action, data=True)
    assert not allows(limited, sweden, action, data=True)
    assert not allows(limited, eastus + "x", action, data=True)
    assert not allows(limited, eastus, "Microsoft.Web/sites/write")


def test_models_are_known_by_name_and_by_alias() -> None:
    catalog = Catalog.default()
    for name in ("gpt-4.1", "GPT-4.1-2025-04-14"):
        found = catalog.find(name)
        assert found
        assert found.wire_name == "gpt-4.1-2025-04-14"
    assert catalog.sku("standard") == "Standard"
    assert catalog.sku("Developer") == "DeveloperTier"
    assert training_type(1) is None
