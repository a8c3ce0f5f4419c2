"""An embedded image is one that the service trains on; it skips the example of any other.

The header is read, and that the end is there; the pixels are not decoded. Images behind an address
are not fetched.
"""

from __future__ import annotations

import importlib.util
import io
import warnings
from collections.abc import Iterator

from aoai.dataset.example.images import embedded_bytes, image_objects
from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, warning
from aoai.dataset.limits import IMAGE_FORMATS, IMAGE_MODES, MAXIMUM_IMAGE_BYTES

_PAGE = 'page "Vision fine-tuning", Troubleshooting: images that are skipped'

BAD_IMAGE = warning(
    "bad-image",
    "an image cannot be decoded, or is not JPEG, PNG or WEBP, or not RGB or RGBA: the service "
    "skips the example",
    _PAGE,
)
IMAGE_TOO_LARGE = warning(
    "image-too-large", "an image is larger than 10 MB: the service skips the example", _PAGE
)

# How a whole picture ends: the chunk IEND of PNG (RFC 2083), the marker EOI of JPEG (ITU-T T.81).
# More may follow. Pillow itself reports a WEBP that is shorter than its header states.
_ENDS = {"PNG": b"IEND\xaeB`\x82", "JPEG": b"\xff\xd9"}

# Pillow reads many more formats, some of which end with an exception of any type on data that is
# broken. GIF is among these so that it can be named.
_OPENED = (*sorted(IMAGE_FORMATS), "GIF")

CAN_OPEN_IMAGES = importlib.util.find_spec("PIL") is not None
"""Whether Pillow (the extra ``vision``) is installed; without it only sizes are checked."""


def check(example: Example) -> Iterator[Problem]:
    """Embedded images that the service cannot use."""
    for image, path in image_objects(example):
        data = embedded_bytes(image.get("url"))
        if data is None:
            continue
        if len(data) > MAXIMUM_IMAGE_BYTES:
            text = f"{len(data):,} bytes, at most {MAXIMUM_IMAGE_BYTES:,}; scale it down."
            yield IMAGE_TOO_LARGE.at(f"{path}.url", text)
        if CAN_OPEN_IMAGES:
            fault = _fault(data)
            if fault:
                yield BAD_IMAGE.at(f"{path}.url", fault)


def _fault(data: bytes) -> str | None:
    """What is wrong with the bytes of a picture, if anything."""
    from PIL import Image  # noqa: PLC0415 - an extra: loaded only for files that have images

    try:
        with warnings.catch_warnings():
            # Pillow warns of huge and of odd pictures; their pixels are not decoded here.
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(data), formats=_OPENED)
    except Image.DecompressionBombError:
        return "more pixels than are safe to decode; scale it down."
    except (OSError, ValueError, SyntaxError):
        return "cannot be decoded as JPEG, PNG or WEBP; convert it."
    with picture:
        # A phone's JPEG with a second picture after the first is still one: Pillow names it MPO.
        name = "JPEG" if picture.format == "MPO" else str(picture.format)
        if name not in IMAGE_FORMATS:
            return f"is {name}; convert it to JPEG, PNG or WEBP."
        if picture.mode not in IMAGE_MODES:
            return f"has colour mode {picture.mode}; convert it to RGB or RGBA."
        return None if _ENDS.get(name, b"") in data else f"a {name} that was cut; embed all of it."


RULE = Rule(check)
