"""Finding a model, a SKU or a region by name."""

from __future__ import annotations

import pytest

from aoai.catalog import TunedName, built_in, parse_tuned_name

CATALOG = built_in()
JOB = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("name", "match", "canonical"),
    [
        ("gpt-4.1-mini-2025-04-14", "exact", "gpt-4.1-mini-2025-04-14"),
        ("gpt-4.1-mini", "alias", "gpt-4.1-mini-2025-04-14"),
        ("gpt-4.1", "alias", "gpt-4.1-2025-04-14"),
        ("o4-mini", "alias", "o4-mini-2025-04-16"),
        ("gpt-35-turbo", "alias", "gpt-35-turbo-0125"),
        ("gpt-3.5-turbo", "alias", "gpt-35-turbo-0125"),
        ("gpt-35-turbo-0613", "exact", "gpt-35-turbo-0613"),
        ("Ministral-3B", "exact", "Ministral-3B"),
        ("Qwen-32B", "alias", "Qwen3-32B"),
        ("gpt-oss-20b-11", "alias", "gpt-oss-20b"),
        ("babbage-002", "exact", "babbage-002"),
    ],
)
def test_a_model_is_found_by_its_names(name: str, match: str, canonical: str) -> None:
    found = CATALOG.lookup(name)
    assert (found.match, found.model and found.model.canonical_name) == (match, canonical)
    assert found.known
    assert CATALOG.canonical(name) == canonical


@pytest.mark.parametrize(
    "name",
    [
        f"gpt-4.1-mini-2025-04-14.ft-{JOB}",
        f"gpt-4.1-mini-2025-04-14.ft-{JOB}-support",
        f"gpt-4.1-mini-2025-04-14.ft-{JOB}:ckpt-step-90",
        f"gpt-4.1-mini-2025-04-14.ft-{JOB}-my_suffix:ckpt-step-90",
    ],
)
def test_a_fine_tuned_model_is_found_by_its_base_model(name: str) -> None:
    assert CATALOG.lookup(name).match == "exact"
    assert CATALOG.arm_format(name) == "OpenAI"
    assert CATALOG.tokenizer(name) == "o200k_base"


def test_a_tuned_name_is_taken_apart() -> None:
    name = f"gpt-4.1-2025-04-14.ft-{JOB}-my-suffix:ckpt-step-90"
    assert parse_tuned_name(name) == TunedName("gpt-4.1-2025-04-14", JOB, "my-suffix", 90)
    assert parse_tuned_name(f"Ministral-3B.ft-{JOB}") == TunedName("Ministral-3B", JOB)
    assert parse_tuned_name("gpt-4.1-2025-04-14.ft-short") == TunedName("gpt-4.1-2025-04-14")
    assert parse_tuned_name("gpt-4.1-2025-04-14") is None


@pytest.mark.parametrize(
    ("name", "match", "suggestion"),
    [
        ("gpt-4.1-mimi-2025-04-14", "none", "gpt-4.1-mini-2025-04-14"),
        ("gpt4.1-mini", "none", "gpt-4.1-mini-2025-04-14"),
        ("gpt 4.1 mini", "none", "gpt-4.1-mini-2025-04-14"),
        ("GPT-4o-mini-2024-07-18", "letter-case", "gpt-4o-mini-2024-07-18"),
        ("ministral-3b", "letter-case", "Ministral-3B"),
        ("gpt-4o-2024-11-20", "version", "gpt-4o-2024-08-06"),
        ("gpt-5-mini", "none", None),
        ("gpt-4-32k", "none", None),
        ("gpt-99-mega-2030-01-01", "none", None),
        ("", "none", None),
    ],
)
def test_another_name_is_met_with_what_was_probably_meant(
    name: str, match: str, suggestion: str | None
) -> None:
    found = CATALOG.lookup(name)
    assert (found.match, found.suggestion) == (match, suggestion)
    assert found.known == (match == "letter-case")


def test_a_snapshot_that_is_not_there_is_taken_for_its_family() -> None:
    model = CATALOG.find("gpt-4o-mini-2027-01-01")
    assert model is not None
    assert model.name == "gpt-4o-mini"
    assert CATALOG.canonical("gpt-4o-mini-2027-01-01") == "gpt-4o-mini-2027-01-01"


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("gpt-4.1-mini", "OpenAI"),
        ("Ministral-3B", "Mistral AI"),
        (f"Ministral-3B.ft-{JOB}", "Mistral AI"),
        ("Llama-3.3-70B-Instruct", "Meta"),
        ("Qwen3-32B", "Alibaba"),
        ("gpt-oss-20b", "OpenAI-OSS"),
        ("Phi-3-mini-4k-instruct", "Microsoft"),
        ("gpt-99", None),
    ],
)
def test_arm_knows_a_model_by_its_makers_format(name: str, format_: str | None) -> None:
    assert CATALOG.arm_format(name) == format_


@pytest.mark.parametrize(
    ("name", "tokenizer"),
    [
        ("gpt-35-turbo-0613", "cl100k_base"),
        ("davinci-002", "cl100k_base"),
        ("gpt-4o", "o200k_base"),
        ("gpt-oss-120b", "o200k_harmony"),
        ("Muse-Glimmer-30B", None),
    ],
)
def test_a_tokenizer_is_named_where_it_is_known(name: str, tokenizer: str | None) -> None:
    assert CATALOG.tokenizer(name) == tokenizer


def test_control_tokens_are_those_of_the_models_family() -> None:
    openai, harmony = CATALOG.control_tokens("gpt-4.1"), CATALOG.control_tokens("gpt-oss-20b")
    assert openai is not None
    assert harmony is not None
    assert "<|fim_suffix|>" in openai.tokens
    assert openai.refused
    assert "<|channel|>" in harmony.tokens
    assert not harmony.refused
    assert CATALOG.control_tokens("gpt-99") is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Standard", "Standard"),
        ("standard", "Standard"),
        ("Developer", "DeveloperTier"),
        ("globalstandard", "GlobalStandard"),
        ("Bogus", None),
    ],
)
def test_a_sku_is_found_in_any_case(written: str, name: str | None) -> None:
    sku = CATALOG.sku(written)
    assert (sku.name if sku else None) == name


def test_a_misspelt_sku_or_region_is_met_with_the_near_one() -> None:
    assert CATALOG.sku_suggestion("GlobalStandart") == "GlobalStandard"
    assert CATALOG.sku_suggestion("Bogus") is None
    assert CATALOG.region_suggestion("swedncentral") == "swedencentral"
    assert CATALOG.region_suggestion("Sweden Centrall") == "swedencentral"
    assert CATALOG.region_suggestion("atlantis") is None


@pytest.mark.parametrize("written", ["swedencentral", "Sweden Central", "(Europe) Sweden Central"])
def test_a_region_is_found_as_arm_or_the_portal_writes_it(written: str) -> None:
    region = CATALOG.region(written)
    assert region is not None
    assert (region.name, region.geography, region.data_zone) == ("swedencentral", "Sweden", "EU")


def test_switzerland_is_in_no_data_zone() -> None:
    region = CATALOG.region("Switzerland West")
    assert region is not None
    assert region.data_zone is None
