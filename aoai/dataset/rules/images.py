"""Rules for the images of vision fine-tuning."""

from __future__ import annotations

import base64
import binascii
import importlib.util
import io
import re
import warnings
from collections.abc import Iterator
from urllib.parse import urlsplit

from aoai.dataset.finding import Problem, shown
from aoai.dataset.limits import (
    IMAGE_DETAILS,
    IMAGE_FORMATS,
    IMAGE_MODES,
    MAXIMUM_IMAGE_BYTES,
)
from aoai.dataset.rules.shapes import STRING, check_object, get, required

_FIELDS = {"url": required(STRING), "detail": STRING}
_DATA_URI = re.compile(r"data:image/[a-z.+-]+;base64,", re.IGNORECASE)

# How a whole picture ends: the chunk IEND of PNG (RFC 2083), the marker EOI of JPEG (ITU-T T.81).
# More may follow. Of a WEBP Pillow itself says that it is shorter than its header states.
_ENDS = {"PNG": b"IEND\xaeB`\x82", "JPEG": b"\xff\xd9"}

# Pillow reads many more formats, some of which end with whatever exception on data that is broken.
# GIF is among these so that it can be named.
_OPENED = (*sorted(IMAGE_FORMATS), "GIF")

CAN_OPEN_IMAGES = importlib.util.find_spec("PIL") is not None
"""Whether Pillow (the extra ``vision``) is installed; without it only sizes are checked."""


def check_image(image: object, path: str) -> Iterator[Problem]:
    """What is wrong with an ``image_url`` object. Images behind a URL are not fetched."""
    yield from check_object(image, path, _FIELDS)
    detail = get(image, "detail")
    if isinstance(detail, str) and detail not in IMAGE_DETAILS:
        yield Problem("bad-detail", f"{path}.detail", f"{shown(detail)}: write low, high or auto.")
    url = get(image, "url")
    if isinstance(url, str):
        yield from _check_url(url, f"{path}.url")


def is_embedded(url: str) -> bool:
    """Whether the address is the image itself, a data URI."""
    return _DATA_URI.match(url) is not None


def _check_url(url: str, path: str) -> Iterator[Problem]:
    start = _DATA_URI.match(url)
    if start:
        yield from _check_embedded(url[start.end() :], path)
    elif not _is_web_address(url):
        yield Problem(
            "bad-image-url",
            path,
            'write a public "https://..." address or "data:image/png;base64,...".',
        )


def _is_web_address(url: str) -> bool:
    if not url.isprintable() or url != url.strip():
        return False  # what urlsplit silently drops
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _check_embedded(text: str, path: str) -> Iterator[Problem]:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        yield Problem("bad-image-url", path, "no valid base64; encode it again, without line ends.")
        return
    if len(data) > MAXIMUM_IMAGE_BYTES:
        text = f"{len(data):,} bytes, at most {MAXIMUM_IMAGE_BYTES:,}; scale it down."
        yield Problem("image-too-large", path, text)
    if CAN_OPEN_IMAGES:
        yield from _check_picture(data, path)


def _check_picture(data: bytes, path: str) -> Iterator[Problem]:
    from PIL import Image  # noqa: PLC0415 - an extra: loaded only for files that have images

    try:
        with warnings.catch_warnings():
            # Pillow warns of huge and of odd pictures; their pixels are not decoded here.
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(data), formats=_OPENED)
    except Image.DecompressionBombError:
        yield Problem("bad-image", path, "more pixels than are safe to decode; scale it down.")
        return
    except (OSError, ValueError, SyntaxError):
        yield Problem("bad-image", path, "cannot be decoded as JPEG, PNG or WEBP; convert it.")
        return
    with picture:
        # A telephone's JPEG with a second picture behind the first is still one: Pillow says MPO.
        name = "JPEG" if picture.format == "MPO" else str(picture.format)
        if name not in IMAGE_FORMATS:
            yield Problem("bad-image", path, f"is {name}; convert it to JPEG, PNG or WEBP.")
        elif picture.mode not in IMAGE_MODES:
            yield Problem(
                "bad-image", path, f"has colour mode {picture.mode}; convert it to RGB or RGBA."
            )
        elif _ENDS.get(name, b"") not in data:
            yield Problem("bad-image", path, f"a {name} that was cut; embed the whole file.")
