"""What Streamlit has no widget for, as components: the linked player, films of it, a slider."""

from viewer.media import media_menu
from viewer.race import Domain, Start, inspected, race_player
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
]
