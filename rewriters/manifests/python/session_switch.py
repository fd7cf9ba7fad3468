"""Which session the routes use, decided once when the program starts.

With USE_ASYNC_DB=true in the environment it is the asynchronous one, else, as
before, the synchronous one. Each such route is written in both forms, of which
one is registered. Goes with the last synchronous form.
"""

import os

USE_ASYNC_DB = os.getenv("USE_ASYNC_DB", "").lower() in {"1", "true", "yes", "on"}


def when_async(register):
    """Registers a route where routes use the asynchronous session."""
    return register if USE_ASYNC_DB else leave


def when_sync(register):
    """Registers a route where routes use the synchronous session."""
    return leave if USE_ASYNC_DB else register


def leave(function):
    return function
