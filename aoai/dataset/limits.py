"""The limits of a data set, each with the page that states it.

Pages are named as in the Azure OpenAI documentation (Microsoft Learn). Where two pages disagree the
limit warns rather than refuses: the service has the last word. What depends on the model is in
aoai/catalog.
"""

from __future__ import annotations

from typing import Final

MINIMUM_EXAMPLES: Final = 10
"""Fewest training examples of a job. Page "Customize a model with fine-tuning"."""

ADVISED_EXAMPLES: Final = 100
"""Below this a model learns little: "hundreds, if not thousands". Same page, Troubleshooting."""

MAXIMUM_FILE_BYTES: Final = 512 * 1024 * 1024
"""Largest file of the Files API. Page "Quotas and limits". Uploads takes more: a warning."""

MAXIMUM_UPLOAD_BYTES: Final = 8 * 1024**3
"""Largest file of the Uploads API. Page "Fine-tuning troubleshooting"; the API has 9 GB."""

MAXIMUM_IMAGES: Final = 64
"""Images in one example. Page "Vision fine-tuning", image dataset requirements."""

MAXIMUM_IMAGE_EXAMPLES: Final = 50_000
"""Examples with images in one file. Same page."""

MAXIMUM_IMAGE_BYTES: Final = 10 * 1024 * 1024
"""Size of one decoded image. Same page ("10 MB")."""

IMAGE_FORMATS: Final = frozenset({"JPEG", "PNG", "WEBP"})
"""Same page."""

IMAGE_MODES: Final = frozenset({"RGB", "RGBA"})
"""Same page."""

IMAGE_DETAILS: Final = frozenset({"auto", "high", "low"})
"""Same page, "Control image detail"."""

MAXIMUM_SKIPPED_EXAMPLES: Final = 200
"""Examples skipped for an image above which a job fails. learn.microsoft.com/answers, 2225236."""

MAXIMUM_TOOLS: Final = 128
"""Tools of one example. OpenAI API, CreateChatCompletionRequest.tools."""

MAXIMUM_DESCRIPTION: Final = 1024
"""Characters of a function's description. Page "How to use function calling with Azure OpenAI"."""

MAXIMUM_DEPTH: Final = 100
"""Levels of objects and arrays in a line: our own cap, the same on every Python. No format needs
more than a few, and the JSON readers of .NET, whose messages Azure's are, stop at 64 by default."""

MAXIMUM_LINE_BYTES: Final = 16 * 1024 * 1024
"""Longest line that is read: our own cap, so that memory stays flat. One 10 MB image fits."""
