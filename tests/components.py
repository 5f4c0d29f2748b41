"""What the components of a page were given, and what a person does with them, with no browser."""

import json
from xml.etree import ElementTree

from streamlit.components.v2.bidi_component.constants import EVENT_DELIM
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX


def components(page, name):
    """The components of that name, as the browser gets them, by their key."""
    found = (e for e in page.get("bidi_component") if e.proto.component_name == name)
    return {each.key: each.proto for each in found}


def send(page, component, event, value):
    """Let a component report an event, and run the page."""
    root = page.main.root
    states = root.get_widget_states()
    told = json.dumps([{"event": event, "value": value}])
    trigger = f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{component.id}{EVENT_DELIM}events"
    states.widgets.add(id=trigger, json_trigger_value=told)
    root.get_widget_states = lambda: states
    page.run()
    assert not page.exception
    return page


def sliders(page):
    """What each slider of the page was given to show, by its key."""
    return {key: shown(each) for key, each in components(page, "slider").items()}


def shown(component):
    """What a component was given to show."""
    (data,) = json.loads(component.json)
    return data


def slide(page, key, value, passing=False):
    """Move a slider, or type beside it."""
    move = {"serial": sliders(page)[key]["answered"] + 1, "value": value, "passing": passing}
    return send(page, components(page, "slider")[key], "move", move)


def dials(page):
    """What each dial of the page was given to show, by its key."""
    return {key: shown(each) for key, each in components(page, "dial").items()}


def turn(page, key, value, passing=False):
    """Move a dial, or type beside it."""
    move = {"serial": dials(page)[key]["answered"] + 1, "value": value, "passing": passing}
    return send(page, components(page, "dial")[key], "move", move)


def type_lines(page, key, text):
    """Type into a field of several lines."""
    field = components(page, "lines")[key]
    typed = {"serial": shown(field)["answered"] + 1, "text": text}
    return send(page, field, "typed", typed)


def tables(page):
    """The tables of a page: the cells of each column, by its name."""
    bodies = [each.proto.body for each in page.get("html")]
    found = [ElementTree.fromstring(body) for body in bodies if body.startswith("<table")]
    return [_columns(table) for table in found]


def _columns(table):
    names, *lines = [["".join(cell.itertext()).strip() for cell in row] for row in table.iter("tr")]
    return dict(zip(names, zip(*lines, strict=True), strict=True))
