"""The images of a file: as many as allowed, not too many unusable, and for a model that sees."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.target import Target
from aoai.dataset.finding import Problem, error, warning
from aoai.dataset.limits import MAXIMUM_IMAGE_EXAMPLES, MAXIMUM_SKIPPED_EXAMPLES
from aoai.dataset.rules.image_files import BAD_IMAGE, IMAGE_TOO_LARGE
from aoai.dataset.rules.image_urls import UNREACHABLE_IMAGE

_PAGE = 'page "Vision fine-tuning"'

TOO_MANY_IMAGE_EXAMPLES = error(
    "too-many-image-examples", "more than 50,000 examples with images", _PAGE
)
TOO_MANY_SKIPPED = error(
    "too-many-skipped",
    "more than 200 examples are skipped for an image, for which the job fails",
    "learn.microsoft.com/answers/questions/2225236",
)
IMAGES_NOT_CHECKED = warning(
    "images-not-checked", "images that were not opened, because Pillow is not installed", "Pillow"
)
IMAGES_NOT_TRAINED = warning(
    "images-not-trained",
    "examples with images for a model or a method that is not trained on images",
    f"{_PAGE}, model support",
)

SKIPPING = frozenset({BAD_IMAGE.code, IMAGE_TOO_LARGE.code, UNREACHABLE_IMAGE.code})
"""Findings for which the service skips the example."""

_METHODS_WITHOUT_IMAGES = ("dpo", "reinforcement")


def check_images(examples: int, skipped: int, unopened: int, target: Target) -> Iterator[Problem]:
    """What is wrong with the images of a whole file.

    Args:
        examples: examples with images.
        skipped: examples that are skipped for an image.
        unopened: embedded images that were not opened.
        target: what the data is used for.
    """
    have = "1 example has" if examples == 1 else f"{examples} examples have"
    if examples > MAXIMUM_IMAGE_EXAMPLES:
        text = f"{examples} examples with images, at most {MAXIMUM_IMAGE_EXAMPLES}; leave some out."
        yield TOO_MANY_IMAGE_EXAMPLES.at("", text)
    if skipped > MAXIMUM_SKIPPED_EXAMPLES:
        text = (
            f"{skipped} examples are skipped for their images, and a job fails above "
            f"{MAXIMUM_SKIPPED_EXAMPLES}; fix the images or take the examples out."
        )
        yield TOO_MANY_SKIPPED.at("", text)
    if unopened:
        text = f'{unopened} images not opened; install "aoai-finetune[vision]".'
        yield IMAGES_NOT_CHECKED.at("", text)
    if examples and target.images is False:
        text = f"{have} images, which {target.model} is not trained on."
        yield IMAGES_NOT_TRAINED.at("", text)
    elif examples and target.method in _METHODS_WITHOUT_IMAGES:
        text = f"{have} images; only supervised fine-tuning is documented for them."
        yield IMAGES_NOT_TRAINED.at("", text)
