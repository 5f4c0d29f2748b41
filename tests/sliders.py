"""Moves the sliders of a page that runs without a browser."""

import json

from streamlit.components.v2.bidi_component.main import _make_trigger_id


def _sliders(page):
    found = (e.proto for e in page.get("bidi_component") if e.proto.component_name == "slider")
    return {proto.id.split("-", 2)[2]: proto for proto in found}


def sliders(page):
    """What each slider of the page was given to show, by its key."""
    return {key: json.loads(proto.json) for key, proto in _sliders(page).items()}


def slide(page, key, value, passing=False):
    """Move a slider, or type beside it, and run the page."""
    move = {"serial": sliders(page)[key]["answered"] + 1, "value": value, "passing": passing}
    events = _make_trigger_id(_sliders(page)[key].id, "events")
    states = page._tree.get_widget_states()
    states.widgets.add(id=events, json_trigger_value=json.dumps([{"event": "move", "value": move}]))
    page._run(states)
    assert not page.exception
    return page


def type_lines(page, key, text):
    """Type into a field of several lines, and run the page."""
    fields = (e.proto for e in page.get("bidi_component") if e.proto.component_name == "lines")
    field = next(proto for proto in fields if proto.id.split("-", 2)[2] == key)
    typed = {"serial": json.loads(field.json)["answered"] + 1, "text": text}
    states = page._tree.get_widget_states()
    event = json.dumps([{"event": "typed", "value": typed}])
    states.widgets.add(id=_make_trigger_id(field.id, "events"), json_trigger_value=event)
    page._run(states)
    assert not page.exception
    return page
