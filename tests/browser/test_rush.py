"""A class opens the link at once, on a server that nobody has visited."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import websockets
from driver import serve
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

VISITORS = 30
PATIENCE = 120  # seconds, for all of them together


async def visit(address, query, seen):
    """One session by Streamlit's own protocol: ask for the page, read until it is whole."""
    url = address.replace("http://", "ws://") + "/_stcore/stream"
    async with websockets.connect(
        url, subprotocols=["streamlit"], max_size=None, open_timeout=None, ping_interval=None
    ) as socket:
        ask = BackMsg()
        ask.rerun_script.query_string = query
        await socket.send(ask.SerializeToString())
        while True:
            said = ForwardMsg.FromString(await socket.recv())
            kind = said.WhichOneof("type")
            if kind == "delta" and said.delta.WhichOneof("type") == "new_element":
                element = said.delta.new_element
                seen["table"] += "<table" in element.html.body
                assert not element.HasField("exception"), element.exception.message
            if kind == "script_finished":
                assert said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
                return


async def rush(address, queries):
    seen = Counter()
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(visit(address, query, seen) for query in queries))
    return seen


@pytest.mark.parametrize(
    "queries",
    [[""] * VISITORS, [f"lane=adam(lr=0.{i + 1})&lane=sgd&steps=300" for i in range(VISITORS)]],
    ids=["one link", "a link each"],
)
def test_visitors_who_come_at_once_see_the_page_and_no_exception(tmp_path, queries):
    with serve(tmp_path) as (address, _, log):
        # Playwright, of the tests before this one, has a loop of its own in this thread.
        with ThreadPoolExecutor(1) as beside:
            seen = beside.submit(asyncio.run, rush(address, queries)).result()
        assert seen["table"] == len(queries), "each has its table of results"
        assert "Traceback" not in log.read_text()
