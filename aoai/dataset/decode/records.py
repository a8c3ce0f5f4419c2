"""The lines of a training file as types: what the decoder accepts without a second look.

Field names are the OpenAI API's. The types are strict (an unknown field or a wrong type is refused)
but answer only yes or no; the rules explain what is wrong. Content in parts is not among them: the
rules look at it. Structs are frozen and hold tuples, which makes them quick to decode and lets them
be hashed; ``gc=False`` is safe, as none of them can be part of a cycle.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

Text = Annotated[str, Meta(min_length=1)]
Name = Annotated[str, Meta(pattern=r"^[^\s<|\\/>]{1,64}\Z")]


class FunctionCall(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The call of a function, its arguments as JSON text."""

    name: str
    arguments: str


class ToolCall(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One entry of an assistant message's ``tool_calls``."""

    id: str
    type: Literal["function"]
    function: FunctionCall


class SystemMessage(
    Struct, frozen=True, forbid_unknown_fields=True, gc=False, tag_field="role", tag="system"
):
    """The instructions to the model."""

    content: Text
    name: Name | None = None


class DeveloperMessage(
    Struct, frozen=True, forbid_unknown_fields=True, gc=False, tag_field="role", tag="developer"
):
    """The system message of newer models."""

    content: Text
    name: Name | None = None


class UserMessage(
    Struct, frozen=True, forbid_unknown_fields=True, gc=False, tag_field="role", tag="user"
):
    """What the model is asked."""

    content: Text
    name: Name | None = None


class Answer(
    Struct, frozen=True, forbid_unknown_fields=True, gc=False, tag_field="role", tag="assistant"
):
    """What the model learns to answer; weight 0 keeps a message out of the training."""

    content: Text
    weight: Literal[0, 1] | None = None
    name: Name | None = None


class CallingAnswer(
    Struct, frozen=True, forbid_unknown_fields=True, gc=False, tag_field="role", tag="assistant"
):
    """An answer that may call tools, and then needs no content."""

    content: str | None = None
    tool_calls: tuple[ToolCall, ...] | None = None
    weight: Literal[0, 1] | None = None
    name: Name | None = None


class ToolMessage(
    Struct, frozen=True, forbid_unknown_fields=True, gc=False, tag_field="role", tag="tool"
):
    """What a tool answered to a call, which may be nothing."""

    content: str
    tool_call_id: str
    name: Name | None = None


class Dialogue(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A line for supervised fine-tuning without tools: the most common one, and the quickest."""

    messages: tuple[SystemMessage | DeveloperMessage | UserMessage | Answer, ...]


class Conversation(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Any line for supervised fine-tuning, and the ``input`` of a preference pair."""

    messages: tuple[
        SystemMessage | DeveloperMessage | UserMessage | CallingAnswer | ToolMessage, ...
    ]
    # Not decoded: all examples of a file mostly declare the same tools, which are checked once.
    tools: Raw = Raw()
    parallel_tool_calls: bool | None = None


class Output(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The answer that is one side of a preference pair."""

    # No tag: where there is no union, the decoder accepts a struct without its tag.
    role: Literal["assistant"]
    content: Text
    weight: Literal[0, 1] | None = None
    name: Name | None = None


class PreferencePair(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A line for direct preference optimisation, its outputs of one message each."""

    input: Conversation
    preferred_output: tuple[Output]
    non_preferred_output: tuple[Output]


Message = (
    SystemMessage | DeveloperMessage | UserMessage | Answer | CallingAnswer | ToolMessage | Output
)


class Completion(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A line for the older completion models."""

    prompt: Text
    completion: Text
