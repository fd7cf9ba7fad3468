"""Records the lazy loads that a program's own tests trigger, for `sqlawait migrate --trace FILE`.

    pytest --sqlawait-trace loads.json

Each object remembers which line of the program ran the query that loaded it; each lazy load is then a path of
relationships from such a line. Nothing is recorded, and SQLAlchemy not touched, without the option.
"""
from __future__ import annotations

import collections
import json
import os
import pathlib
import sys
import weakref

VERSION = 1
NONE = (None, ())
# What a session loads while it does these is part of a call that is awaited: nobody reads an attribute.
OF_THE_SESSION = {"delete", "flush", "_autoflush", "merge", "refresh"}


def pytest_addoption(parser):
    parser.getgroup("sqlawait").addoption(
        "--sqlawait-trace", metavar="FILE", default=None,
        help="write the lazy relationship loads that the tests trigger to FILE, for `sqlawait migrate --trace FILE`")


def pytest_configure(config):
    if target := config.getoption("--sqlawait-trace"):
        recorder = Recorder(pathlib.Path(str(config.rootpath)), pathlib.Path(target))
        recorder.start()
        config.pluginmanager.register(recorder, "sqlawait-trace")


class Recorder:
    """What was loaded lazily: origin (file and line, or none), steps, and where it was read."""

    def __init__(self, root: pathlib.Path, target: pathlib.Path):
        self.root = str(root.resolve()) + os.sep
        self.target = target
        self.loads: collections.Counter = collections.Counter()
        self.inside = 0  # loads in the session's own calls
        self.origins: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # by instance state
        self.ours: dict[str, str | None] = {}

    def start(self) -> None:
        from sqlalchemy import event
        from sqlalchemy.orm import Mapper, Session
        event.listen(Mapper, "load", self.loaded)
        event.listen(Mapper, "refresh", self.refreshed)
        event.listen(Session, "do_orm_execute", self.executed)

    def path_of(self, file: str) -> str | None:
        """The file as the program names it, or None for libraries."""
        if file not in self.ours:
            whole = os.path.realpath(file)
            own = whole.startswith(self.root) and f"{os.sep}site-packages{os.sep}" not in whole and file[:1] != "<"
            self.ours[file] = whole[len(self.root):].replace(os.sep, "/") if own else None
        return self.ours[file]

    def line_of_program(self):
        """The innermost line of the program on the stack."""
        frame = sys._getframe(1)
        while frame is not None:
            if path := self.path_of(frame.f_code.co_filename):
                return path, frame.f_lineno
            frame = frame.f_back
        return None

    def session_works(self) -> bool:
        """Whether the session itself is at work, between the load and the innermost line of the program."""
        frame = sys._getframe(1)
        while frame is not None and not self.path_of(frame.f_code.co_filename):
            module = frame.f_globals.get("__name__", "")
            if module == "sqlalchemy.orm.session" and frame.f_code.co_name in OF_THE_SESSION:
                return True
            frame = frame.f_back
        return False

    def loaded(self, instance, context) -> None:
        from sqlalchemy import inspect
        state = inspect(instance)
        parent = getattr(getattr(context, "load_options", None), "_lazy_loaded_from", None)
        if parent is not None:
            step = step_of(context.compile_state.current_path)
            origin, steps = self.origins.get(parent, NONE)
            self.origins[state] = (origin, (*steps, step)) if step else NONE
        elif context is not None and state.mapper in entities_of(context):
            self.origins[state] = (self.line_of_program(), ())
        else:
            self.origins[state] = NONE  # by an eager loader, whose path is the query's own business

    def refreshed(self, instance, context, attributes) -> None:
        """`refresh()` and queries that meet the object again do not change where it came from."""

    def executed(self, execution) -> None:
        if not execution.is_select or not execution.is_relationship_load:
            return
        parent = execution.lazy_loaded_from
        if parent is None:
            return
        step = step_of(execution.loader_strategy_path)
        if step is None:
            return
        if self.session_works():
            self.inside += 1
            return
        origin, steps = self.origins.get(parent, NONE)
        self.loads[origin, (*steps, step), self.line_of_program()] += 1

    def pytest_sessionfinish(self) -> None:
        def place(one):
            return None if one is None else {"path": one[0], "line": one[1]}
        loads = [{"origin": place(origin), "read": place(read), "count": count,
                  "steps": [{"model": model, "relationship": name} for model, name in steps]}
                 for (origin, steps, read), count in self.loads.items()]
        loads.sort(key=lambda one: json.dumps(one, sort_keys=True))
        self.target.write_text(json.dumps({"version": VERSION, "loads": loads}, indent=2) + "\n", encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter) -> None:
        terminalreporter.write_line(f"{sum(self.loads.values())} lazy loads, {len(self.loads)} different, "
                                    f"written to {self.target}; {self.inside} more by the session itself")


def step_of(path):
    """(model, relationship) of the last step of a loader path, or None."""
    for part in reversed(list(path or ())):
        key, parent = getattr(part, "key", None), getattr(part, "parent", None)
        if isinstance(key, str) and hasattr(part, "direction"):
            model = parent.class_
            return f"{model.__module__}.{model.__qualname__}", key
    return None


def entities_of(context):
    """The mappers that the statement itself selects."""
    found = []
    for entity in getattr(context.compile_state, "_entities", ()):
        mapper = getattr(entity, "mapper", None)
        if mapper is not None:
            found.extend(mapper.self_and_descendants)
    return found
