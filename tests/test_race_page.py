"""The race page, run without a browser."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from components import components, dials, send, slide, sliders, tables, turn, type_lines
from streamlit.testing.v1 import AppTest

from app_pages.controls import escape
from app_pages.session import Session
from experiment import MAX_LANES, Experiment, Lane, Run, run, short, showcase
from experiment.strip import strip
from optimizers import OPTIMIZERS, Rule, from_rule
from surfaces import SURFACES, TRANSFORMS

PAGE = str(Path(__file__).parent.parent / "app_pages" / "race.py")


def visit(query=""):
    page = AppTest.from_file(PAGE, default_timeout=60)
    for key, _, value in (part.partition("=") for part in query.split("&") if part):
        page.query_params[key] = [*page.query_params.get(key, []), value]
    page.run()
    assert not page.exception
    return page


def shown(page):
    assert not page.exception
    return page.session_state.session.experiment


def link(page):
    return Experiment.from_query(dict(page.query_params))


def choose(page, key, lane=0):
    page.button(key=f"lane{lane}-optimizer").click().run()
    page.button(key=f"choose-{key}").click().run()


def open_settings(page, lane=0):
    page.session_state[f"lane{lane}-more"] = True
    page.run()
    assert not page.exception
    return page


def test_a_first_visit_shows_the_opening_race_and_no_warning():
    page = visit()
    assert shown(page) == Experiment()
    assert not page.warning
    assert "Rosenbrock" in page.main.markdown[0].value or any(
        "Rosenbrock" in m.value for m in page.main.markdown
    )
    names = tuple(lane.name for lane in Experiment().lanes)
    assert tables(page)[0]["Lane"] == names


def test_a_link_opens_its_experiment():
    query = "surface=saddle(a=6,b=3)&start=1,0.001&lane=adam(lr=0.01,beta2=0.995)&steps=150"
    page = visit(query)
    assert shown(page) == Experiment.from_query(query)
    assert page.number_input(key="steps").value == 150
    assert page.button(key="surface").label == "Saddle"
    assert sliders(page)["saddle-a"]["value"] == 6


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("surface=rosenbrok", "rosenbrok"),
        ("lane=adm", "adm"),
        ("lane=adam(beta=0.5)", "beta"),
        ("lane=adam(lr=-1)", "lr"),
        ("lane=adam(lr=nan)", "nan"),
        ("lane=adam(lr=inf)", "inf"),
        ("lane=adam(lr=1e999)", "1e999"),
        ("start=100,100", "start"),
        ("lane=adam(", "adam\\("),
        ("&".join(["lane=sgd"] * 900), "900 lanes"),
        ("steps=1000000", "steps"),
        ("start=", "start"),
    ],
)
def test_a_bad_part_of_a_link_gets_one_sentence_and_the_rest_is_shown(query, part):
    page = visit(query + "&noise=0.5")
    assert part in page.warning[0].value
    assert page.warning[0].value.endswith("\\.")
    assert page.number_input(key="noise").value == 0.5
    assert len(tables(page)) == 1


def test_a_sentence_goes_away_with_the_next_change():
    page = visit("surface=rosenbrok")
    page.number_input(key="steps").set_value(100).run()
    assert not page.warning


@pytest.mark.parametrize("key", SURFACES)
def test_every_surface_can_be_picked_and_brings_its_start_and_domain(key):
    page = visit(f"surface={'beale' if key == 'booth' else 'booth'}&start=2,2&lane=sgd")
    page.button(key="surface").click().run()
    page.button(key=f"choose-{key}").click().run()
    assert shown(page).surface == SURFACES[key]
    assert shown(page).start == SURFACES[key].start
    assert link(page) == shown(page)


def test_a_surfaces_parameters_are_sliders():
    page = visit("surface=quadratic&lane=sgd")
    slide(page, "quadratic-angle", 45)
    slide(page, "quadratic-condition", 100)
    assert shown(page).surface.values == (100.0, 45.0)
    assert link(page) == shown(page)
    slide(page, "quadratic-angle", 46, passing=True)
    assert shown(page).surface.values == (100.0, 46.0)
    assert link(page).surface.values == (100.0, 45.0)
    slide(page, "quadratic-angle", "steep")
    assert "angle" in page.warning[0].value
    assert shown(page).surface.values == (100.0, 46.0)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_optimizer_can_be_picked_and_shows_all_its_settings(key):
    page = visit("lane=sgd&steps=20")
    choose(page, key)
    assert shown(page).lanes == (Lane(OPTIMIZERS[key].suggested()),)
    open_settings(page)
    keys = {widget.key for kind in ("toggle", "selectbox") for widget in page.get(kind)} | sliders(
        page
    ).keys()
    for name in OPTIMIZERS[key].hyperparameters():
        assert name == "lr" or f"lane0-{key}-{name}" in keys, name


def test_settings_schedules_warm_up_clipping_and_label_reach_the_lane_and_its_name():
    page = open_settings(visit("lane=adam(lr=0.1)&steps=50"))
    slide(page, "lane0-adam-beta1", 0.5)
    page.toggle(key="lane0-adam-bias_correction").set_value(False).run()
    page.selectbox(key="lane0-schedule").set_value("step").run()
    slide(page, "lane0-step-gamma", 0.25)
    page.number_input(key="lane0-warmup").set_value(5).run()
    page.toggle(key="lane0-clips").set_value(True).run()
    page.number_input(key="lane0-clip").set_value(2.0).run()
    (lane,) = shown(page).lanes
    assert (lane.optimizer.beta1, lane.optimizer.bias_correction) == (0.5, False)
    assert (lane.schedule.key, lane.schedule.gamma, lane.warmup) == ("step", 0.25, 5)
    assert lane.clip == 2.0
    assert "clip 2" in lane.name
    page.text_input(key="lane0-label").set_value("mine").run()
    assert shown(page).lanes[0].name == "mine · clip 2"
    assert link(page) == shown(page)


def test_a_label_that_cannot_be_used_says_so_and_changes_nothing():
    page = open_settings(visit("lane=sgd&steps=20"))
    page.text_input(key="lane0-label").set_value("<b>bold</b>").run()
    assert "label" in page.warning[0].value
    assert shown(page).lanes[0].label == ""


def test_lanes_are_added_duplicated_and_removed_up_to_eight():
    page = visit("lane=adam(lr=0.1)&steps=20")
    for count, key in zip(range(2, MAX_LANES + 1), OPTIMIZERS, strict=False):
        page.button(key="add-lane").click().run()
        assert len(shown(page).lanes) == count - 1
        page.button(key=f"choose-{key}").click().run()
        assert shown(page).lanes[count - 1 :] == (Lane(OPTIMIZERS[key].suggested()),)
    assert page.button(key="add-lane").disabled
    assert page.button(key="lane0-duplicate").disabled
    open_settings(page)
    page.button(key="lane0-remove").click().run()
    assert len(shown(page).lanes) == MAX_LANES - 1
    page.button(key="lane1-duplicate").click().run()
    assert shown(page).lanes[1] == shown(page).lanes[2]


def test_a_lanes_own_name_stands_on_its_card():
    page = visit("lane=adam(label=mine)&lane=sgd&steps=20")
    assert "**mine**" in [text.value for text in page.sidebar.markdown]


def test_the_last_lane_stays():
    page = open_settings(visit("lane=sgd&steps=20"))
    assert page.button(key="lane0-remove").disabled


def test_noise_and_seed_are_the_same_for_everyone():
    page = visit("lane=sgd&lane=sgd&steps=50&noise=1&seed=3")
    losses = tables(page)[0]["Final loss"]
    assert losses[0] == losses[1]
    page.number_input(key="seed").set_value(4).run()
    assert tables(page)[0]["Final loss"][0] != losses[0]


def test_the_table_says_how_each_lane_ended_and_who_was_best():
    page = visit("lane=momentum&lane=sgd(lr=0.01)&lane=sgd")
    table = tables(page)[0]
    reached, *others = table["Outcome"]
    assert reached.startswith("lowest minimum at ")
    assert others == ["diverged at 4", "still moving"]
    assert table["Best"] == ("★", "", "")
    assert table["Gradient evaluations"] == ("1500", "4", "1500")


def test_the_table_writes_numbers_as_the_player_does_and_has_no_column_without_any():
    page = visit("lane=sgd(lr=0.01)&lane=adam(lr=0.1)&steps=200")
    table, runs = tables(page)[0], run(shown(page))
    assert table["Final loss"] == tuple(short(each.loss[-1]) for each in runs)
    assert "e" in table["Final loss"][0]
    assert "e" in table["Distance to the lowest minimum"][0]
    (table,) = tables(visit("surface=saddle&lane=sgd&steps=20"))
    assert "Distance to the lowest minimum" not in table


def test_a_switch_gives_every_lane_its_ribbon_which_the_link_and_the_table_then_have():
    page = visit("surface=rastrigin&steps=300&lane=sgd(lr=0.02)&lane=rmsprop(lr=0.5)")
    assert "Ribbon" not in tables(page)[0]
    page.toggle(key="ribbon").set_value(True).run()
    assert link(page) == shown(page)
    assert "ribbon=1" in shown(page).to_query()
    assert all(words.startswith("frays at ") for words in tables(page)[0]["Ribbon"])
    told = escape("Undecidable here: the ribbon of SGD")
    assert any(told in each.value for each in page.caption)
    page.toggle(key="ribbon").set_value(False).run()
    assert "ribbon" not in page.query_params


def test_an_emptied_field_changes_nothing():
    page = visit("lane=sgd&steps=20")
    page.number_input(key="noise").set_value(None).run()
    assert shown(page).noise == 0
    assert page.number_input(key="noise").value == 0


def test_the_maps_lines_are_where_a_person_types_and_its_own_on_another_surface():
    page = visit("lane=sgd&steps=20")
    page.text_input(key="levels-rosenbrock").set_value("1, 10;100  ").run()
    assert shown(page).contours == (1, 10, 100)
    page.text_input(key="levels-rosenbrock").set_value("many").run()
    assert "levels must be up to 30 losses" in page.warning[0].value
    assert shown(page).contours == (1, 10, 100)
    assert link(page) == shown(page)
    page.button(key="surface").click().run()
    page.button(key="choose-beale").click().run()
    assert shown(page).levels == ""


def test_only_the_lane_that_changed_is_run_again(monkeypatch):
    ran, go = [], Run.trajectories
    monkeypatch.setattr(Run, "trajectories", lambda run: ran.append(run) or go(run))
    page = visit("lane=adam(lr=0.123)&lane=sgd(lr=0.00123)&lane=momentum(lr=0.00123)&steps=77")
    assert len(ran) == 3
    open_settings(page, 1)
    page.number_input(key="lane1-warmup").set_value(5).run()
    assert len(ran) == 4
    page.segmented_control(key="scale-rosenbrock").set_value("linear").run()
    assert len(ran) == 4


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("surface=linear_regression&lane=adam", {"L1 λ₁", "L2 λ₂", "Start w", "Start b"}),
        ("surface=logistic_regression&lane=mars", {"Start w₁", "Start w₂"}),
        ("surface=ravine&lane=dog", set()),
        ("surface=formula&formula=a*x+k1*y&lane=pid", {"Start x"}),
    ],
)
def test_labels_are_words_and_signs_that_can_be_read_out(query, labels):
    page = open_settings(visit(query))
    kinds = ("number_input", "toggle", "selectbox", "text_input")
    found = {widget.label for kind in kinds for widget in page.get(kind)}
    found |= {shown["label"] for shown in sliders(page).values()}
    assert labels <= found
    assert not [label for label in found if set(label) & set("$\\{}")]


def test_what_is_drawn_and_how_it_is_turned_is_asked_for_pair_by_pair():
    page = visit("surface=booth&lane=sgd&steps=20")
    page.session_state["surface-more"] = True
    page.run()
    more = [widget for widget in page.number_input if widget.key.startswith("booth-")]
    assert [widget.label for widget in more] == [
        *("x from", "x to", "y from", "y to"),
        *("Shift x", "Shift y", "Scale x", "Scale y", "Scale loss"),
    ]
    assert len(more) + len(dials(page)) == 4 + len(TRANSFORMS)
    # One row for each pair, in which the tab key goes from the first to the second.
    rows = [
        [widget.label for widget in block.number_input]
        for block in page.sidebar.get("flex_container")
    ]
    for pair in (["x from", "x to"], ["Shift x", "Shift y"], ["Scale x", "Scale y"]):
        assert pair in rows


def test_a_dial_turns_the_surface_and_says_how_many_steps_each_lane_takes_at_any_angle():
    page = visit(
        "surface=quadratic(condition=100,rotate=20)&lane=sgd(lr=0.01)&lane=adam(lr=0.05)&steps=800"
    )
    page.session_state["surface-more"] = True
    page.run()
    dial = dials(page)["quadratic-rotate"]
    assert dial["label"] == "Rotate"
    assert dial["value"] == 20
    assert (dial["stops"][0], dial["stops"][-1]) == (0, 90)
    sgd, adam = (lane["steps"] for lane in dial["turns"]["lanes"])
    assert min(sgd) == max(sgd)
    assert max(adam) > 2 * min(adam)
    assert f"SGD {sgd[0]} at every angle; Adam {min(adam)} to {max(adam)}" in dial["turns"]["words"]
    start = shown(page).start
    turn(page, "quadratic-rotate", 45.0, passing=True)
    assert shown(page).plane.transform.rotate == 45
    assert shown(page).start != start
    assert dials(page)["quadratic-rotate"]["turns"] is None  # what it shows stays as it is
    turn(page, "quadratic-rotate", 120.0)
    assert link(page) == shown(page)
    dial = dials(page)["quadratic-rotate"]
    assert (dial["turns"]["angles"][0], dial["turns"]["angles"][-1]) == (90, 180)
    assert dial["turns"]["lanes"][0]["steps"] == sgd
    turn(page, "quadratic-rotate", "askew")
    assert "It stays as it was" in page.warning[0].value
    assert shown(page).plane.transform.rotate == 120


# Losses on data

CSV = ("weight;fuel;sort\n1,5;2;a\n2,5;3;b\n3;;c\n4;5,5;d\n5;5;e\n", "linear_regression")
CLASSES = ("u,v,w,class\n1,2,3,0\n2,1,5,1\n3,5,1,0\n4,4,2,1\n", "logistic_regression")


def upload(page, text):
    page.file_uploader(key="upload").set_value(("mine.csv", text.encode(), "text/csv")).run()
    assert not page.exception
    return page


def column(page, index):
    (found,) = (w for w in page.selectbox if w.key.endswith(f"-column{index}"))
    return found


def own_data(page):
    (found,) = (w for w in page.segmented_control if w.key.startswith("own-data"))
    return found


def test_switches_choices_and_the_batch_reach_the_experiment():
    page = visit("surface=linear_regression&lane=sgd&steps=24")
    page.selectbox(key="linear_regression-loss").set_value("huber").run()
    page.toggle(key="linear_regression-standardize").set_value(True).run()
    slide(page, "linear_regression-l2", 0.1)
    slide(page, "batch-linear_regression-48", 8)
    assert shown(page).surface.values == ("huber", 0.0, 0.1, True)
    assert shown(page).epochs == 4
    assert any("4 epochs: an epoch is 6 steps" in caption.value for caption in page.caption)
    assert link(page) == shown(page)


def test_a_formula_has_no_batch_and_no_upload():
    page = visit("surface=booth&lane=sgd&steps=20")
    assert not page.file_uploader
    assert not [key for key in sliders(page) if key.startswith("batch")]


def test_an_uploaded_file_is_fitted_standardized_and_its_columns_are_picked_by_name():
    page = upload(visit(f"surface={CSV[1]}(loss=absolute)&lane=sgd&steps=20"), CSV[0])
    surface = shown(page).surface
    assert surface.data.names == ("weight", "fuel")
    assert surface.data.columns.tolist() == [[1.5, 2.5, 4, 5], [2, 3, 5.5, 5]]
    assert (surface["loss"], surface["standardize"]) == ("absolute", True)
    assert any("1 row has a gap" in caption.value for caption in page.caption)
    column(page, 0).set_value("fuel").run()
    column(page, 1).set_value("weight").run()
    assert shown(page).surface.data.names == ("fuel", "weight")
    assert page.query_params["data"] == shown(page).surface.data.digest


def test_classes_are_found_in_an_uploaded_file():
    page = upload(visit(f"surface={CLASSES[1]}&lane=sgd&steps=20"), CLASSES[0])
    assert shown(page).surface.data.names == ("u", "v", "class")
    column(page, 2).set_value("w").run()
    assert "has 4 different values" in page.warning[0].value
    assert shown(page).surface.data.names == ("u", "v", "class")


def test_a_file_that_is_no_table_says_so_and_changes_nothing():
    page = visit("surface=linear_regression&lane=sgd&steps=20")
    before = shown(page)
    upload(page, "dear diary\n")
    assert "no two columns of numbers" in page.warning[0].value
    assert shown(page) == before


def test_a_bad_file_in_place_of_a_good_one_leaves_that_in_the_race():
    page = upload(visit(f"surface={CSV[1]}&lane=sgd&steps=20"), CSV[0])
    before = shown(page)
    page.file_uploader(key="upload").set_value(None).run()  # as the browser does in between
    upload(page, "dear diary\n")
    assert page.warning[0].value.endswith("It stays as it was\\.")
    assert shown(page) == before
    assert own_data(page).value is True


def test_what_was_done_after_a_file_was_taken_away_stays():
    page = upload(visit(f"surface={CSV[1]}&lane=sgd&steps=20"), CSV[0])
    page.file_uploader(key="upload").set_value(None).run()
    page.number_input(key="steps").set_value(77).run()
    before = shown(page)
    upload(page, "dear diary\n")
    assert page.warning
    assert shown(page) == before


def test_names_of_columns_are_no_markdown():
    page = upload(visit(f"surface={CSV[1]}&lane=sgd"), "Cost ($),**a** $x$\n1,2\n2,3\n3,5\n")
    assert any(r"Cost \(\$\)" in c.value and r"\*\*a\*\* \$x\$" in c.value for c in page.caption)


def test_a_formula_that_a_link_has_wrong_can_be_mended():
    link = "surface=formula(b=2,rotate=30)&formula=sinx+b*y^2&domain=-1,1,-2,2&lane=sgd&steps=20"
    page = visit(link)
    assert ["write sin" in warning.value for warning in page.warning] == [True]
    assert page.text_input(key="formula-text").value == "sinx+b*y^2"
    page.number_input(key="steps").set_value(30).run()
    assert "write sin" in page.warning[0].value
    page.text_input(key="formula-text").set_value("sin(x)+b*y").run()
    assert not page.warning
    assert shown(page) == Experiment.from_query(link.replace("sinx+b*y^2", "sin(x)+b*y"))
    page.text_input(key="formula-text").set_value("sin(x)").run()
    assert shown(page).surface.formula == "sin(x)"


def test_a_pasted_formula_is_shown_as_it_was_read():
    page = visit("surface=formula&formula=x*y&lane=sgd&steps=20")
    assert not [caption for caption in page.caption if caption.value.startswith("Read as")]
    typed = r"$f(x, y) = \frac{1}{2}x_1^2 + \sin x_2$"
    page.text_input(key="formula-text").set_value(typed).run()
    assert shown(page).surface.formula == "(1/2)x^2 + sin(y)"
    assert page.text_input(key="formula-text").value == typed
    (caption,) = (c.value for c in page.caption if c.value.startswith("Read as"))
    assert caption == rf"Read as ${shown(page).surface.latex}$"
    assert shown(page).surface.latex in page.markdown[0].value


def test_what_is_asked_about_can_be_answered_at_a_press():
    page = visit("surface=formula&formula=x*y&lane=sgd&steps=20")
    page.text_input(key="formula-text").set_value("x2 + tan⁻¹(y/x)").run()
    assert shown(page).surface.formula == "x*y"
    answers = [b.label.replace("\\", "") for b in page.button if "formula-advice" in str(b.key)]
    assert answers == ["Write x^2 + tan⁻¹(y/x)", "Write y + tan⁻¹(y/x)"]
    page.button(key="formula-advice0").click().run()
    assert "write atan" in page.warning[0].value
    page.button(key="formula-advice0").click().run()
    assert not page.warning
    assert shown(page).surface.formula == "x^2 + atan(y/x)"
    assert page.text_input(key="formula-text").value == "x^2 + atan(y/x)"


def test_so_can_what_a_link_asks():
    page = visit("surface=formula(f=3)&formula=x*f(x)-y^2&lane=sgd&steps=20")
    assert shown(page).surface.key != "formula"
    page.button(key="formula-advice0").click().run()
    assert shown(page) == Experiment.from_query(
        "surface=formula(f=3)&formula=x*f*(x)-y^2&lane=sgd&steps=20"
    )


def test_pages_are_changed_and_nothing_is_lost():
    page = AppTest.from_file(str(Path(PAGE).with_name("main.py")), default_timeout=60)
    page.query_params["formula"] = "x^2+y^2"
    page.run().switch_page("methods.py").run().switch_page("race.py").run()
    assert not page.exception
    assert page.text_input(key="formula-text").value == "x^2 + y^2"
    first = AppTest.from_file(PAGE, default_timeout=60)  # as after another page, which has shown it
    first.session_state.session = Session(page="optimizers", entries=1)
    assert not first.run().exception


def test_another_surface_has_no_formula_to_be_mended():
    page = visit("surface=booth&formula=x^2&lane=sgd&steps=20")
    assert not [field for field in page.text_input if field.key == "formula-text"]
    page = visit("surface=formula&formula=sinx&lane=sgd&steps=20")
    page.button(key="surface").click().run()
    page.button(key="choose-beale").click().run()
    assert shown(page).surface == SURFACES["beale"]
    assert not [field for field in page.text_input if field.key == "formula-text"]


def test_leaving_where_a_loss_is_defined_is_not_called_divergence():
    page = visit("surface=formula&formula=log(x)+y^2&lane=sgd(lr=0.5)&lane=adam(lr=2)&steps=50")
    assert all(words.startswith("undefined at") for words in tables(page)[0]["Outcome"])
    assert "where the loss is not defined" in page.warning[0].value
    assert not any("learning rate" in caption.value for caption in page.caption)


def test_one_can_go_back_to_the_built_in_data_and_to_the_file():
    page = upload(visit(f"surface={CSV[1]}&lane=sgd&steps=20"), CSV[0])
    uploaded = shown(page).surface.data
    own_data(page).set_value(False).run()
    assert shown(page).surface == SURFACES["linear_regression"]
    own_data(page).set_value(True).run()
    assert shown(page).surface.data == uploaded
    page.file_uploader(key="upload").set_value(None).run()
    assert shown(page).surface.data == SURFACES["linear_regression"].data


def test_a_file_with_other_columns_takes_the_place_of_the_first():
    page = visit("surface=linear_regression&batch=4&lane=sgd(lr=0.05)&steps=100")
    first = "height,weight,age\n150,50,20\n160,61,25\n170,69,31\n180,82,44\n"
    upload(page, first)
    column(page, 0).set_value("age").run()
    upload(page, "größe,b\n1,2\n2,3\n3,5\n4,4\n")
    assert shown(page).surface.data.names == ("größe", "b")
    assert column(page, 0).value == "größe"
    upload(page, first)
    assert column(page, 0).value == "height"


def test_a_file_after_a_refused_one_is_used():
    page = visit("surface=linear_regression&lane=sgd&steps=20")
    upload(page, "a,b\n1,2\n")
    assert page.warning
    assert not [w for w in page.segmented_control if w.key.startswith("own-data")]
    upload(page, CSV[0])
    assert not page.warning
    assert own_data(page).value is True
    assert "data" in page.query_params
    used = shown(page)
    upload(page, "a,b\n1,2\n")
    assert page.warning
    assert shown(page).surface == used.surface


@pytest.mark.parametrize("standardize", [False, True])
def test_the_built_in_data_come_back_as_they_were(standardize):
    query = f"surface=linear_regression(loss=huber,standardize={standardize})&lane=sgd&steps=20"
    page = visit(query)
    before = shown(page).surface
    upload(page, CSV[0])
    upload(page, CSV[0].replace("2,5", "2,7"))
    page.selectbox(key="linear_regression-own-loss").set_value("absolute").run()
    page.file_uploader(key="upload").set_value(None).run()
    assert shown(page).surface == before.with_values(loss="absolute")


def test_a_link_to_data_opens_in_the_session_that_has_them_and_nowhere_else():
    page = upload(visit(f"surface={CSV[1]}&lane=sgd&steps=20"), CSV[0])
    query = shown(page).to_query()
    theirs = visit(query)
    assert "stayed with the person" in theirs.warning[0].value
    assert shown(theirs).surface.data == SURFACES["linear_regression"].data
    own_data(page).set_value(False).run()
    page.session_state.session.entered = True
    page.query_params.clear()
    page.query_params.update(parse_qs(query))
    page.run()
    assert not page.warning
    assert shown(page).to_query() == query


# What a surface teaches


def pick(page, key):
    page.button(key="surface").click().run()
    page.button(key=f"choose-{key}").click().run()
    return page


def says_what_to_see(page):
    return any("What to see" in part.value for part in page.main.markdown)


def offers_its_showcase(page):
    return any(button.key == "showcase" for button in page.button)


def test_while_the_lanes_are_untouched_a_surface_comes_with_its_showcase():
    page = visit()
    for key in ("sharp_and_flat", "one_hidden_unit"):
        assert shown(pick(page, key)) == showcase(SURFACES[key])
        assert says_what_to_see(page)
        assert not offers_its_showcase(page)
        assert link(page) == shown(page)
    assert shown(pick(page, "formula")).lanes == Experiment().lanes
    assert shown(page).start == shown(page).surface.start
    assert not says_what_to_see(page)
    assert not offers_its_showcase(page)


def test_lanes_that_were_touched_stay_and_the_showcase_is_offered():
    page = pick(visit("surface=booth&lane=sgd(lr=0.2)&steps=20&per=evaluation"), "product")
    race = shown(page)
    assert [lane.optimizer for lane in race.lanes] == [OPTIMIZERS["sgd"](lr=0.2)]
    assert race.steps == 20
    assert not says_what_to_see(page)
    page.button(key="showcase").click().run()
    assert shown(page) == replace(showcase(SURFACES["product"]), per="evaluation")
    assert says_what_to_see(page)
    assert not offers_its_showcase(page)
    page.number_input(key="steps").set_value(41).run()
    assert not says_what_to_see(page)
    assert offers_its_showcase(page)


def test_a_persons_data_have_no_showcase():
    page = upload(visit(f"surface={CSV[1]}&lane=sgd&steps=20"), CSV[0])
    assert not offers_its_showcase(page)


def test_ones_own_data_are_reached_from_the_picker():
    page = pick(visit("surface=booth&lane=sgd&steps=20"), "data")
    assert page.file_uploader(key="upload")
    race = shown(page)
    assert shown(pick(page, "data")) == race


def test_a_person_writes_a_rule_which_is_shown_as_it_is_typed_and_has_sliders():
    page = visit("surface=beale&steps=50&lane=adam")
    choose(page, "rule")
    assert shown(page).lanes[0].optimizer == Rule()
    rule = "m = beta*m + (1-beta)*g\nv = 0.999v + 0.001g^2\nx = x - lr*m/(sqrt(v)+eps)"
    type_lines(page, "lane0-rule", rule)
    assert shown(page).lanes[0].optimizer == Rule(rule) == link(page).lanes[0].optimizer
    assert r"\beta m_{t-1}" in page.latex[0].value
    assert "Adam (bias correction off)" in " ".join(c.value for c in page.caption).replace("\\", "")
    slide(page, "lane0-rule-beta", 0.5)
    slide(page, "lane0-lr", 0.1)
    assert shown(page).lanes[0].optimizer.values() == {"beta": 0.5, "lr": 0.1, "eps": 1e-8}
    type_lines(page, "lane0-rule", f"{rule}*lrm")
    assert shown(page).lanes[0].optimizer.text == Rule(rule).text
    assert not page.latex
    assert "Line 3: “lrm” at character 28" in page.warning[0].value.replace("\\", "")
    page.button(key="lane0-rule-advice0").click().run()
    assert shown(page).lanes[0].optimizer == from_rule(f"{rule}*lr*m", beta=0.5, lr=0.1)
    assert open_settings(page).toggle


def test_a_wrapper_takes_a_rule_that_is_written_in_its_lane():
    page = open_settings(visit("surface=beale&steps=50&lane=lookahead(rule(lr=0.1))&rule=x=x-lr*g"))
    type_lines(page, "lane0-rule", "x = x - lr*sign(g)")
    slide(page, "lane0-lr", 0.05)
    assert shown(page).lanes[0].optimizer.base == from_rule("x = x - lr*sign(g)", lr=0.05)


def test_where_the_page_cannot_run_a_lane_the_server_runs_its_whole_range_when_asked():
    query = "problem=reddi_deterministic&steps=200&lane=adam(lr=0.1)"
    page = visit(query)
    assert sliders(page)["lane0-lr"]["strip"] == {"found": None, "asks": True}
    send(page, components(page, "slider")["lane0-lr"], "ask", True)
    found, race = sliders(page)["lane0-lr"]["strip"]["found"], Experiment.from_query(query)
    expected = strip(race, race.lanes[0], "lr", race.lanes[0].learning_rate[0].stops)
    assert found["stops"] == list(expected.values)
    assert [end["loss"] for end in found["ends"]] == expected.loss.tolist()
    assert [end["diverged"] for end in found["ends"]] == expected.diverged.tolist()
    assert [end["stopped"] for end in found["ends"]] == expected.stopped.tolist()
    assert found["runs"] == expected.runs
    # The rate does not change it; all else does, and is not run before it is asked for.
    slide(page, "lane0-lr", 0.01)
    assert sliders(page)["lane0-lr"]["strip"]["found"] == found
    page.number_input(key="steps").set_value(100).run()
    assert sliders(page)["lane0-lr"]["strip"] == {"found": None, "asks": True}


def test_a_wrapped_rules_letter_is_not_its_wrappers():
    page = visit("steps=20&lane=lookahead(rule(alpha=0.001))&rule=x=x-alpha*g")
    assert sliders(page)["lane0-rule-alpha"]["sets"] == "0.base.alpha"
