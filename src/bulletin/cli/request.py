"""What `build`, `check` and `verify` are asked of: a period, its records, and where its outputs are."""

from __future__ import annotations

import argparse
import os

from bulletin.build.request import Request
from bulletin.project.paths import MEMORY_VARIABLE
from bulletin.project.periods import parse_period


def request_of(options: argparse.Namespace) -> Request:
    """Return the request, its places and its limit of memory told to all that this process starts.

    Raises:
        BulletinError: `bad-period`.

    """
    if options.memory:
        os.environ[MEMORY_VARIABLE] = options.memory
    request = Request(parse_period(options.period), outputs=options.outputs, data=options.data)
    request.use_places()
    return request
