"""Rules for fine-tuned Azure OpenAI models: plain facts in, findings out.

Facts and rules know nothing of Pulumi, so that a command line can run them too.
"""

from __future__ import annotations

__version__ = "0.1.0"
