"""The one walk of a graph that writes it: what is computed where, and only where it is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kernels.graph import CONSTANT, INPUT, POINT, SETTING, WHERE, Graph, Nodes, Question

Guard = tuple[tuple[int, bool], ...]
"""The branches within which something is computed, from the outermost."""


@dataclass(frozen=True)
class Set:
    """A node gets its name: what it is made of, or as the end of a branch another node."""

    place: int
    chosen: int | None = None


@dataclass(frozen=True)
class Ask:
    """A question is asked, and its answers get their names."""

    question: Question


@dataclass(frozen=True)
class Leave:
    """A question is not asked, and its answers are no numbers."""

    question: Question


@dataclass(frozen=True)
class Branch:
    """What is done where a truth holds, and where it does not."""

    truth: int
    there: list[Statement]
    elsewhere: list[Statement]


Statement = Set | Ask | Leave | Branch


class Printer:
    """Writes nodes of a graph in a language.

    A language has templates of operations, in which {0}, {1}, … are operands; one without is a
    call. What is used once, where it stands once, is written where it is used; all else gets a
    name. What only one branch of a choice needs is computed in that branch.

    Names are numbers: settings are s0, s1, …, the point p0 (and p1), the state h0, h1, …, what a
    table says b0, b1, …, and nodes n0, n1, …: nothing that a person wrote is in a text.

    Class attributes:
        templates: of operations.
        sets, nothing: how a name is set to a text, and what stands for no number.
        branches: how the branch for a truth begins, the other one, and how it ends.
        tab: by how much a branch is indented.

    Args:
        graph: whose nodes they are.
        results: the nodes that are wanted.
        questions: what is asked on the way.
        early: nodes, of none but each other, that are computed once beforehand.
    """

    templates: Mapping[str, str]
    sets: str
    nothing: str
    branches: tuple[str, ...]
    tab: str

    def __init__(
        self,
        graph: Nodes,
        results: Iterable[int],
        questions: Sequence[Question] = (),
        early: Collection[int] = (),
    ) -> None:
        self.graph, self.questions, self.early = graph, questions, early
        self.results = tuple(results)
        asked = [each for q in questions for each in (*q.point, q.when, *q.answer.nodes)]
        self.needed = graph.needed([*self.results, *asked])
        self.asked = {q.answer.nodes[0]: q for q in questions}

    # What a language says

    def constant(self, text: str) -> str:
        """A number or a truth, given as `Node.text` has it."""
        raise NotImplementedError

    def input(self, place: int) -> str:
        """What an input is called."""
        node = self.graph.nodes[place]
        match node.kind:
            case "setting":
                return f"s{self.graph.settings.index(node.text)}"
            case "theta":
                return f"p{node.index}"
            case "state":
                return f"h{self.held[node.text] + node.index}"
            case "table":
                return f"b{node.index}"
            case "answer":
                return f"n{place}"
        return node.text

    @cached_property
    def held(self) -> Mapping[str, int]:
        """The number of the first of each entry of the state."""
        return {}

    def call(self, operation: str, operands: list[str]) -> str:
        """An operation without a template."""
        raise NotImplementedError

    def template(self, place: int) -> str:
        """How a node is written; empty where it is a call."""
        return self.templates.get(self.graph.nodes[place].operation, "")

    # Expressions

    def text(self, place: int) -> str:
        """A node where it is used: its name, or all of it in brackets."""
        node = self.graph.nodes[place]
        if node.operation == CONSTANT:
            return self.constant(node.text)
        if node.operation == INPUT:
            return self.input(place)
        return f"n{place}" if place in self.named else f"({self.expression(place)})"

    def expression(self, place: int) -> str:
        """What a node is made of."""
        node = self.graph.nodes[place]
        operands = [self.text(each) for each in node.operands]
        template = self.template(place)
        return template.format(*operands) if template else self.call(node.operation, operands)

    @cached_property
    def named(self) -> frozenset[int]:
        """The nodes that get names."""
        uses = Counter(self.results)
        uses.update(each for q in self.questions for each in (*q.point, q.when))
        stand = set(uses)
        for place in self.needed:
            template = self.template(place)
            for i, operand in enumerate(self.graph.nodes[place].operands):
                uses[operand] += max(1, template.count(f"{{{i}}}"))
                if operand in self.early and place not in self.early:
                    stand.add(operand)
        named = {place for place in self.needed if uses[place] > 1 or place in stand}
        named = {p for p in named if self.graph.nodes[p].operation not in (CONSTANT, INPUT)}
        within = {branch for place in named for branch in _prefixes(self.guards[place])}
        for place in self.needed:
            node = self.graph.nodes[place]
            if node.operation == WHERE and place not in named:
                guard, truth = self.guards[place], node.operands[0]
                if {(*guard, (truth, True)), (*guard, (truth, False))} & within:
                    named.add(place)
                    within.update(_prefixes(guard))
        return frozenset(named)

    @cached_property
    def guards(self) -> dict[int, Guard]:
        """Within which branches each node is computed: those in which all lie that use it."""
        guards: dict[int, Guard] = dict.fromkeys((*self.results, *self.early), ())

        def use(place: int, guard: Guard) -> None:
            guards[place] = _common(guards[place], guard) if place in guards else guard

        for question in self.questions:
            use(question.when, ())
            for place in question.point:
                use(place, self._asking(question))
            for place in question.answer.nodes:
                use(place, ())
        for place in reversed(self.needed):
            guard, node = guards[place], self.graph.nodes[place]
            if node.operation == WHERE and place not in self.early:
                truth, there, elsewhere = node.operands
                use(truth, guard)
                use(there, (*guard, (truth, True)))
                use(elsewhere, (*guard, (truth, False)))
            else:
                for operand in node.operands:
                    use(operand, guard)
        return guards

    def _asking(self, question: Question) -> Guard:
        always = self.graph.nodes[question.when].text == "True"
        return () if always else ((question.when, True),)

    # Statements

    @property
    def beforehand(self) -> list[Statement]:
        """What is computed once."""
        return [Set(place) for place in self.needed if place in self.early and place in self.named]

    @property
    def statements(self) -> list[Statement]:
        """What is done at each step, in order."""
        return self._within((), [p for p in self.needed if p not in self.early], set())

    def _within(self, guard: Guard, places: list[int], done: set[int]) -> list[Statement]:
        """What is done in one branch, as far as it is not done, in order."""
        statements: list[Statement] = []
        for i, place in enumerate(places):
            if place in done or self.guards[place] != guard:
                continue
            node = self.graph.nodes[place]
            if place in self.asked:
                question = self.asked[place]
                done.update(question.answer.nodes)
                ask: list[Statement] = [Ask(question)]
                asking = self._asking(question)
                if asking:
                    before = [*self._within(asking, places[:i], done), *ask]
                    _branch(statements, question.when, before, [Leave(question)])
                else:
                    statements += ask
            elif place in self.named:
                done.add(place)
                if node.operation == WHERE:
                    truth, *ends = node.operands
                    ways = [
                        self._within((*guard, (truth, answer)), places[:i], done)
                        for answer in (True, False)
                    ]
                    if any(ways):
                        for way, end in zip(ways, ends, strict=True):
                            way.append(Set(place, end))
                        _branch(statements, truth, *ways)
                        continue
                statements.append(Set(place))
        return statements

    def lines(self, statements: Sequence[Statement], indent: str) -> list[str]:
        """Statements as lines."""
        lines = []
        for statement in statements:
            match statement:
                case Set(place, chosen):
                    text = self.expression(place) if chosen is None else self.text(chosen)
                    lines.append(indent + self.sets.format(f"n{place}", text))
                case Ask(question):
                    lines += (indent + line for line in self.ask(question))
                case Leave(question):
                    names = " = ".join(f"n{place}" for place in question.answer.nodes)
                    lines.append(indent + self.sets.format(names, self.nothing))
                case Branch(truth, there, elsewhere):
                    begin, otherwise, *end = self.branches
                    lines += [
                        indent + begin.format(self.text(truth)),
                        *self.lines(there, indent + self.tab),
                        indent + otherwise,
                        *self.lines(elsewhere, indent + self.tab),
                        *(indent + line for line in end),
                    ]
        return lines

    def ask(self, question: Question) -> list[str]:
        """The lines of a question."""
        raise NotImplementedError


class RunPlan(Printer):
    """What a rule's run says in any language.

    Args:
        scheduled: whether each step has a learning rate of its own.
        answered: the rule's graph with its answers worked out, and where each of its nodes is in
            it, where nothing is asked.
    """

    def __init__(
        self, rule: Graph, scheduled: bool, answered: tuple[Nodes, Mapping[int, int]] | None = None
    ) -> None:
        self.step = rule
        self.next = [*rule.carried]
        rates = rule.rates if scheduled else frozenset()
        self.rates = [i for i, name in enumerate(rule.settings) if name in rates]
        if answered is None:
            super().__init__(rule, rule.results, rule.questions, made_once(rule, rates))
        else:
            nodes, places = answered
            self.next = [places[each] for each in self.next]
            super().__init__(nodes, self.next, early=made_once(nodes, rates))

    @cached_property
    def held(self) -> Mapping[str, int]:
        return held(self.step)

    @property
    def holds(self) -> list[str]:
        """The names of the state's numbers."""
        return [f"h{i}" for i in range(len(self.next) - len(self.points))]

    @property
    def points(self) -> list[str]:
        """The names of the point's numbers."""
        return [f"p{i}" for i in range(len(self.step.theta.nodes))]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """The names of what goes into the next step, each with what it becomes."""
        pairs = zip([*self.points, *self.holds], map(self.text, self.next), strict=True)
        return [(old, new) for old, new in pairs if old != new]

    @property
    def noted(self) -> list[str]:
        """The state after the step."""
        return [self.text(place) for entry in self.step.state.values() for place in entry.nodes]

    @property
    def refuses(self) -> str:
        """What says that the method cannot go on here; empty if it always can."""
        never = self.graph.nodes[self.step.refuses].text == "False"
        return "" if never else self.text(self.step.refuses)

    def at_point(self, question: Question) -> bool:
        """Whether it is asked at the point itself."""
        return all(self.graph.nodes[place].kind == POINT for place in question.point)


class LossPlan(Printer):
    """What a surface's answer says in any language: of its numbers alone, what is made once."""

    def __init__(self, graph: Nodes, results: Iterable[int]) -> None:
        super().__init__(graph, results, (), made_once(graph))


def held(rule: Graph) -> dict[str, int]:
    """The number of the first of each entry of a rule's state."""
    sizes = [len(entry.nodes) for entry in rule.initial.values()]
    return {name: sum(sizes[:i]) for i, name in enumerate(rule.initial)}


def made_once(graph: Nodes, rates: Collection[str] = ()) -> set[int]:
    """The nodes of settings alone, but for those of rates that change from step to step."""
    changing: list[bool] = []
    for node, kinds in zip(graph.nodes, graph.kinds, strict=True):
        changes = node.text in rates if node.kind == SETTING else bool(kinds - {SETTING})
        changing.append(changes or any(changing[each] for each in node.operands))
    return {i for i, node in enumerate(graph.nodes) if node.operands and not changing[i]}


def _branch(
    statements: list[Statement], truth: int, there: list[Statement], elsewhere: list[Statement]
) -> None:
    """Add a branch to statements, or what it does to one for the same truth that ends them."""
    last = statements[-1] if statements else None
    if isinstance(last, Branch) and last.truth == truth:
        last.there.extend(there)
        last.elsewhere.extend(elsewhere)
    else:
        statements.append(Branch(truth, there, elsewhere))


def _common(one: Guard, other: Guard) -> Guard:
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return one[:same]


def _prefixes(guard: Guard) -> list[Guard]:
    return [guard[: i + 1] for i in range(len(guard))]
