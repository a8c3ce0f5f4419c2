"""Who may reach the account."""

from __future__ import annotations

from pulumi_azure_native import cognitiveservices

from aoai_components.openai_account.args import OpenAIAccountArgs


def network_rules(args: OpenAIAccountArgs) -> cognitiveservices.NetworkRuleSetArgs | None:
    """Deny all but what is allowed; None, and so the service's default, if nothing is listed."""
    if not args.allowed_ip_ranges and not args.allowed_subnets:
        return None
    return cognitiveservices.NetworkRuleSetArgs(
        default_action=cognitiveservices.NetworkRuleAction.DENY,
        ip_rules=[cognitiveservices.IpRuleArgs(value=value) for value in args.allowed_ip_ranges],
        virtual_network_rules=[
            cognitiveservices.VirtualNetworkRuleArgs(id=subnet) for subnet in args.allowed_subnets
        ],
    )
