"""Experiments: the value that a link, a lesson and an export share, and the loop that runs it."""

from experiment.alike import alike
from experiment.budget import MAX_LANES, MAX_STARTS, MAX_STEPS
from experiment.ends import Ends, settle
from experiment.experiment import CURVES, PER, SCALES, Experiment, run, run_lane, run_swarm
from experiment.lane import CONSTANT, Lane
from experiment.outcome import Outcome
from experiment.problems import PROBLEMS, Drawn
from experiment.ribbon import Ribbon, ribbon, ribbon_words, ribbons
from experiment.run import Run
from experiment.schedule import SCHEDULES, Constant, Schedule
from experiment.sentences import called, counted, end_words, opening_words, race_title, short
from experiment.showcase import is_showcase, is_untouched, showcase, shown_off
from experiment.told import told
from experiment.trajectory import Trajectory, descend, descend_all
from experiment.variation import varied
from experiment.verdict import (
    Verdict,
    distance_to_minimum,
    loss_after,
    outcome_words,
    place_words,
    result_words,
    verdict,
)
from experiment.view import View

__all__ = [
    "CONSTANT",
    "CURVES",
    "MAX_LANES",
    "MAX_STARTS",
    "MAX_STEPS",
    "PER",
    "PROBLEMS",
    "SCALES",
    "SCHEDULES",
    "Constant",
    "Drawn",
    "Ends",
    "Experiment",
    "Lane",
    "Outcome",
    "Ribbon",
    "Run",
    "Schedule",
    "Trajectory",
    "Verdict",
    "View",
    "alike",
    "called",
    "counted",
    "descend",
    "descend_all",
    "distance_to_minimum",
    "end_words",
    "is_showcase",
    "is_untouched",
    "loss_after",
    "opening_words",
    "outcome_words",
    "place_words",
    "race_title",
    "result_words",
    "ribbon",
    "ribbon_words",
    "ribbons",
    "run",
    "run_lane",
    "run_swarm",
    "settle",
    "short",
    "showcase",
    "shown_off",
    "told",
    "varied",
    "verdict",
]
