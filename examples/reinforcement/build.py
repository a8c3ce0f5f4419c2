"""Build questions about the calendar, each with the answer that a grader compares with.

    python -m examples.reinforcement.build        writes train.jsonl and validation.jsonl

Nothing is fetched: the answers are computed. The same bytes are written each time.
"""

from __future__ import annotations

import datetime
import random
from pathlib import Path

from examples.data_files import Example, training_and_validation, write

HERE = Path(__file__).resolve().parent
SEED = 20260412
TRAINING, VALIDATION = 120, 30
FIRST, DAYS = datetime.date(2000, 1, 1), 36 * 365
FARTHEST = 400
"""Days between two dates of a question, at most."""

INSTRUCTION = (
    "Answer with a JSON object that has the one field `answer`: a date as YYYY-MM-DD, the English "
    "name of a weekday, or a number of days in digits."
)


def example(chance: random.Random) -> Example:
    """One question and its answer; the grader reads the field ``answer``."""
    day = FIRST + datetime.timedelta(chance.randrange(DAYS))
    days = chance.randint(2, FARTHEST)
    later = day + datetime.timedelta(days)
    question, answer = chance.choice(
        [
            (f"Which date is {days} days after {day}?", str(later)),
            (f"Which date was {days} days before {later}?", str(day)),
            (f"Which weekday is {day}?", f"{day:%A}"),
            (f"How many days are there from {day} to {later}?", str(days)),
        ]
    )
    return {
        "messages": [
            {"role": "developer", "content": INSTRUCTION},
            {"role": "user", "content": question},
        ],
        "answer": answer,
    }


def build() -> dict[str, bytes]:
    """File names and what they hold."""
    chance = random.Random(SEED)  # noqa: S311  to be repeated, not to be secret
    asked = [example(chance) for _ in range(TRAINING + VALIDATION)]
    return training_and_validation(asked, VALIDATION)


if __name__ == "__main__":
    write(HERE, build())
