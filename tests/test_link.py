"""The codec: an experiment becomes a link, and any link becomes an experiment."""

from dataclasses import replace
from urllib.parse import parse_qs, quote

import numpy as np
import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

from experiment import MAX_LANES, MAX_STEPS, SCHEDULES, Experiment, Lane, View
from experiment.arguments import MAX_PROBLEMS
from experiment.experiment import KEYS
from experiment.link import handed_on
from optimizers import OPTIMIZERS
from surfaces import SURFACES, Data, from_formula

OPENING = Experiment()
from_query = Experiment.from_query


@settings(max_examples=200)
@given(strategies.experiments())
def test_an_experiment_survives_its_link(experiment):
    read = from_query(experiment.to_query())
    assert read.problems == ()
    assert read == experiment
    assert read.to_query() == experiment.to_query()


@given(strategies.experiments())
def test_a_link_survives_a_browser_that_escapes_it(experiment):
    escaped = "&".join(
        f"{key}={quote(value, safe='')}"
        for key, values in parse_qs(experiment.to_query()).items()
        for value in values
    )
    assert from_query("?" + escaped) == experiment


@given(strategies.experiments())
def test_a_mapping_of_lists_reads_like_the_link(experiment):
    read = from_query(parse_qs(experiment.to_query()))
    assert read == experiment
    assert read.problems == ()


# The view


def test_the_view_decides_no_path_and_is_cut_down_to_the_race():
    experiment = Experiment(steps=50, view=View(step=70, stop=60, inside=3, hide="1,8"))
    assert experiment.view == View(step=50, stop=50, inside=3, hide="1")
    assert [run.key for run in experiment.runs()] == [r.key for r in Experiment(steps=50).runs()]
    assert replace(experiment, lanes=experiment.lanes[:2], steps=20).view == View(20, 20, hide="1")


@pytest.mark.parametrize(
    ("part", "sentence"),
    {
        "step=51": "step must be a whole number from 0 to 50, the race's last step, not 51; 0 was "
        "used instead.",
        "inside=4": "inside must be the number of a lane, from 1 to 3, or 0 for none, not 4; 0 was "
        "used instead.",
        "future=maybe": "future must be a finite number, not “maybe”; 1 was used instead.",
        "hide=me": "hide must be numbers of lanes such as 2,3, not “me”; none was used instead.",
        "speed=9": "speed must be one of slow, 0.25x, 0.5x, 1x, 2x, 4x, 8x, 1/s, 5/s, 20/s, 100/s, "
        "not “9”; slow was used instead.",
        "panels=map,all": "panels must be some of scene,map,data,curve, not “map,all”; none was "
        "used instead.",
        "camera=1,2": "camera must be three numbers below 100 such as 1.2,-1.3,0.8, not “1,2”; "
        "none was used instead.",
    }.items(),
)
def test_a_bad_value_of_the_view_is_one_sentence_and_the_rest_works(part, sentence):
    read = from_query(f"steps=50&{part}")
    assert read.problems == (sentence,)
    assert read == Experiment(steps=50)


def test_a_link_is_handed_on_with_or_without_its_view():
    query = "surface=beale&lane=sgd(lr=0.1)&step=20&panels=map"
    race = "surface=beale&lane=sgd%28lr=0.1%29"
    assert handed_on(query, viewed=False) == race
    assert handed_on(query) == f"{race}&step=20&panels=map"


# The link, as it is documented


def test_the_example_link():
    experiment = from_query(
        "?surface=rosenbrock&start=-1.5,1.5&steps=500"
        "&lane=adam(lr=0.1)&lane=momentum(lr=0.001,momentum=0.9)"
    )
    assert experiment == Experiment(
        surface=SURFACES["rosenbrock"],
        start=(-1.5, 1.5),
        steps=500,
        lanes=(Lane(OPTIMIZERS["adam"](lr=0.1)), Lane(OPTIMIZERS["momentum"]())),
    )
    assert experiment.problems == ()


def test_what_equals_its_default_is_left_out():
    read = from_query(
        "surface=rosenbrock(b=100,a=1)&start=-1.5,1.5&steps=1500&noise=0&seed=0&scale=log"
        "&lane=adam(lr=0.001,beta1=0.9,bias_correction=true,schedule=constant,warmup=0,label=)"
    )
    assert read.problems == ()
    assert read.to_query() == "surface=rosenbrock&lane=adam"


@pytest.mark.parametrize(
    "link",
    [
        "surface=beale&steps=200&lane=adam(lr=0.1)",
        "surface=saddle(a=6,b=3)&steps=500&lane=adam(lr=0.1)&lane=sgd(lr=0.01,schedule=cosine)",
        "surface=quadratic(angle=30)&start=-1,0.5&noise=0.25&seed=7&scale=linear&lane=sgd",
        "surface=booth&lane=sgd(schedule=step(step_size=50,gamma=0.1),warmup=20,clip=1)",
        "surface=booth&lane=rmsprop(lr=1e-5,centered=true,label=mine+2)&lane=rmsprop",
        "surface=booth&lane=adam(eps=1e-300,weight_decay=1e22)",
        "surface=booth&lane=adam(label=%C3%A9t%C3%A9)",
        "surface=rosenbrock(a=1.2,rotate=45,scale_loss=1000)&lane=sgd",
        "surface=beale(shift_x=-1)&start=0.5,1&lane=sgd",
        "surface=booth&domain=-2,2,0.5,4&lane=sgd",
        "surface=linear_regression(loss=huber,l2=0.1,standardize=true)&batch=8&lane=sgd",
        "surface=logistic_regression(l1=0.05,rotate=30)&start=1,1&lane=sgd",
        "surface=formula&formula=x*y&lane=sgd",
        "surface=formula(b=100)&formula=(a-x)%5E2%2Bb(y-x%5E2)%5E2&domain=-2,2,-1,3&lane=sgd",
        "surface=formula(a=2,rotate=30)&formula=ax%5E2%2B3y%5E2&lane=sgd",
        "surface=beale&lane=sgd&lane=adam&step=20&stop=40&inside=2&future=0&hide=1&speed=20/s",
        "surface=beale&lane=sgd&panels=map,curve&camera=1.2,-1.3,0.85",
        "surface=formula&formula=sin(x)/2-max(x,y)**2&domain=-2,2,-1,3&start=0,0&lane=sgd",
    ],
)
def test_a_link_is_written_the_way_it_is_read(link):
    assert from_query(link).problems == ()
    assert from_query(link).to_query() == link


def test_a_mapping_may_hold_strings_or_lists():
    link = "surface=beale&steps=200&lane=adam(lr=0.1)&lane=sgd"
    mapping = {"surface": "beale", "steps": ["200"], "lane": ["adam(lr=0.1)", "sgd"]}
    assert from_query(mapping) == from_query(link) == from_query("?" + link)
    assert from_query({"surface": "beale", "lane": "sgd"}).lanes == (Lane(OPTIMIZERS["sgd"]()),)
    assert from_query({"surface": "beale", "steps": []}) == from_query("surface=beale")


@pytest.mark.parametrize(
    ("mapping", "link"),
    [
        ({"steps": 200, "noise": 0.5}, "steps=200&noise=0.5"),
        ({"steps": np.int64(200), "seed": [7]}, "steps=200&seed=7"),
        ({"start": (1, 2)}, "start=1,2"),
        ({"start": np.array([1.0, 0.5])}, "start=1,0.5"),
        ({"start": [(1, 2), (0, 1.5)]}, "start=1,2&start=0,1.5"),
        ({"domain": [-1, 1, 0, 2.5]}, "domain=-1,1,0,2.5"),
    ],
)
def test_numbers_in_a_mapping_count_as_their_text(mapping, link):
    read = from_query(mapping)
    assert read.problems == ()
    assert read == from_query(link)


UNREADABLE = {"None": None, "dict": {"a": 1}, "object": object(), "bytes": b"sgd", "list": [None]}
UNREADABLE["int"] = 10**5000  # longer than Python writes


@pytest.mark.parametrize("value", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_text_in_a_mapping_is_left_out_in_a_sentence(value):
    read = from_query({"lane": value, "steps": 7})
    assert read.problems == ("lane is given as what is no text; it was left out.",)
    assert read == from_query("steps=7")
    assert from_query({3: "x"}).problems[0].startswith("“3” is no part")


def test_a_link_may_name_a_part_and_leave_the_rest():
    assert from_query("steps=7") == Experiment(steps=7)
    assert from_query("surface=beale").start == SURFACES["beale"].start
    assert from_query("surface=beale").lanes == OPENING.lanes


def test_a_typed_formula_survives_its_link():
    surface = from_formula("a x² + b·y", (-2, 2, -1, 3), a=2.0).transformed(rotate=45.0)
    experiment = Experiment(surface=surface, start=(0.5, 0.25))
    link = experiment.to_query()
    assert link.startswith("surface=formula(a=2,rotate=45)&formula=a*x%5E2%2Bb*y&domain=")
    assert from_query(link) == experiment
    assert from_query(link).problems == ()


def test_a_turned_formula_that_is_defined_in_few_places_survives_its_link():
    surface = from_formula("log(x - 6)", (6, 10, -1, 1)).transformed(rotate=90.0)
    experiment = Experiment(surface=surface)
    read = from_query(experiment.to_query())
    assert read.problems == ()
    assert read == experiment


def test_a_formula_alone_is_enough_and_so_is_a_domain():
    assert from_query("formula=x*y").surface == from_formula("x*y")
    assert from_query("formula=x*y").problems == ()
    assert from_query("domain=-1,1,0,2").surface == SURFACES["rosenbrock"].with_domain(
        (-1, 1, 0, 2)
    )


def test_a_start_that_is_not_named_lies_in_the_links_domain():
    read = from_query("surface=beale&domain=-4,-2,-4,-2")
    assert read.problems == ()
    assert -4 < read.start[0] < -2
    assert -4 < read.start[1] < -2


PLUS = {
    # A plus sign that was not escaped arrives as a space: what it is read as
    "x^2+3y^2": "x^2 + 3y^2",
    "x^2%2By^2": "x^2 + y^2",
    "x^2+%2B+y^2": "x^2 + y^2",
    "(x)+1": "(x) + 1",
    "x^2+y^2": "x^2 + y^2",
    "x+sin(y)": "x + sin(y)",
    "x+(y-1)": "x + (y - 1)",
    "|x|+|y|": "|x| + |y|",
    "2x+y": "2x + y",
    "sin(x+y)+exp(-x)": "sin(x + y) + exp(-x)",
    "a(x^2+y)/2+b": "a(x^2 + y)/2 + b",
    "|x|+0.5": "|x| + 0.5",
    "x-+3": "x - 3",
    "+2x+1": "2x + 1",
}


@pytest.mark.parametrize("formula", PLUS)
def test_a_plus_that_arrives_as_a_space_is_read_where_nothing_else_can_be_meant(formula):
    read = from_query(f"surface=formula&formula={formula}")
    assert read.problems == ()
    assert read.surface.formula == PLUS[formula]


def test_a_race_on_a_variant_of_its_surface_keeps_its_start_where_it_can():
    race = from_query("surface=rosenbrock&start=1,2.5&steps=9&scale=linear")
    assert race.on(race.surface.with_values(a=1.2)).start == (1, 2.5)
    assert race.on(race.surface.with_domain((-2, 2, -1, 2))).start == (-1.5, 1.5)
    turned = race.on(race.surface.transformed(rotate=90.0))
    assert turned.start == pytest.approx((-2.5, 1))
    assert turned.on(race.surface).start == pytest.approx(race.start)
    assert (turned.steps, turned.scale, turned.lanes) == (race.steps, race.scale, race.lanes)


UPLOADED = Data(("a", "b"), [[1, 2, 3, 5], [2, 1, 4, 3]])
NAMED = f"surface=linear_regression(standardize=true)&data={UPLOADED.digest}&batch=2&lane=sgd"


def test_a_link_to_uploaded_data_opens_where_they_are():
    read = Experiment.from_query(NAMED, [UPLOADED])
    assert read.problems == ()
    assert read.surface.data == UPLOADED
    assert read.to_query() == NAMED
    assert read == Experiment.from_query(
        NAMED, [Data(("c", "d"), [[1, 2, 3], [4, 5, 0]]), UPLOADED]
    )


def test_a_link_to_uploaded_data_says_elsewhere_that_they_stayed():
    read = from_query(NAMED)
    (sentence,) = read.problems
    assert sentence.startswith("The link's data stayed with the person who uploaded them;")
    assert read == from_query("surface=linear_regression(standardize=true)&batch=2&lane=sgd")


def test_data_that_do_not_suit_the_linked_surface_are_named():
    read = Experiment.from_query(f"surface=logistic_regression&data={UPLOADED.digest}", [UPLOADED])
    (sentence,) = read.problems
    assert sentence == (
        "Logistic regression takes 3 columns of numbers; Logistic regression's own data was used "
        "instead."
    )
    assert read.surface == SURFACES["logistic_regression"]


def test_a_batch_goes_with_the_data():
    race = from_query("surface=linear_regression&batch=48")
    assert race.with_surface(SURFACES["logistic_regression"]).batch == 48
    small = SURFACES["linear_regression"].with_data(UPLOADED)
    assert race.with_surface(small).batch == 0
    assert race.with_surface(SURFACES["beale"]).batch == 0


def test_spaces_and_capitals_do_no_harm():
    read = from_query("lane= adam( lr = 0.1 , bias_correction=False ) &surface= beale ")
    assert read == from_query("lane=adam(lr=0.1,bias_correction=false)&surface=beale")
    assert read.problems == ()


# Links that cannot be read: the sentence names the part and what was used, the rest still works

LONG = "9" * 300

BAD = [
    # link, what its one sentence holds, the link that it amounts to
    ("", ["The link is empty", "the opening race"], None),
    ("?", ["The link is empty", "the opening race"], None),
    ("nonsense", ["“nonsense” is no part", "left out"], None),
    ("colour=red&steps=9", ["“colour” is no part", "left out"], "steps=9"),
    ("surface=everest&steps=9", ["no surface “everest”", "rosenbrock was used"], "steps=9"),
    ("surface=&steps=9", ["“” cannot be read", "rosenbrock was used"], "steps=9"),
    ("surface=saddle(c=1)", ["Saddle has no “c”", "left out"], "surface=saddle"),
    (
        "surface=saddle(a=99)",
        ["Saddle's a", "at least 0.1 and at most 10", "99", "1 was used"],
        "surface=saddle",
    ),
    (
        "surface=saddle(a=x,b=2)",
        ["a must be a finite number", "“x”", "1 was used"],
        "surface=saddle(b=2)",
    ),
    ("surface=saddle(a=nan)", ["a must be a finite number", "“nan”"], "surface=saddle"),
    (
        "surface=saddle(a=2,a=3)",
        ["“saddle(a=2,a=3)” repeats a", "the first"],
        "surface=saddle(a=2)",
    ),
    (
        "surface=saddle(a=",
        ["“saddle(a=” cannot be read as name(key=value,…)", "rosenbrock was used"],
        None,
    ),
    ("surface=saddle(2)", ["“saddle(2)” cannot be read"], None),
    ("surface=saddle)a=2", ["“saddle)a=2” cannot be read"], None),
    (
        "start=9,9",
        [
            "start must lie in Rosenbrock's domain",
            "x -2 to 2 and y -1 to 3",
            "9,9",
            "-1.5,1.5 was used",
        ],
        None,
    ),
    ("surface=beale&start=4,5", ["Beale's domain", "4,5", "1,1 was used"], "surface=beale"),
    (
        "surface=formula&steps=9",
        ["surface=formula needs a formula", "formula=x^2%2B3y^2", "rosenbrock was used"],
        "steps=9",
    ),
    (
        "formula=sinx&steps=9",
        ["“sinx” at character 1: write sin(x); rosenbrock was used instead."],
        "steps=9",
    ),
    ("formula=2e+3", ["“3” at character 4: write a sign such as * or + before it"], None),
    ("formula=", ["The formula is empty", "rosenbrock was used"], None),
    ("formula=log(-1-x**2)", ["is defined nowhere in x -5 to 5 and y -5 to 5"], None),
    (
        "formula=log(x)&domain=-2,-1,0,1",
        ["“log(x)” is defined nowhere in x -2 to -1 and y 0 to 1; rosenbrock was used"],
        None,
    ),
    (
        "surface=formula(a=1e7,b=2)&formula=ax%2Bby",
        ["a must be at least -1000000 and at most 1000000, not 1e+07; 1 was used"],
        "surface=formula(b=2)&formula=ax%2Bby",
    ),
    (
        "surface=formula(c=1)&formula=ax",
        ["Your formula has no “c”; it was left out"],
        "surface=formula&formula=ax",
    ),
    ("surface=formula&formula=x&formula=y", ["formula is given 2 times"], "formula=x"),
    (
        "surface=booth&formula=x",
        ["formula is for surface=formula only; it was left out"],
        "surface=booth",
    ),
    (
        "surface=booth(rotate=999)",
        ["Booth's rotate must be at least -180 and at most 180, not 999; 0 was used"],
        "surface=booth",
    ),
    ("surface=booth(scale_loss=x)", ["scale_loss must be a finite number"], "surface=booth"),
    (
        "surface=booth&domain=1,2",
        [
            "domain must be four finite numbers, x low, x high, y low, y high, such as -2,2,-1,3, "
            "not “1,2”"
        ],
        "surface=booth",
    ),
    (
        "surface=booth&domain=1,0,1,2",
        ["with low clearly below high, not 1, 0, 1, 2; the surface's own was used instead"],
        "surface=booth",
    ),
    (
        "surface=booth&domain=0,inf,1,2",
        ["domain must be four finite numbers", "not “0,inf,1,2”"],
        "surface=booth",
    ),
    (
        "start=1",
        ["start must be two finite numbers such as 1,-0.5, not “1”", "-1.5,1.5 was used"],
        None,
    ),
    ("start=1,2,3", ["two finite numbers", "“1,2,3”"], None),
    ("start=a,b", ["start must be two finite numbers such as 1,-0.5, not “a,b”"], None),
    ("start=nan,0", ["start must be two finite numbers", "not “nan,0”"], None),
    ("start=1e999,0", ["start must be two finite numbers", "not “1e999,0”"], None),
    ("start=", ["two finite numbers", "“”"], None),
    ("steps=0", ["steps must be a whole number from 1 to 200000, not 0", "1 was used"], "steps=1"),
    ("steps=-5", ["not -5", "1 was used"], "steps=1"),
    (
        "steps=1000000",
        ["steps must be a whole number from 1 to 200000, not 1000000", "200000 was used"],
        f"steps={MAX_STEPS}",
    ),
    ("steps=2.5", ["steps must be a whole number, not “2.5”", "1500 was used"], None),
    ("steps=many", ["steps must be a finite number, not “many”", "1500 was used"], None),
    ("steps=inf", ["steps must be a finite number, not “inf”"], None),
    ("steps=1e999", ["steps must be a finite number, not “1e999”"], None),
    ("steps=1e300", ["steps must have at most 15 digits, not “1e300”", "1500 was used"], None),
    ("steps=" + LONG, ["steps must have at most 15 digits", "9…”", "1500 was used"], None),
    ("steps=5&steps=7", ["steps is given 2 times", "the first"], "steps=5"),
    ("surface=beale&surface=booth", ["surface is given 2 times", "the first"], "surface=beale"),
    ("noise=-1", ["noise must be a number from 0 to 1000, not -1", "0 was used"], None),
    ("noise=nan", ["noise must be a finite number, not “nan”", "0 was used"], None),
    ("noise=1e999", ["“1e999”", "0 was used"], None),
    ("seed=-1", ["seed must be a whole number from 0 to 4294967295, not -1", "0 was used"], None),
    ("seed=1.5", ["seed must be a whole number, not “1.5”"], None),
    ("seed=4294967296", ["not 4294967296"], None),
    ("batch=8", ["batch is for a loss on data, and Rosenbrock has none; 0 was used"], None),
    (
        "surface=linear_regression&batch=49",
        ["batch must be a whole number from 1 to 48, or 0 for all the data, not 49; 0 was used"],
        "surface=linear_regression",
    ),
    (
        "surface=linear_regression&batch=2.5",
        ["batch must be a whole number, not “2.5”; 0 was used"],
        "surface=linear_regression",
    ),
    (
        "surface=linear_regression(loss=cubic,l2=1)",
        ["loss must be one of squared, absolute, huber, not “cubic”; squared was used"],
        "surface=linear_regression(l2=1)",
    ),
    (
        "surface=linear_regression(standardize=1)",
        ["Linear regression's standardize must be true or false, not “1”; false was used"],
        "surface=linear_regression",
    ),
    (
        "surface=linear_regression(l2=0.1)&data=0123456789ab&steps=9",
        ["stayed with the person who uploaded them; Linear regression's own were used instead."],
        "surface=linear_regression(l2=0.1)&steps=9",
    ),
    (
        "surface=beale&data=0123456789ab",
        ["data is for a loss on data only; it was left out."],
        "surface=beale",
    ),
    ("scale=cubic", ["scale must be linear or log, not “cubic”", "log was used"], None),
    ("lane=adum&lane=sgd", ["no optimizer “adum”", "the lane was left out"], "lane=sgd"),
    (
        "lane=adam(&lane=sgd",
        ["“adam(” cannot be read as name(key=value,…)", "left out"],
        "lane=sgd",
    ),
    ("lane=adam(lr)&lane=sgd", ["“adam(lr)” cannot be read", "left out"], "lane=sgd"),
    ("lane=adam(0.1)&lane=sgd", ["“adam(0.1)” cannot be read", "left out"], "lane=sgd"),
    ("lane=adam)lr=0.1(&lane=sgd", ["“adam)lr=0.1(” cannot be read"], "lane=sgd"),
    ("lane=adam lr=0.1&lane=sgd", ["“adam lr=0.1” cannot be read"], "lane=sgd"),
    ("lane=" + "a" * 5000 + "&lane=sgd", ["aaa…” cannot be read", "left out"], "lane=sgd"),
    ("lane=adam(momentum=0.9)", ["Adam has no “momentum”", "left out"], "lane=adam"),
    (
        "lane=adam(lr=-1)",
        ["Adam's lr must be a finite number of at least 0, not “-1”", "0.001 was used"],
        "lane=adam",
    ),
    ("lane=adam(lr=nan)", ["Adam's lr", "“nan”", "0.001 was used"], "lane=adam"),
    ("lane=adam(lr=inf,beta1=0.5)", ["Adam's lr", "“inf”"], "lane=adam(beta1=0.5)"),
    ("lane=adam(lr=1e999)", ["Adam's lr", "“1e999”"], "lane=adam"),
    ("lane=adam(lr=)", ["Adam's lr", "“”"], "lane=adam"),
    ("lane=adam(lr=0,x)&lane=sgd", ["“adam(lr=0,x)” cannot be read", "left out"], "lane=sgd"),
    (
        "lane=adam(beta1=1)",
        ["Adam's beta1 must be at least 0 and below 1, not “1”", "0.9 was used"],
        "lane=adam",
    ),
    ("lane=adam(beta1=true)", ["Adam's beta1", "“true”"], "lane=adam"),
    (
        "lane=adam(bias_correction=0)",
        ["Adam's bias_correction must be true or false, not “0”", "true was used"],
        "lane=adam",
    ),
    ("lane=adam(lr=0.1,lr=0.2)", ["repeats lr", "the first"], "lane=adam(lr=0.1)"),
    (
        "lane=lookahead(foo)",
        ["There is no optimizer “foo”; adam was used instead."],
        "lane=lookahead",
    ),
    ("lane=sam(bar,rho=1)", ["no optimizer “bar”; adam was used"], "lane=sam(rho=1)"),
    (
        "lane=lookahead(foo(lr=1),k=7)",
        ["There is no optimizer “foo”; adam was used instead."],
        "lane=lookahead(k=7)",
    ),
    ("lane=lookahead(base=foo)", ["no optimizer “foo”; adam was used"], "lane=lookahead"),
    (
        "lane=lookahead(sam)",
        ["Lookahead's base must be an optimizer that is no wrapper itself, not “sam”; adam was"],
        "lane=lookahead",
    ),
    (
        "lane=lookahead(sgd,adam)",
        ["“lookahead(sgd,adam)” repeats base; the first was used."],
        "lane=lookahead(sgd)",
    ),
    ("lane=lookahead(base=sgd,adam)", ["repeats base; the first"], "lane=lookahead(sgd)"),
    ("lane=adam(sgd)", ["Adam has no “sgd”; it was left out"], "lane=adam"),
    ("lane=sgd(schedule=never)", ["no schedule “never”", "none was used"], "lane=sgd"),
    (
        "lane=sgd(schedule=step(gamma=2))",
        ["Step's gamma must be at least 0 and at most 1, not “2”", "0.5 was used"],
        "lane=sgd(schedule=step)",
    ),
    (
        "lane=sgd(warmup=-1)",
        ["warmup must be 0 to 200000 steps, not -1", "none was used"],
        "lane=sgd",
    ),
    ("lane=sgd(warmup=1.5)", ["warmup must be a whole number, not “1.5”"], "lane=sgd"),
    (
        "lane=sgd(clip=0)",
        ["clip must be a finite number above 0, not 0", "none was used"],
        "lane=sgd",
    ),
    ("lane=sgd(clip=nan)", ["clip must be a finite number, not “nan”"], "lane=sgd"),
    (
        "lane=sgd(label=<b>x</b>)",
        ["label must be at most 32 letters, digits", "none was used"],
        "lane=sgd",
    ),
    ("lane=sgd(label=" + "a" * 33 + ")", ["label must be at most 32"], "lane=sgd"),
    ("surface=<script>alert(1)</script>", ["“<script>alert(1)</script>” cannot be read"], None),
    ("<img src=x>=1", ["“<img src” is no part", "left out"], None),
    (
        "&".join(["lane=sgd"] * 1000),
        ["The link has 1000 lanes", "the first 8"],
        "&".join(["lane=sgd"] * MAX_LANES),
    ),
]


@pytest.mark.parametrize(("link", "essentials", "rest"), BAD, ids=[link[:40] for link, *_ in BAD])
def test_a_part_that_cannot_be_read_is_named_in_one_sentence(link, essentials, rest):
    experiment = from_query(link)
    (sentence,) = experiment.problems
    assert_one_sentence(sentence)
    for essential in essentials:
        assert essential in sentence
    assert experiment == (from_query(rest) if rest else OPENING)


def test_when_no_lane_can_be_read_those_of_the_opening_race_run():
    experiment = from_query("lane=adum&lane=")
    assert experiment.lanes == OPENING.lanes
    assert [p[:20] for p in experiment.problems] == [
        "There is no optimize",
        "“” cannot be read as",
        "No lane could be rea",
    ]


def test_a_link_with_many_faults_names_the_first_and_counts_the_rest():
    experiment = from_query("&".join(f"part{n}=1" for n in range(500)) + "&steps=9")
    assert len(experiment.problems) == MAX_PROBLEMS
    assert "part0" in experiment.problems[0]
    assert experiment.problems[-1] == (
        "493 more parts of the link could not be used: “part7”, “part8”, “part9”, “part10”, "
        "“part11” and 488 more."
    )
    assert experiment.steps == 9


def test_every_fault_of_a_link_with_a_few_too_many_is_named():
    faults = "steps=0&noise=-1&seed=-1&batch=3&scale=cubic&start=9,9&colour=1"
    experiment = from_query(faults + "&per=x&curve=1&curve_scale=7&lane=adum&lane=sgd(lr=-1)")
    assert len(experiment.problems) == MAX_PROBLEMS
    assert experiment.problems[-1] == (
        "5 more parts of the link could not be used: per, curve, curve_scale, "
        "There is no optimizer “adum”, SGD's lr."
    )
    assert_one_sentence(experiment.problems[-1])


def assert_one_sentence(text):
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) <= 250


def assert_a_usable_experiment(query):
    experiment = from_query(query)
    assert len(experiment.problems) <= MAX_PROBLEMS
    assert all(len(problem) <= 250 for problem in experiment.problems)
    again = from_query(experiment.to_query())
    assert again == experiment
    assert again.problems == ()


@settings(max_examples=300)
@given(st.text(max_size=80) | st.text("surfacelnp=&(),.;%+-0123456789 ", max_size=80))
def test_any_text_is_read_as_a_usable_experiment(text):
    assert_a_usable_experiment(text)


keys = st.sampled_from([*KEYS, "theta"])
names = {name for cls in OPTIMIZERS.values() for name in cls.hyperparameters()}
numbers = ["0", "1", "-1", "0.5", "1e-5", "1e999", "nan", "inf", "7000", "true", "false"]
run_words = [
    "formula",
    "x",
    "y^2",
    " ",
    "rotate",
    "scale_x",
    "-1,1,0,2",
    "0123456789ab",
    "standardize",
    "loss",
    "huber",
    "a",
    "angle",
    "schedule",
    "warmup",
    "clip",
    "label",
    "step_size",
    "gamma",
    "linear",
]
words = st.sampled_from(
    [*OPTIMIZERS, *SURFACES, *SCHEDULES, *sorted(names), *numbers, *run_words, *"====,,,(())<>%+&#"]
)
garbled = st.lists(words | st.text(max_size=3), max_size=14).map("".join)
almost = st.builds("{}({}={},{}={})".format, words, words, words, words, garbled)


@settings(max_examples=300)
@given(st.lists(st.tuples(keys, garbled | almost), max_size=6))
def test_any_mixture_of_the_links_own_words_is_read_as_a_usable_experiment(pairs):
    assert_a_usable_experiment("&".join(f"{key}={quote(value)}" for key, value in pairs))
    mapping = {}
    for key, value in pairs:
        mapping.setdefault(key, []).append(value)
    assert_a_usable_experiment(mapping)


@pytest.mark.parametrize(
    ("link", "usable"),
    {
        "": False,
        "banana=1": False,
        "steps=many": False,
        "steps=many&noise=0.1": True,
        "surface=rosenbrok&lane=sgd": False,
        "surface=saddle(a=none)&lane=sgd": True,
        "surface=booth&lane=sdg": False,
        "surface=booth&lane=sdg&lane=sgd": True,
        "surface=formula&lane=sgd": False,
        "formula=import os": False,
        "formula=xy&domain=1": True,
        "data=0123456789ab": True,
    }.items(),
)
def test_a_link_is_usable_where_its_surface_and_a_lane_are(link, usable):
    """As told apart from one that is read as another race altogether."""
    assert from_query(link).usable is usable
