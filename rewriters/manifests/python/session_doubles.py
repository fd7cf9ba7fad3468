"""Mocked sessions: what they execute is answered as their query() was told.

    session = answering(MagicMock(spec=AsyncSession))
    session.query.return_value.filter.return_value.first.return_value = user

A statement gets the answer of the chain that speaks of the same clauses; of
several, that of the class which the statement selects. Where nothing was told
it gets a mock.
"""

from unittest.mock import DEFAULT, MagicMock, Mock

ONE = ("first", "one_or_none", "one", "scalar", "get")
ALL = ("all", "__iter__")
NUMBER = ("count", "scalar")
ROWS = ("update", "delete")

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
        return Answer(query, statement) if is_told(query) else DEFAULT

    def scalar(statement, *args, **kwargs):
        return (Answer(query, statement) if is_told(query) else untold).scalar()

    def get(entity, *args, **kwargs):
        return query(entity).get(*args) if is_set(query.return_value.get) else DEFAULT

    session.execute.side_effect = session.scalars.side_effect = execute
    session.execute.return_value = session.scalars.return_value = untold
    session.scalar.side_effect = scalar
    session.get.side_effect = get
    session.get.return_value = MagicMock()
    return session


def is_set(step):
    return step._mock_return_value is not DEFAULT or step.side_effect is not None


def is_told(query):
    return query.side_effect is not None or any(True for _ in told(query.return_value))


def told(query, steps=(), around=()):
    """What a mocked query was told: the steps, the name of the last, its mock."""
    if not isinstance(query, Mock):
        return
    around = (*around, query)
    for name, step in list(query._mock_children.items()):
        given = getattr(step, "_mock_return_value", DEFAULT)
        if name in ONE + ALL + NUMBER + ROWS:
            if is_set(step):
                yield steps, name, step
        elif isinstance(given, list):
            yield (*steps, name), "all", step
        elif isinstance(given, Mock) and not any(given is one for one in around):
            yield from told(given, (*steps, name), around)


def selected(statement):
    """What a statement is about, as its column_descriptions have it."""
    if hasattr(statement, "column_descriptions"):
        return statement.column_descriptions
    return [getattr(statement, "entity_description", {})]


class Answer:
    """What a mocked session gives for a statement."""

    def __init__(self, query, statement):
        about = selected(statement)
        entity = about[0].get("entity")
        self.entity = entity if about[0].get("expr", entity) is entity else None
        self.counts = str(about[0].get("name")).startswith("count")
        self.changes = "delete" if getattr(statement, "is_delete", False) else "update"
        self.clauses = set()
        for clause in CLAUSES:
            value = getattr(statement, clause, None)
            if value is not None and not (isinstance(value, tuple) and not value):
                self.clauses.add(clause)
        self.query = query(*(one.get("expr", one.get("entity")) for one in about))

    def scalars(self, *args):
        return self

    unique = mappings = tuples = scalars

    def all(self):
        return self.ask(ALL)

    fetchall = all

    def __iter__(self):
        return iter(self.all())

    def first(self):
        return self.ask(NUMBER if self.counts else ONE)

    one = one_or_none = scalar = scalar_one = scalar_one_or_none = fetchone = first

    @property
    def rowcount(self):
        return self.ask((self.changes,))

    def ask(self, ends):
        answers = [step for step in told(self.query) if step[1] in ends and self.fits(step[2])]
        if not answers:
            return getattr(self.query, ends[0])()
        return max(answers, key=self.closeness)[2]()

    def fits(self, step):
        """Whether its answer is of the class that is selected, as far as one can tell."""
        answer = example(step)
        mapped = hasattr(type(answer), "__mapper__")
        return self.entity is None or not mapped or isinstance(answer, self.entity)

    def closeness(self, answer):
        steps, _, step = answer
        clauses = {clause for clause, names in CLAUSES.items() if names.intersection(steps)}
        known = self.entity is not None and isinstance(example(step), self.entity)
        return known, -len(clauses ^ self.clauses), not step.called


def example(step):
    answer = step._mock_return_value
    return answer[0] if isinstance(answer, list) and answer else answer
