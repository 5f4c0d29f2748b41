"""A class at one server: what each visitor waits for, and what they cost. Prints a table.

    python benchmarks/crowd.py
    python benchmarks/crowd.py --visitors 10 --seconds 20 --app ../another/checkout
    python benchmarks/crowd.py --visitors 10 --seconds 40 --maps 10 --leaving 5

Visitors speak Streamlit's own protocol to a server on this machine: each opens the page, all within
a few seconds, and then moves a surface's slider from time to time, as people do who look at what
comes. An answer counts where it shows the change; the visitors' own work is not the server's. What
Streamlit takes for as many elements that show nothing (`floor/app.py`) is measured beside it.
Others may ask for a map of the largest grid meanwhile, each for another, and some of these leave
at once; what is worked out for them after that is lost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from os import sysconf
from pathlib import Path
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from driver import serve  # noqa: E402

PATIENCE = 60  # seconds, after which a page or an answer is lost
OPENED, ANSWER, MAP = "open", "answer", "map"
LARGEST = "kind=basins&surface=himmelblau&lane=adam(lr={})&grid=400&steps=300"
SOON = 1.0  # seconds, after which who has asked for a map leaves
FLOOR, WARM = 100, 10  # answers of a page that does nothing, and those before they are counted
WHOLE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
INTERNAL = "$$STREAMLIT_INTERNAL_KEY"


@dataclass
class Seen:
    """What all visitors met.

    Attributes:
        waited: seconds for each page and each answer.
        size: bytes of them.
        faults: what went wrong, in words.
    """

    waited: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    size: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)


class Visitor:
    """One tab: what the page has told it, which is what it says with the next change."""

    def __init__(self, socket: Any, query: str, seen: Seen, address: str = "") -> None:
        self.socket, self.query, self.seen = socket, query, seen
        self.page, self.address = "", address
        self.hashes: set[str] = set()
        self.sliders: dict[str, dict[str, Any]] = {}
        self.player = self.drawn_in = ""  # its id, and the part of the page that it is in
        self.states: dict[str, WidgetState] = {}

    async def ask(self, kind: str, *changes: WidgetState, part: str = "") -> None:
        """Have the page run, or a part of it, and read until that is whole."""
        asked = BackMsg()
        asked.rerun_script.fragment_id = part
        asked.rerun_script.query_string = self.query
        asked.rerun_script.page_script_hash = self.page
        asked.rerun_script.page_name = "" if self.page else self.address
        asked.rerun_script.cached_message_hashes.extend(self.hashes)
        asked.rerun_script.widget_states.widgets.extend([*self.states.values(), *changes])
        began, size = time.perf_counter(), 0
        async with asyncio.timeout(PATIENCE):
            await self.socket.send(asked.SerializeToString())
            while True:
                raw = await self.socket.recv()
                size += len(raw)
                said = ForwardMsg.FromString(raw)
                self.hear(said)
                if said.WhichOneof("type") == "script_finished" and said.script_finished in WHOLE:
                    break
        self.seen.waited[kind].append(time.perf_counter() - began)
        self.seen.size[kind].append(size)

    def hear(self, said: ForwardMsg) -> None:
        """Remember what a browser does."""
        if said.metadata.cacheable:
            self.hashes.add(said.hash)
        match said.WhichOneof("type"):
            case "new_session":
                self.page = said.new_session.page_script_hash
            case "page_info_changed":
                self.query = said.page_info_changed.query_string
            case "delta" if said.delta.WhichOneof("type") == "new_element":
                element = said.delta.new_element
                if element.HasField("exception"):
                    self.seen.faults.append(element.exception.message)
                component = element.bidi_component
                if component.id:  # which Streamlit forgets unless the browser says that it is there
                    state = WidgetState(id=component.id, json_value="{}")
                    self.states[component.id] = state
                if component.component_name.endswith("slider"):
                    (self.sliders[component.id],) = json.loads(component.json)
                if component.id and said.delta.fragment_id:
                    self.player, self.drawn_in = component.id, said.delta.fragment_id
                if component.component_name.endswith("player"):
                    self.heard(component.bytes)

    def heard(self, packed: bytes) -> None:
        """Take in which moves of sliders the picture of the race shows."""
        head = json.loads(packed[4 : 4 + int.from_bytes(packed[:4], "little")])
        numbers = head["live"]["surface"]["numbers"] if head["live"] else {}
        for slider in self.sliders.values():
            whose, _, name = slider["sets"].partition(".")
            if slider.get("key") in head.get("heard", ()) and whose == "surface":
                slider["value"] = numbers[name]

    async def move(self, chosen: random.Random, serial: int) -> None:
        """Let go of a surface's slider at another place, and see that the page has it there."""
        of_surface = [
            id for id, slider in self.sliders.items() if slider["label"] == slider["name"]
        ]
        slider = chosen.choice(of_surface)
        value = chosen.choice(self.sliders[slider]["stops"])
        move = {"serial": serial, "value": value, "passing": False}
        key = self.sliders[slider].get("key")  # of what the player tells, which is drawn alone
        event, told = ("told", {"key": key, **move}) if key else ("move", move)
        said = json.dumps([{"event": event, "value": told}])
        who, part = (self.player, self.drawn_in) if key else (slider, "")
        change = WidgetState(id=f"{INTERNAL}_{who}__events", json_trigger_value=said)
        await self.ask(ANSWER, change, part=part)
        if self.sliders[slider]["value"] != value:
            self.seen.faults.append("an answer without the change")


def connected(address: str) -> Any:
    """A tab's connection with the server."""
    return websockets.connect(
        address.replace("http://", "ws://") + "/_stcore/stream",
        subprotocols=[websockets.Subprotocol("streamlit")],
        max_size=None,
        open_timeout=PATIENCE,
        ping_interval=None,
    )


async def look_at_map(number: int, address: str, leaves: bool, seen: Seen) -> None:
    """Ask for a map that nobody else asks for, and wait for it or leave soon."""
    query = LARGEST.format(f"0.{number + 101}")
    try:
        async with connected(address) as socket:
            asked = Visitor(socket, query, seen, "maps").ask(MAP)
            if leaves:
                with suppress(TimeoutError):
                    await asyncio.wait_for(asked, SOON)
            else:
                await asked
    except Exception as error:
        seen.faults.append(f"{type(error).__name__}: {error}")


async def visit(
    number: int, address: str, query: str, rush: float, every: float, end: float, seen: Seen
) -> None:
    """Come within the rush, and change something every few seconds until the end."""
    chosen = random.Random(number)
    await asyncio.sleep(chosen.random() * rush)
    try:
        async with connected(address) as socket:
            visitor = Visitor(socket, query, seen)
            await visitor.ask(OPENED)
            serial = 0
            while (wait := every * (0.5 + chosen.random())) < end - time.monotonic():
                await asyncio.sleep(wait)
                serial += 1
                await visitor.move(chosen, serial)
    except Exception as error:
        seen.faults.append(f"{type(error).__name__}: {error}")


async def crowd(
    address: str,
    visitors: int,
    query: str,
    rush: float,
    every: float,
    seconds: float,
    maps: int,
    leaving: int,
    seen: Seen,
) -> None:
    """All of them at once."""
    end = time.monotonic() + seconds
    await asyncio.gather(
        *(visit(i, address, query, rush, every, end, seen) for i in range(visitors)),
        *(look_at_map(i, address, i < leaving, seen) for i in range(leaving + maps)),
    )


def used(pid: int) -> tuple[float, float]:
    """Seconds of a processor that a process has had, and its megabytes at the most."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    lines = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines()
    )
    seconds = (int(fields[11]) + int(fields[12])) / sysconf("SC_CLK_TCK")
    return seconds, int(lines["VmHWM"].split()[0]) / 1e3


def floor() -> float:
    """Seconds of a processor that Streamlit takes for an answer that nobody had to work out."""

    async def look(address: str) -> None:
        async with connected(address) as socket:
            visitor = Visitor(socket, "", Seen())
            await visitor.ask(OPENED)
            for i in range(WARM + FLOOR):
                if i == WARM:
                    begun.append(used(process.pid)[0])
                await visitor.ask(ANSWER, part=visitor.drawn_in)

    begun: list[float] = []
    root = ROOT / "benchmarks" / "floor"
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder), root=root) as (address, process, _),
    ):
        asyncio.run(look(address))
        return (used(process.pid)[0] - begun[0]) / FLOOR


def quantile(values: Sequence[float], part: int) -> float:
    """What so many of a hundred stay below, in milliseconds."""
    if len(values) < 2:
        return 1e3 * sum(values)
    return 1e3 * statistics.quantiles(values, n=100, method="inclusive")[part - 1]


def row(what: str, reached: float, unit: str, goal: str = "") -> None:
    print(f"{what:58} {reached:9.1f} {unit:3} {goal:>9}", flush=True)


def main() -> None:
    words = argparse.ArgumentParser(description="A class at one server.")
    words.add_argument("--visitors", type=int, default=60)
    words.add_argument("--seconds", type=float, default=45.0, help="how long all of it takes")
    words.add_argument("--every", type=float, default=3.0, help="seconds between two changes")
    words.add_argument("--rush", type=float, default=3.0, help="seconds within which all come")
    words.add_argument("--link", default="", help="the query of the race that they open")
    words.add_argument("--maps", type=int, default=0, help="others who wait for a map each")
    words.add_argument("--leaving", type=int, default=0, help="others who leave before it is there")
    words.add_argument("--app", type=Path, default=ROOT, help="the folder of the app")
    asked = words.parse_args()
    seen = Seen()
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder), root=asked.app.resolve()) as (address, process, log),
    ):
        at_first, _ = used(process.pid)
        began = time.monotonic()
        asyncio.run(
            crowd(
                address,
                asked.visitors,
                asked.link,
                asked.rush,
                asked.every,
                asked.seconds,
                asked.maps,
                asked.leaving,
                seen,
            )
        )
        took = time.monotonic() - began
        at_last, memory = used(process.pid)
        seen.faults += ["a traceback in the log"] * ("Traceback" in log.read_text())
    answers, opened = seen.waited[ANSWER], seen.waited[OPENED]
    print(f"{asked.visitors} visitors, a change every {asked.every:g} s, {took:.0f} s in all")
    row("first page, median", quantile(opened, 50), "ms")
    row("first page, 95 of 100 below", quantile(opened, 95), "ms", "3000 ms")
    row("answer to a change, median", quantile(answers, 50), "ms")
    row("answer to a change, 95 of 100 below", quantile(answers, 95), "ms", "500 ms")
    row("answers", len(answers), "")
    if maps := sorted(seen.waited[MAP]):
        row("maps", len(maps), "", str(asked.maps))
        row("the first map", 1e3 * maps[0], "ms")
        row("the last map", 1e3 * maps[-1], "ms")
        row("bytes of a map", statistics.median(seen.size[MAP]) / 1e3, "kB")
    row(
        "processor for a page or an answer",
        1e3 * (at_last - at_first) / max(1, len(answers) + len(opened)),
        "ms",
        "35 ms",
    )
    row("of which Streamlit's for a page that does nothing", 1e3 * floor(), "ms")
    row("processor in use, of one core", 100 * (at_last - at_first) / took, "%")
    for kind, name in ((OPENED, "bytes of a first page"), (ANSWER, "bytes of an answer")):
        row(
            name, statistics.median(seen.size[kind] or [0]) / 1e3, "kB", "200 kB" * (kind == ANSWER)
        )
    row("memory of the server, at the most", memory, "MB", "400 MB")
    row("lost or wrong", len(seen.faults), "", "0")
    for fault in sorted(set(seen.faults))[:5]:
        print(f"    {seen.faults.count(fault)} x {fault[:90]}")


if __name__ == "__main__":
    main()
