"""The example data of each method: the committed files are good, and the builders make them."""

from __future__ import annotations

import base64
import datetime
import hashlib
import importlib
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from aoai.dataset import Training, judge
from tests.repository import ROOT
from tests.stack_settings import read_settings

EXAMPLES = ROOT / "examples"
SETS = ("preferences", "reinforcement", "vision", "tools")
FORMATS = {"preferences": "preference", "reinforcement": "reinforcement", "vision": "vision"}

_IMAGE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")


def lines(name: str, file: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (EXAMPLES / name / file).read_text("utf-8").splitlines()]


def with_pixels(content: bytes) -> str:
    """The file with a digest of its pixels in place of each image: zlibs pack differently."""

    def pixels(found: re.Match[str]) -> str:
        data = base64.b64decode(found[1]).partition(b"IDAT")[2]
        return hashlib.sha256(zlib.decompressobj().decompress(data)).hexdigest()

    return _IMAGE.sub(pixels, content.decode())


@pytest.mark.parametrize("name", SETS)
def test_the_builder_makes_the_committed_files(name: str) -> None:
    built: dict[str, bytes] = importlib.import_module(f"examples.{name}.build").build()
    assert set(built) == {"train.jsonl", "validation.jsonl"}
    for file, content in built.items():
        assert with_pixels(content) == with_pixels((EXAMPLES / name / file).read_bytes())
        assert len(content) < 150_000


@pytest.mark.parametrize("name", SETS)
def test_there_is_nothing_to_complain_about_for_the_models_of_its_stack(name: str) -> None:
    content = yaml.safe_load((EXAMPLES / name / "stack.yaml").read_text())["config"]
    config = {key.removeprefix("aoai-finetune:"): value for key, value in content.items()}
    config["poll_interval"] = config.pop("pollInterval")
    settings = read_settings(config, {"AOAI_EMULATOR_URL": "https://localhost:1"})
    trained = [
        m for m in settings.models.values() if f"examples/{name}/" in m.paths["trainingFile"]
    ]
    assert len(trained) == 1
    for model in trained:
        found = judge(
            [Path(model.paths["trainingFile"])],
            [Path(model.paths["validationFile"])],
            of=Training(model=model.base_model, method=model.method),
        )
        assert [str(finding) for file in found.files for finding in file.findings] == []
        assert {file.report and file.report.format for file in found.files} == {
            FORMATS.get(name, "chat")
        }


def test_the_better_answer_of_a_pair_is_the_one_of_the_questions() -> None:
    questions = {
        json.dumps(each["messages"][:-1]): each["messages"][-1]["content"]
        for each in lines("stdlib", "train.jsonl")
    }
    for each in [*lines("preferences", "train.jsonl"), *lines("preferences", "validation.jsonl")]:
        better, worse = each["preferred_output"][0], each["non_preferred_output"][0]
        assert questions[json.dumps(each["input"]["messages"])] == better["content"]
        assert worse["content"] != better["content"]


def test_the_answers_about_the_calendar_are_right() -> None:
    kinds = set()
    for each in [
        *lines("reinforcement", "train.jsonl"),
        *lines("reinforcement", "validation.jsonl"),
    ]:
        question, answer = each["messages"][-1]["content"], each["answer"]
        days = [
            datetime.date.fromisoformat(day) for day in re.findall(r"\d{4}-\d\d-\d\d", question)
        ]
        number = re.search(r" is (\d+) days after| was (\d+) days before", question)
        if number:
            step = int(number[1] or -int(number[2]))
            assert days[0] + datetime.timedelta(step) == datetime.date.fromisoformat(answer)
        elif len(days) == 2:
            assert (days[1] - days[0]).days == int(answer)
        else:
            assert f"{days[0]:%A}" == answer
        kinds.add(re.sub(r"[\d-]+", "", question))
    assert len(kinds) == 4


def test_every_call_of_the_tool_fits_its_declaration() -> None:
    calls = 0
    for each in [*lines("tools", "train.jsonl"), *lines("tools", "validation.jsonl")]:
        (tool,) = each["tools"]
        units = tool["function"]["parameters"]["properties"]["from"]["enum"]
        for message in each["messages"]:
            for call in message.get("tool_calls", ()):
                calls += 1
                arguments = json.loads(call["function"]["arguments"])
                assert call["function"]["name"] == tool["function"]["name"]
                assert {arguments["from"], arguments["to"]} <= set(units)
                assert (
                    f"{arguments['value']:g} {arguments['from']}" in each["messages"][1]["content"]
                )
    assert calls > 50
