"""What an application does while it answers: statements, calls that block the event loop, exceptions."""
from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import traceback

import sqlalchemy as sa


class Watch:
    """Statements, database calls that block the event loop, and exceptions of the application, request by request."""

    def __init__(self):
        self.statements = 0
        self.blocking: set[str] = set()
        self.others: set[str] = set()
        self.raised: list[str] = []
        sa.event.listen(sa.Engine, "before_cursor_execute", self.statement)
        logging.getLogger().addHandler(Handler(self))

    def statement(self, connection, *_):
        self.statements += 1
        if connection.dialect.is_async:
            return
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop()
            frames = [one for one in traceback.extract_stack() if "site-packages" not in one.filename]
            self.blocking.add(f"{frames[-2].filename}:{frames[-2].lineno}")

    def blocking_calls(self):
        """From now on also files, sleeps, sockets and locks: needs the package blockbuster. Nothing is refused."""
        from blockbuster import BlockBuster

        for name, function in BlockBuster().functions.items():
            function.can_block_predicate = self.recorder(name, function.can_block_functions,
                                                         function.can_block_predicate)
            function.activate()

    def recorder(self, name, allowed_in, allowed):
        here = os.getcwd() + os.sep

        def record(*args, **kwargs):
            if allowed(*args, **kwargs):
                return True
            frame, place = sys._getframe(2), ""
            while frame:
                code = frame.f_code
                if any(code.co_filename.endswith(file) and code.co_name in names for file, names in allowed_in):
                    return True
                if not place and code.co_filename.startswith(here):
                    place = f"{code.co_filename[len(here):]}:{frame.f_lineno}: {name}"
                frame = frame.f_back
            self.others |= {place} - {""}
            return True
        return record

    def reset(self):
        self.statements, self.raised = 0, []


class Handler(logging.Handler):
    def __init__(self, watch: Watch):
        super().__init__(logging.WARNING)
        self.watch = watch

    def emit(self, record):
        if record.exc_info and record.exc_info[0] is not None:
            self.watch.raised.append(record.exc_info[0].__name__)
        elif "greenlet_spawn" in record.getMessage():
            self.watch.raised.append("MissingGreenlet")
