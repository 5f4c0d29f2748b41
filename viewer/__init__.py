"""What Streamlit has no widget for, as components: the player, sliders, lines, a search."""

from viewer.address import address_bar
from viewer.atlas import Place, atlas
from viewer.condition import root_of_condition
from viewer.dial import turning_dial
from viewer.front import titled
from viewer.lesson import lesson_card
from viewer.lines import lines_field
from viewer.media import media_menu
from viewer.race import Start, inspected, race_player
from viewer.search import search_field
from viewer.serving import routes
from viewer.sheet import Tab, sheet_tabs
from viewer.slider import Striped, exact_slider

__all__ = [
    "Place",
    "Start",
    "Striped",
    "Tab",
    "address_bar",
    "atlas",
    "exact_slider",
    "inspected",
    "lesson_card",
    "lines_field",
    "media_menu",
    "race_player",
    "root_of_condition",
    "routes",
    "search_field",
    "sheet_tabs",
    "titled",
    "turning_dial",
]
