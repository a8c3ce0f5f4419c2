"""All rules: one module per rule, each with a constant RULE."""

from __future__ import annotations

from aoai_policies.rule import Rule
from aoai_policies.rules import (
    content_filter_required,
    cross_tenant_allow_list,
    data_residency,
    deployment_capacity,
    deployment_region_and_sku,
    developer_tier_expiry,
    fine_tuning_region,
    hyperparameter_ranges,
    inactive_deployment,
    known_to_catalog,
    model_retirement,
    monthly_hosting_budget,
    on_delete_protects_production,
    one_deployment_per_model,
    readiness,
    removed_for_inactivity,
    training_cost,
    training_data_minimums,
)

RULES: tuple[Rule, ...] = (
    one_deployment_per_model.RULE,
    inactive_deployment.RULE,
    removed_for_inactivity.RULE,
    developer_tier_expiry.RULE,
    fine_tuning_region.RULE,
    deployment_region_and_sku.RULE,
    cross_tenant_allow_list.RULE,
    data_residency.RULE,
    training_data_minimums.RULE,
    hyperparameter_ranges.RULE,
    model_retirement.RULE,
    monthly_hosting_budget.RULE,
    training_cost.RULE,
    content_filter_required.RULE,
    deployment_capacity.RULE,
    on_delete_protects_production.RULE,
    readiness.RULE,
    known_to_catalog.RULE,
)
