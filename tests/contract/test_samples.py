"""The guide's own commands run as they are printed."""

from __future__ import annotations

from contextlib import closing

from aoai_emulator import RunningEmulator

from tests.contract.samples import SAMPLES, Guide
from tests.emulator.wire import Wire


def test_every_command_of_the_guide_runs_unchanged(azure: RunningEmulator) -> None:
    with closing(Wire(azure)) as wire:
        guide = Guide(wire)
        answers = [(sample, guide.send(sample)) for sample in SAMPLES]
    refused = {sample.path: answer.text for sample, answer in answers if not answer.ok}
    assert refused == {}
