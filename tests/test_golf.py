"""Golf: a link is run again, and only its lanes count."""

from dataclasses import replace

import numpy as np
import pytest
from test_learn_page import visit
from test_result import shown

from experiment import Experiment, run
from lessons.golf import HOLES, MAX_SHOTS, Hole, Shot, ranked, read_links, shots


@pytest.fixture(params=HOLES)
def hole(request):
    return HOLES[request.param]


def test_par_is_what_the_race_itself_counts(hole):
    (path,) = run(hole.race)
    low = np.flatnonzero(path.loss <= hole.goal)
    assert hole.par == path.evaluations[low[0]] > 0
    assert path.loss[0] > 100 * hole.goal
    assert not hole.race.problems


def test_other_good_methods_are_at_or_over_par(hole):
    others = read_links("lane=adam(lr=0.1)&lane=rprop&lane=momentum(lr=0.003)&lane=nelder_mead")
    assert all(shot.evaluations >= hole.par for shot in shots(hole, others))
    assert f"{hole.goal:g}" in hole.task


def test_of_a_link_only_the_lanes_count(hole):
    query = hole.known
    here = read_links(f"https://a.b/?surface=booth&start=3,3&steps=5&noise=9&{query}")
    (shot,) = shots(hole, here)
    assert shot.evaluations == hole.par


def test_links_are_found_with_whatever_stands_around_them():
    text = """Ada: “https://x.org/app/?surface=beale&lane=adam(lr=0.1)”, and
    > (http://localhost:8501/?lane=adam(lr=0.1,label=mine)&lane=sgd).
    lane=rule(lr=0.1)&rule=x%3Dx-lr*g; nothing else"""
    pasted = read_links(text)
    assert not pasted.refused
    assert [(lane.optimizer.key, n) for lane, n in pasted.lanes] == [
        ("adam", 2),
        ("sgd", 1),
        ("rule", 1),
    ]


def test_what_cannot_be_used_is_said_and_the_rest_is_ranked():
    pasted = read_links("?lane=nobody&lane=sgd\n" + "lane=adam" + "a" * 9000)
    assert "nobody" in pasted.refused[0]
    assert "more than 8000 characters" in pasted.refused[1]
    assert [lane.optimizer.key for lane, _ in pasted.lanes] == ["sgd"]
    assert "no link of a race" in read_links("hello").refused[0]
    assert read_links("") == read_links("  ")
    many = " ".join(f"lane=sgd(lr={n}e-5)" for n in range(1, MAX_SHOTS + 9))
    assert len(read_links(many).lanes) == MAX_SHOTS
    assert "the first 200 are run" in read_links(many).refused[-1]


@pytest.mark.parametrize(
    "rest",
    ["surface=rosenbrock", "surface=nobody", "steps=1000000000", "start=nan,9e99&noise=x&seed=-4"],
)
def test_what_does_not_count_is_not_read(rest):
    pasted = read_links(f"https://x.org/?{rest}&lane=adam(lr=0.1)&stop=nan#end")
    assert pasted == read_links("lane=adam(lr=0.1)")
    assert not pasted.refused


def test_a_link_without_a_lane_that_can_be_read_has_none():
    pasted = read_links("?surface=beale&lane=nobody(lr=0.1)&lane=none")
    assert not pasted.lanes
    (sentence,) = pasted.refused
    assert "no lane can be read" in sentence
    assert "nobody" in sentence
    many = read_links(" ".join(f"?lane=nobody{n}" for n in range(100)))
    assert len(many.refused) == 6
    assert many.refused[-1] == "95 more parts cannot be used."


def test_a_link_of_many_lanes_that_cannot_be_read_has_none_either():
    pasted = read_links("?" + "&".join(f"lane=nobody{n}" for n in range(30)))
    assert not pasted.lanes
    assert "no lane can be read" in pasted.refused[0]


def test_a_link_that_names_no_lane_has_none():
    pasted = read_links("https://x.org/?plane=3 ?surface=beale&v=1&airplane=4")
    assert not pasted.lanes
    assert ["names no lane" in each for each in pasted.refused] == [True, True]


@pytest.mark.parametrize(
    "link",
    [
        r"https://x.org/?surface=beale\u0026lane=adam(lr=0.1)",
        "?surface=nobody;steps=3;lane=adam(lr=0.1)",
        "?surface=beale&amp;lane=adam(lr=0.1)",
    ],
)
def test_a_link_is_read_however_a_mail_spells_it(link):
    assert read_links(link) == read_links("lane=adam(lr=0.1)")


def test_equal_ones_share_a_rank_and_who_does_not_get_there_has_none():
    (lane,) = Experiment.from_query("lane=sgd").lanes
    counts = [30.0, np.inf, 20.0, 30.0, 40.0]
    played = [Shot(replace(lane, label=str(i)), n, 1) for i, n in enumerate(counts)]
    assert [(rank, shot.evaluations) for rank, shot in ranked(played)] == [
        (1, 20.0),
        (2, 30.0),
        (2, 30.0),
        (4, 40.0),
        (0, np.inf),
    ]


def test_a_method_that_refuses_or_diverges_does_not_get_there():
    hole = Hole("x", "surface=booth&start=-7,-5&steps=50", 1e-3, "lane=sgd")
    for lane in ("lane=sgd(lr=10)", "lane=rule(lr=9)&rule=x%3Dx%2Blr*g"):
        (shot,) = shots(hole, read_links(lane))
        assert not shot.is_there


def test_the_page_ranks_what_is_pasted_with_ones_own_rules_apart():
    page = visit(golf="beale")
    assert "Par is 24" in " ".join(each.value for each in page.markdown)
    page.text_area(key="golf-links").set_value(
        "?lane=adam(lr=0.1)&lane=bfgs ?lane=sgd(lr=9) lane=rule(lr=0.01)&rule=x%3Dx-lr*g"
    ).run()
    assert not page.exception
    assert [each.value for each in page.subheader] == ["Ranking", "Rules of one’s own"]
    assert shown(page).index("BFGS") < shown(page).index("Adam")
    assert "does not get there" in shown(page)
    links = [Experiment.from_query(each.proto.query_string) for each in page.get("page_link")]
    assert links[1].lanes[0].optimizer.key == "bfgs"
    assert visit(golf="nowhere").warning
