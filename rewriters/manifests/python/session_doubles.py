"""Mocked sessions: what they execute is answered as their query() was told.

    session = answering(MagicMock(spec=AsyncSession))
    session.query.return_value.filter.return_value.first.return_value = user

A statement gets the answer of the chain that speaks of the same clauses; of
several, that of the class which the statement selects. Where no chain fits it
gets what execute() was told to return, or a mock.
"""

from unittest.mock import DEFAULT, MagicMock, Mock

ONE = ("first", "one_or_none", "one", "scalar", "get")
ALL = ("all", "__iter__")
NUMBER = ("count", "scalar")
ROWS = ("update", "delete")
ENDS = {*ONE, *ALL, *NUMBER, *ROWS}

# Attributes of a statement, and the steps of a query that fill them.
CLAUSES = {
    "_where_criteria": {"filter", "filter_by", "where"},
    "_setup_joins": {"join", "outerjoin"},
    "_order_by_clauses": {"order_by"},
    "_group_by_clauses": {"group_by"},
    "_offset_clause": {"offset"},
}


def answering(session):
    """Makes a mocked session answer what it executes as session.query was told."""
    session.query = query = MagicMock()
    untold = MagicMock()
    untold.scalars.return_value = untold.unique.return_value = untold
    untold.one = untold.one_or_none = untold.scalar = untold.scalar_one_or_none = untold.first

    def execute(statement, *args, **kwargs):
        return Answer(session, statement) if is_told(query) else DEFAULT

    def scalar(statement, *args, **kwargs):
        return (Answer(session, statement) if is_told(query) else untold).scalar()

    def get(entity, *args, **kwargs):
        return query(entity).get(*args) if is_set(query.return_value.get) else DEFAULT

    session.execute.side_effect = session.scalars.side_effect = execute
    session.execute.return_value = session.scalars.return_value = untold
    session.scalar.side_effect = scalar
    session.get.side_effect = get
    session.get.return_value = MagicMock()
    return session


def is_told(query):
    return query.side_effect is not None or any(True for _ in told(query.return_value))


def told(query, steps=(), around=()):
    """What a mocked query was told: steps, those that may repeat, the last, its mock."""
    if not isinstance(query, Mock):
        return
    around = (*around, query)
    further, repeated = [], set()
    for name, step in list(query._mock_children.items()):
        given = getattr(step, "_mock_return_value", DEFAULT)
        if isinstance(given, Mock) and name not in ENDS:
            if any(given is one for one in around):
                repeated.add(name)
            else:
                further.append((given, (*steps, name)))
    for name, step in list(query._mock_children.items()):
        if name in ENDS:
            if is_set(step):
                yield steps, repeated, name, step
        elif isinstance(getattr(step, "_mock_return_value", DEFAULT), list):
            yield (*steps, name), repeated, "all", step
    for given, path in further:
        yield from told(given, path, around)


def is_set(step):
    return next_answer(step) is not DEFAULT


def next_answer(step):
    """What a mock gives when it is called next; DEFAULT when it was told nothing, or nothing more."""
    answers = step.side_effect
    if hasattr(answers, "__next__"):
        step.side_effect = answers = list(answers)
        return answers[0] if answers else DEFAULT
    return answers if answers is not None else step._mock_return_value


def clauses_of(steps):
    return {clause for clause, names in CLAUSES.items() if names.intersection(steps)}


def selected(statement):
    """What a statement is about, as its column_descriptions have it."""
    if hasattr(statement, "column_descriptions"):
        return statement.column_descriptions
    return [getattr(statement, "entity_description", {})]


class Answer:
    """What a mocked session gives for a statement."""

    def __init__(self, session, statement):
        about = selected(statement)
        self.entity = about[0].get("entity")
        self.counts = str(about[0].get("name")).startswith("count")
        self.changes = "delete" if getattr(statement, "is_delete", False) else "update"
        self.clauses = set()
        for clause in CLAUSES:
            value = getattr(statement, clause, None)
            if value is not None and not (isinstance(value, tuple) and not value):
                self.clauses.add(clause)
        self.query = session.query(*(one.get("expr", one.get("entity")) for one in about))
        self.otherwise = session.execute.return_value

    def scalars(self, *args):
        return self

    unique = mappings = tuples = scalars

    def __iter__(self):
        return iter(self.all())

    def __getattr__(self, name):
        if name in ("all", "fetchall"):
            return lambda: self.ask(ALL, name)
        if name in ("first", "fetchone", "one", "one_or_none", "scalar", "scalar_one", "scalar_one_or_none"):
            return lambda: self.ask(NUMBER if self.counts else ONE, name)
        return getattr(self.otherwise, name)

    @property
    def rowcount(self):
        found = self.find((self.changes,))
        return found() if found else self.otherwise.rowcount

    def ask(self, ends, name):
        found = self.find(ends)
        return found() if found else getattr(self.otherwise, name)()

    def find(self, ends):
        """The mock that was told the answer, or None."""
        found = None
        for steps, repeated, end, step in told(self.query):
            if end in ends and self.speaks_of(steps, repeated):
                answer = next_answer(step)
                answer = answer[0] if isinstance(answer, list) and answer else answer
                if self.entity is not None and isinstance(answer, self.entity):
                    return step
                if found is None and not hasattr(type(answer), "__mapper__"):
                    found = step
        return found

    def speaks_of(self, steps, repeated):
        if self.counts:  # of a subquery, as a rule
            return True
        return clauses_of(steps) <= self.clauses <= clauses_of((*steps, *repeated))
