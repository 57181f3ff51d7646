"""The forked kernel stands on ipykernel's inside, which another version may have changed."""

from __future__ import annotations

from importlib.metadata import version

WRITTEN_AGAINST = "7.4.0"


def test_the_forked_kernel_was_written_against_the_ipykernel_that_is_installed() -> None:
    assert version("ipykernel") == WRITTEN_AGAINST, (
        "build/workers/kernel.py uses ipykernel's inside: InProcessKernel, DummySocket, OutStream and what they call. "
        "Compare these with the version before, run tests/build/workers/test_kernel.py (it shows each output in a "
        "forked and in a plain kernel), then name the new version here."
    )
