import os

from hypothesis import HealthCheck, settings

# The same examples everywhere and no clock: a test fails because of the code or not at all.
settings.register_profile(
    "lab", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# Other examples each time, and many of them; see CONTRIBUTING.
settings.register_profile(
    "deep", settings.get_profile("lab"), derandomize=False, max_examples=7_000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "lab"))
