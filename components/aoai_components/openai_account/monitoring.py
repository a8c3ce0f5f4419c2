"""Logs and metrics of the account, and the alerts on them."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import monitor

from aoai_components.openai_account.args import Alerts, OpenAIAccountArgs

DELETE_OPERATION = "Microsoft.CognitiveServices/accounts/deployments/delete"


def send_logs(
    name: str,
    args: OpenAIAccountArgs,
    account_id: pulumi.Input[str],
    child: pulumi.ResourceOptions,
) -> None:
    """Send all logs and metrics of the account to its workspace, if it has one."""
    if args.log_analytics_workspace is None:
        return
    monitor.DiagnosticSetting(
        name,
        resource_uri=account_id,
        workspace_id=args.log_analytics_workspace,
        logs=[monitor.DiagnosticsLogSettingsArgs(category_group="allLogs", enabled=True)],
        metrics=[monitor.DiagnosticsMetricSettingsArgs(category="AllMetrics", enabled=True)],
        opts=child,
    )


def add_alerts(
    name: str,
    args: OpenAIAccountArgs,
    group: pulumi.Input[str],
    account_id: pulumi.Input[str],
    child: pulumi.ResourceOptions,
) -> None:
    """Make the alerts that are asked for."""
    alerts = args.alerts
    if alerts is None:
        return
    if alerts.silence and args.log_analytics_workspace is not None:
        _silence(name, args, alerts, group, child)
    if alerts.removal:
        _removal(name, args, alerts, group, account_id, child)


def _silence(
    name: str,
    args: OpenAIAccountArgs,
    alerts: Alerts,
    group: pulumi.Input[str],
    child: pulumi.ResourceOptions,
) -> None:
    monitor.ScheduledQueryRule(
        f"{name}-silence",
        resource_group_name=group,
        location=args.location,
        display_name=pulumi.Output.concat("A deployment of ", args.name, " is not called"),
        description="Azure removes a deployment that was not called for 15 days.",
        scopes=[args.log_analytics_workspace],
        severity=2,
        enabled=True,
        evaluation_frequency="PT6H",
        window_size="P1D",
        override_query_time_range="P2D",
        criteria=monitor.ScheduledQueryRuleCriteriaArgs(all_of=[_silent(args)]),
        actions=monitor.ActionsArgs(action_groups=alerts.action_groups),
        tags=args.tags,
        opts=child,
    )


def _silent(args: OpenAIAccountArgs) -> monitor.ConditionArgs:
    return monitor.ConditionArgs(
        query=silence_query(args.name),
        time_aggregation="Count",
        operator="GreaterThan",
        threshold=0,
        dimensions=[monitor.DimensionArgs(name="deployment", operator="Include", values=["*"])],
        failing_periods=monitor.ConditionFailingPeriodsArgs(
            number_of_evaluation_periods=1, min_failing_periods_to_alert=1
        ),
    )


def silence_query(account: pulumi.Input[str]) -> pulumi.Output[str]:
    """The deployments of an account with a call in the last two days and none in the last one.

    A log alert looks back two days at most, so what it can see is how a silence begins; how long
    one lasts is counted by the policy ``inactive-deployment``.
    """
    return pulumi.Output.concat(
        'AzureDiagnostics\n| where Category == "RequestResponse" and Resource =~ "',
        account,
        '"\n| extend deployment = tostring(parse_json(properties_s).modelDeploymentName)\n'
        "| where isnotempty(deployment)\n"
        "| summarize called = max(TimeGenerated) by deployment\n"
        "| where called < ago(1d)",
    )


def _removal(
    name: str,
    args: OpenAIAccountArgs,
    alerts: Alerts,
    group: pulumi.Input[str],
    account_id: pulumi.Input[str],
    child: pulumi.ResourceOptions,
) -> None:
    wanted = {
        "category": "Administrative",
        "operationName": DELETE_OPERATION,
        "status": "Succeeded",
    }
    monitor.ActivityLogAlert(
        f"{name}-removal",
        resource_group_name=group,
        location="Global",
        description="A deployment was deleted.",
        scopes=[account_id],
        enabled=True,
        condition=monitor.AlertRuleAllOfConditionArgs(
            all_of=[
                monitor.AlertRuleAnyOfOrLeafConditionArgs(field=field, equals=value)
                for field, value in wanted.items()
            ]
        ),
        actions=monitor.ActionListArgs(
            action_groups=[
                monitor.ActionGroupArgs(action_group_id=action_group)
                for action_group in alerts.action_groups
            ]
        ),
        tags=args.tags,
        opts=child,
    )
