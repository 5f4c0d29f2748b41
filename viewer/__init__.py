"""What Streamlit has no widget for, as components: the player, films of it, a slider, a search."""

from viewer.front import titled
from viewer.media import media_menu
from viewer.race import Domain, Start, inspected, race_player
from viewer.search import search_field
from viewer.serving import routes
from viewer.slider import exact_slider

__all__ = [
    "Domain",
    "Start",
    "exact_slider",
    "inspected",
    "media_menu",
    "race_player",
    "routes",
    "search_field",
    "titled",
]
