from hypothesis import HealthCheck, settings

# The same examples everywhere and no clock: a test fails because of the code or not at all.
settings.register_profile(
    "lab", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("lab")
