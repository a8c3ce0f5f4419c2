"""What ``adopt`` is about to take over, said in a preview and before an update.

It is the one thing that a preview of this provider looks up in Azure: whose a deployment is stands
in its tags alone, and an update without that line would take it from somebody in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aoai.azure.account import Account
from aoai.azure.arm_names import same_name
from aoai.azure.clients import connect
from aoai.azure.lifecycle.deployment_claim import ID_TAG, Claim, Holder, owner_in_words
from aoai.errors import AoaiError, NotFound
from aoai.resources.identity import owner_key
from aoai.resources.props import is_known

_BUDGET = 10.0  # seconds; a preview must not hang where Azure is out of reach


def takeover(news: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """Whose deployment an update will take over, in a sentence; empty if it is nobody else's.

    Args:
        news: the inputs of the deployment; values may be unknown.
        before: the inputs that the state holds; empty for a new resource.
    """
    name, place = news.get("deployment_name"), news.get("account")
    if news.get("adopt") is not True or not isinstance(name, str):
        return ""
    # The settings of a stack are checked without their account.
    if not isinstance(place, Mapping) or not is_known(place):
        return ""
    account = Account.from_props(place)
    try:
        live = connect(account).deployments.within(_BUDGET).get_deployment(name)
    except NotFound:
        return ""
    except AoaiError as error:
        return f"whether `adopt` takes over deployment {name!r} is not known: {error}"
    held = same_name(str(before.get("deployment_name")), name)
    untagged = held and not live.tags.get(ID_TAG)
    # An owner that is not known yet is a new one, and owns nothing.
    owner = news.get("owner") if isinstance(news.get("owner"), str) else ""
    ours = Claim(key=owner_key(owner) if owner else "", incarnation="", address="")
    # Tags can be taken away; the state knows such a one by the moment when it was made.
    if untagged or ours.of(live) in (Holder.THIS, Holder.SAME_OWNER):
        return ""
    return (
        f"deployment {live.name!r} of {account} belongs to {owner_in_words(live)}: `adopt` takes "
        "it over"
    )
