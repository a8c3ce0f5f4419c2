"""What the data is used for, as far as it is known."""

from __future__ import annotations

from msgspec import Struct

OPENAI_TOKENS = (
    "<|endoftext|>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|endofprompt|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|im_sep|>",
)
"""Control tokens of OpenAI's chat models, for data whose model is not known."""


class Target(Struct, frozen=True):
    """The training that a file is for. Plain values: another process receives them too.

    Attributes:
        model: base model, as it was named; empty if it is not known.
        method: ``supervised``, ``dpo`` or ``reinforcement``; empty if it is not known.
        control_tokens: texts that steer the model, and so must not be in an example.
        images: whether the model is trained on images; None if that is not known.
        example_tokens: tokens above which an example is cut; None if that is not known.
    """

    model: str = ""
    method: str = ""
    control_tokens: tuple[str, ...] = OPENAI_TOKENS
    images: bool | None = None
    example_tokens: int | None = None
