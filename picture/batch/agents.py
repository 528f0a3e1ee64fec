"""The Model Context Protocol, spoken over standard input and output, where it is installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from picture.batch.errands import Errands, LateMaker, Stoppable


class AgentsUnavailableError(Exception):
    """The package that speaks the protocol is not installed; the text says how it is."""


def serve_agents(create: Callable[[], Stoppable], most_bytes: int) -> None:
    """Answer an agent until it closes standard input.

    `create` makes the maker once it is needed, and raises FailureError where it cannot. A
    file that comes in base64 may have `most_bytes`. Raises AgentsUnavailableError.
    """
    if find_spec("mcp") is None:
        raise AgentsUnavailableError(
            "The package mcp is not installed: "
            "pip install --require-hashes --no-deps -r requirements/agents.lock"
        )
    # After it is known that what they import is there.
    from picture.batch.tools import serve

    maker = LateMaker(create)
    try:
        serve(Errands(maker, most_bytes))
    finally:
        maker.close()
