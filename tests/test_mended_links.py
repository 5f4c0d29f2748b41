"""Links that went through other hands: what can be meant in one way only is read."""

import quopri
import re
from urllib.parse import parse_qs, quote, unquote_plus

import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

from experiment import SCHEDULES, Experiment
from experiment.link import handed_on
from optimizers import OPTIMIZERS
from surfaces import SURFACES

from_query = Experiment.from_query
BOOTH = "surface=booth&start=-1,2&lane=adam(lr=0.1)&lane=sgd(lr=0.01,schedule=step(gamma=0.1))"
DATA = "surface=linear_regression(loss=huber,standardize=true)&batch=8&lane=sgd"
TYPED = "surface=formula(lambda=3)&formula=lambda*x%5E2%2By%5E2&lane=sgd(lr=0.01)"


def assert_reads_as(link, meant):
    read = from_query(link)
    assert read.problems == ()
    assert from_query(meant).problems == ()
    assert read == from_query(meant)


# Every way in which hands mangle a link, for any experiment


def escaped_twice(link):
    return "&".join(
        f"{key}={quote(quote(value, safe=''), safe='')}"
        for key, values in parse_qs(link).items()
        for value in values
    )


def as_shown(link):
    """With the names that the page shows."""
    link = re.sub(r"lane=(\w+)", lambda m: f"Lane={quote(OPTIMIZERS[m[1]].name)}", link)
    link = re.sub(r"schedule=(\w+)", lambda m: f"Schedule={quote(SCHEDULES[m[1]].name)}", link)
    names = {key: surface.name for key, surface in SURFACES.items()}
    return re.sub(r"surface=(\w+)", lambda m: f"SURFACE={quote(names.get(m[1], m[1]))}", link)


def broken(link, by, every=17):
    return by.join(link[i : i + every] for i in range(0, len(link), every))


def without_last(link):
    return link.removesuffix(")")


HANDS = {
    "ampersands as HTML writes them": lambda q: q.replace("&", "&amp;"),
    "twice": lambda q: q.replace("&", "&amp;amp;"),
    "by their number": lambda q: q.replace("&", "&#38;"),
    "by their number in hexadecimal": lambda q: q.replace("&", "&#x26;"),
    "semicolons between the parts": lambda q: q.replace("&", ";"),
    "semicolons and spaces": lambda q: q.replace("&", "; "),
    "commas and spaces": lambda q: q.replace("&", ", "),
    "spaces": lambda q: q.replace("&", " "),
    "keys in capitals": lambda q: re.sub(r"(^|&)(\w+)=", lambda m: m[0].upper(), q),
    "names as shown": as_shown,
    "no last bracket": without_last,
    "no last brackets": lambda q: q.rstrip(")"),
    "one bracket more": lambda q: f"{q})",
    "a full stop": lambda q: f"{q}.",
    "a comma": lambda q: f"{q},",
    "an angle bracket": lambda q: f"{q}>",
    "in angle brackets": lambda q: f"<https://lab.example/?{q}>",
    "in brackets": lambda q: f"(https://lab.example/?{q})",
    "in Markdown": lambda q: f"[a race](https://lab.example/?{q}).",
    "in quotation marks": lambda q: f'"?{q}"',
    "in curly quotation marks": lambda q: f"“{q}”",
    "in backquotes": lambda q: f"`{q}`",
    "quotation marks as HTML writes them": lambda q: f"https://lab.example/?{q}&quot;",
    "the whole link": lambda q: f"https://lab.example/?{q}",
    "its path in a frame, and a fragment": lambda q: f"http://a.b:8501/~/+/?{q}#results",
    "from an embedding page": lambda q: f"https://lab.example/?{q}&embed=true&embed_options=dark",
    "with what a newsletter adds": lambda q: f"https://lab.example/?{q}&utm_source=mail&fbclid=1",
    "inside another address": lambda q: (
        f"https://safe.example/?url={quote(f'https://a.b/?{q}', '')}&data=05"
    ),
    "escaped by a browser": lambda q: quote(q, safe="=&%+"),
    "escaped twice": escaped_twice,
    "escaped as a whole": lambda q: quote(q, safe=""),
    "escaped as a whole link": lambda q: quote(f"https://lab.example/?{q}", safe=""),
    "Unicode minus": lambda q: q.replace("-", "−"),
    "Unicode minus, escaped": lambda q: q.replace("-", quote("−")),
    "en dashes": lambda q: q.replace("-", "–"),
    "full-width signs": lambda q: q.translate(str.maketrans("&=(),", "＆＝（），")),
    "square brackets": lambda q: re.sub(
        r"lane=.*", lambda m: m[0].translate(str.maketrans("()", "[]")), q
    ),
    "line breaks": lambda q: broken(q, "\n"),
    "line breaks of a quoted mail": lambda q: broken(q, "\r\n> "),
    "line breaks with an indent": lambda q: broken(q, "\n    "),
    "soft hyphens": lambda q: broken(q, "\u00ad"),
    "zero-width spaces": lambda q: broken(q, "\u200b"),
    "a byte-order mark": lambda q: f"\ufeff{q}",
    "quoted-printable": lambda q: quopri.encodestring(q.encode()).decode(),
    "spaces around": lambda q: f"  {q}\n",
    "no-break spaces": lambda q: re.sub(r"(lane|start)=", lambda m: f"{m[0]}\u00a0", q),
    "as it is handed on": handed_on,
    "a line for each part": lambda q: q.replace("&", "\n"),
    "a quoted line for each part": lambda q: q.replace("&", "\r\n> "),
    "as JSON escapes": lambda q: q.translate({ord(c): f"\\u{ord(c):04x}" for c in "&=<>'"}),
    "a chat's link with words": lambda q: f"<https://lab.example/?{q}|a race>",
    "a spreadsheet's link": lambda q: f'=HYPERLINK("https://lab.example/?{q}";"a race")',
    "a page's source": lambda q: (
        f'<p>See <a class="x" href="https://a.b/?{q.replace("&", "&amp;")}">a race</a>'
    ),
    "inside another address, unescaped": lambda q: f"https://w.example/url?sa=D&q=https://a.b/?{q}",
    "in a mail filter's address": lambda q: f"https://u.example/v3/__https://a.b/?{q}__;!!Aa$",
    "in a mail filter's own escapes": lambda q: (
        "https://u.example/v2/url?u="
        + quote(f"https://a.b/?{q}", "/")
        .translate(str.maketrans("-_%/", "\0\1-_"))
        .replace("\0", "-2D")
        .replace("\1", "-5F")
        + "&d=Dw"
    ),
}


@pytest.mark.parametrize("hands", HANDS.values(), ids=HANDS)
@settings(max_examples=12)
@given(experiment=strategies.experiments())
def test_any_experiment_comes_through(hands, experiment):
    read = from_query(hands(experiment.to_query()))
    assert read.problems == ()
    assert read == experiment


NOT_IN_A_BROWSER = (
    "by their number",
    "by their number in hexadecimal",
    "quoted-printable",
    "as JSON escapes",
    "a chat's link with words",
    "a spreadsheet's link",
    "a page's source",
    "in a mail filter's address",
)
BROWSERS = {name: hands for name, hands in HANDS.items() if name not in NOT_IN_A_BROWSER}


@pytest.mark.parametrize("hands", BROWSERS.values(), ids=BROWSERS)
@pytest.mark.parametrize("link", [BOOTH, DATA, TYPED])
def test_and_so_it_does_when_a_browser_has_cut_it_into_keys_and_values(hands, link):
    query = hands(link).partition("?")[2] or hands(link)
    read = from_query(parse_qs(query.partition("#")[0], keep_blank_values=True))
    if "=" in query or "%3D" not in query:
        assert read.problems == ()
        assert read == from_query(link)


@settings(max_examples=100)
@given(strategies.experiments())
def test_a_decimal_comma_is_read_or_asked_about(experiment):
    link = re.sub(r"=(-?\d+)\.(\d+)(?=[,)])", r"=\1,\2", experiment.to_query())
    read = from_query(link)
    assert read == experiment or read.problems


RUNS = (" ", "+", "%20", "\t", "\n>", "&", ";", "amp;", "?")


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("before", ["", "surface=booth&start=1,2", "formula=x^2%2By^2"])
def test_of_thousands_of_spaces_and_separators_in_a_row_no_more_is_read_than_of_some(run, before):
    few, thousands = (from_query(f"{before}{run * n}&lane=sgd(lr=0.1)") for n in (110, 20_000))
    assert (few, few.problems) == (thousands, thousands.problems)


# Each kind, with many members

SAME = {
    "surface=booth&lane=adam(lr=0.1)": [
        "surface=booth&lane=adam(lr=0.1",
        "surface=Booth&lane=Adam(lr=0.1)",
        "SURFACE=BOOTH&LANE=ADAM(LR=0.1)",
        "surface=booth&amp;lane=adam(lr=0.1)",
        "surface=booth&lane=torch.optim.Adam(lr=0.1)",
        "surface=booth&lane=optim.Adam(lr=0.1)",
        "surface=booth&lane=optax.adam(learning_rate=0.1)",
        "surface=booth&lane=adam(learning rate=0.1)",
        "surface=booth&lane=adam(α=0.1)",
        "surface=booth&lane=adam(lr=0,1)",
        "surface=booth&lane=adam(lr=.1)",
        "surface=booth&lane=adam(lr=1e−1)",
        "surface=booth&lane=adam(lr=10^-1)",
        "surface=booth&lane=adam(lr=1×10⁻¹)",
        "surface=booth&lane=adam(lr=０．１)",
        "surface=booth&lane=adam(lr='0.1')",
        "surface=booth&lane=adam[lr=0.1]",
        "surface=booth&lane=adam%2528lr%253D0.1%2529",
        "lane=adam(lr=0.1)&surface=booth.",
        "surface=booth;lane=adam(lr=0.1)",
        "surface=booth?lane=adam(lr=0.1)",
        "surface=booth&lanes=adam(lr=0.1)",
        "surface = booth & lane = adam(lr = 0.1)",
        "surface=Booth function&lane=adam(lr:0.1)",
        "surface=booth&lane=adam(lr=0.1..",
        "surface=booth&lane=adam(lr=0.1)%E2%80%9D",
        "surface=booth&amp%3Blane=adam(lr=0.1)",
        "surface=booth%26lane=adam(lr=0.1)",
        "surface=booth\nlane=adam(lr=0.1)",
        "https://lab.example/?surface=booth\n\nlane=adam(lr=0.1)\n",
    ],
    "start=-1,1&lane=sgd": ["start=-1،1&lane=sgd"],
    "lane=sgd&curve=step&curve_scale=linear": ["lane=sgd&curve=step&curve_\nscale=linear"],
    "lane=adam(beta1=0.8,beta2=0.95)&lane=sgd": [
        "lane=adam(beta1=0.8;beta2=0.95)&lane=sgd",
        "lane=adam(beta1=0,8,beta2=0,95)&lane=sgd",
        "lane=adam(beta1=0,8;beta2=0,95)&lane=sgd",
        "lane=adam(beta1=0.8 beta2=0.95)&lane=sgd",
        "lane=adam(betas=(0.8,0.95))&lane=sgd",
        "lane=adam(betas=[0.8, 0.95])&lane=SGD",
        "lane=adam(betas=(0.8,0.95)&lane=sgd",
        "lane=adam(b1=0.8,b2=0.95)&lane=sgd",
        "lane=adam(beta_1=0.8,beta_2=0.95)&lane=sgd",
        "lane=adam(β1=0.8,β₂=0.95)&lane=sgd",
        "lane=Adam(beta1=0.8,beta2=0.95),SGD",
        "lane=adam(beta1=0.8,beta2=0.95);sgd",
    ],
    "lane=sgd(lr=1e5)": ["lane=sgd(lr=1e+5)", "lane=sgd(lr=1e%2B5)", "lane=sgd(lr=100000)"],
    "lane=momentum(lr=0.1,momentum=0.5)": [
        "lane=torch.optim.SGD(lr=0.1,momentum=0.5)",
        "lane=sgd(lr=0.1,momentum=0.5)",
        "lane=SGD(lr=0.1,momentum=0.5,nesterov=False)",
    ],
    "lane=nesterov(lr=0.1,momentum=0.5)": ["lane=SGD(lr=0.1,momentum=0.5,nesterov=True)"],
    "lane=amsgrad(lr=0.1)": ["lane=torch.optim.Adam(lr=0.1,amsgrad=True)"],
    "lane=adam(lr=0.1,bias_correction=false)": [
        "lane=Adam(lr=0.1,bias correction=FALSE)",
        "lane=adam(lr=0.1, biasCorrection = False)",
        "lane=adam(lr=0.1,bias_correction=off)",
        "lane=adam(lr=0.1 bias_correction=no)",
    ],
    "lane=adam(label=a+b)": [
        "lane=adam(label='a b')",
        "lane=adam(label=“a b”",
        "lane=adam(label=a b",
    ],
    "lane=cautious_adamw": ["lane=Cautious AdamW", "lane=cautious-adamw", "lane=CautiousAdamW"],
    "lane=lbfgs": ["lane=L-BFGS", "lane=torch.optim.LBFGS", "lane=l_bfgs"],
    "lane=sam(sgd(lr=0.1),rho=0.1)": [
        "lane=SAM(SGD(lr=0.1),rho=0.1)",
        "lane=sam(base=sgd(lr=0.1),rho=0.1",
        "lane=sam(torch.optim.SGD(lr=0.1);rho=0.1)",
        "lane=sam(sgd(lr=0,1),ρ=0,1)",
    ],
    "lane=lookahead(sgd(lr=0.1))": ["lane=lookahead(sgd(lr=0.1)", "lane=lookahead(sgd(lr=0.1"],
    "lane=sgd(schedule=step(step_size=50,gamma=0.1),warmup=20,clip=1)": [
        "lane=sgd(schedule=StepLR(step_size=50,gamma=0.1),warmup=20,clip=1)",
        "lane=sgd(Schedule=Step(step_size=50,γ=0.1),Warmup=20,Clip=1",
    ],
    "lane=sgd(schedule=step(gamma=0.1))": [
        "lane=sgd(schedule=step(gamma=0.1)",
        "lane=sgd(schedule=step(gamma=0.1",
    ],
    "lane=sgd(schedule=cosine)": [
        "lane=sgd(schedule=Cosine)",
        "lane=sgd(schedule=CosineAnnealingLR)",
        "lane=sgd(schedule=cosine()",
    ],
    "surface=goldstein_price&lane=sgd": [
        "surface=Goldstein-Price&lane=sgd",
        "surface=Goldstein–Price&lane=sgd",
        "surface=goldstein price&lane=sgd",
        "surface=GoldsteinPrice&lane=sgd",
    ],
    "surface=levy13&lane=sgd": ["surface=Lévy no. 13&lane=sgd", "surface=LEVY NO. 13&lane=sgd"],
    "surface=quadratic(condition=10,angle=30)": [
        "surface=quadratic(κ=10,φ=30)",
        "surface=Quadratic(Condition=10,Angle=30",
        "surface=quadratic(condition=10;angle=30)",
    ],
    "surface=rosenbrock(a=1.2,rotate=45,scale_loss=1000)": [
        "surface=rosenbrock(a=1,2,rotate=45,scale_loss=1000)",
        "surface=Rosenbrock(a=1.2,rotate=45,scale loss=1000)",
    ],
    "start=-1,1": [
        "start=−1,1",
        "start=–1,1",
        "start=－１，１",
        "start=%E2%88%921,1",
        "start=(-1,1)",
        "start=[-1, 1]",
        "start=-1;1",
        "start=-1 1",
        "start=-1, 1",
        "start=-1 , 1",
        "start=-1,%C2%A01",
        "start=(-1;1)",
        "start=-1,0;1,0",
        "start=-1,0 1,0",
        "start=x=-1,y=1",
        "start=-1,1.",
        "start=-1,1)",
        "start=“-1,1”",
        "Start=-1.0,+1.0",
        "start=-1%252C1",
        "start=-1%26%2344;1",
    ],
    "domain=-2,2,-1,3": [
        "domain=(-2,2,-1,3)",
        "domain=(-2,2),(-1,3)",
        "domain=[-2,2]×[-1,3]",
        "domain=[-2,2]x[-1,3]",
        "domain=−2;2;−1;3",
        "domain=-2 2 -1 3",
        "domain=-2,0;2,0;-1,0;3,0",
    ],
    "steps=1500": ["steps=1,500", "steps=1'500", "steps=1 500", "steps=1500.", "steps=1500.0"],
    "noise=0.5&seed=7": ["noise=0,5&seed=7", "noise=.5&seed= 7 ", "Noise=0.5;Seed=7"],
    "scale=log&per=evaluation&curve=gradient_norm&curve_scale=linear": [
        "scale=Logarithmic&per=Evaluation&curve=gradient norm&curve_scale=Linear",
        "scale=LOG&per=evaluation.&curve=Gradient_Norm&curveScale=linear",
    ],
    DATA: [
        "surface=Linear regression(Loss=Huber,Standardize=True)&batch=8&lane=sgd",
        "surface=linear_regression(loss=huber,standardize=true&batch=8&lane=sgd",
    ],
    "formula=λx^2%2By^2&surface=formula(λ=3)": [
        "formula=λx^2%2By^2&surface=formula(lambda=3)",
        "formula=lambda*x^2%2By^2&surface=formula(λ=3)",
        "formula=λx^2%2By^2&surface=Formula(Lambda=3",
        "formula=λx^2%252By^2&surface=formula(λ=3)",
        "formula=%26lambda;x^2%2By^2&surface=formula(λ=3)",
    ],
    "formula=a1*x^2%2By^2&surface=formula(a1=3)": ["formula=a1*x^2%2By^2&surface=formula(a₁=3)"],
    "formula=sin(x)%2By^2": [
        "formula=sin(x)%2By^2,",
        "formula=sin（x）%2By^2",
        "formula=sin(x)%2By^2)",
        "formula=“sin(x)%2By^2”",
        "formula=sin(x)%252By%255E2",
        "formula=sin(x)%2By^2;steps=1500",
    ],
}
PAIRS = [(link, meant) for meant, links in SAME.items() for link in links]


@pytest.mark.parametrize(("link", "meant"), PAIRS, ids=[link for link, _ in PAIRS])
def test_what_can_be_meant_in_one_way_only_is_read(link, meant):
    assert_reads_as(link, meant)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_optimizer_is_found_by_the_names_that_people_know(key):
    cls = OPTIMIZERS[key]
    for name in (cls.name, cls.__name__, cls.name.upper(), cls.name.lower(), key.replace("_", "-")):
        assert_reads_as(f"lane={quote(name)}", f"lane={key}")


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_setting_is_found_in_any_case_and_by_its_symbol(key):
    for name, statement in OPTIMIZERS[key].hyperparameters().items():
        if statement.kind == "number":
            value = statement.slider[1] if statement.slider else statement.default
            assert_reads_as(
                f"lane={key}({name.upper()}={value!r})", f"lane={key}({name}={value!r})"
            )


@pytest.mark.parametrize("key", SURFACES)
def test_every_surface_is_found_by_its_name(key):
    for name in (SURFACES[key].name, SURFACES[key].name.upper(), key.replace("_", " ")):
        assert_reads_as(f"surface={quote(name)}", f"surface={key}")


@pytest.mark.parametrize(
    ("link", "essential"),
    [
        ("start=1,2,3", "start must be two finite numbers"),
        ("start=1,5,2,5", "start must be two finite numbers"),
        ("start=1,500;2", "not “1,500;2”"),
        ("noise=1,500", "noise must be a finite number, not “1,500”"),
        ("lane=adam(lr=1,000)", "Adam's lr must be a finite number of at least 0, not “1,000”"),
        ("lane=adam(", "“adam(” cannot be read"),
        ("lane=adam(lr=0.1,", "“adam(lr=0.1,” cannot be read"),
        ("lane=adam(learning=0.1)", "Adam has no “learning”"),
        ("lane=adam(lr=0.1,alpha=0.2)", "Adam's lr is given again as alpha; the first was used"),
        ("surface=schaffer", "There is no surface “schaffer”"),
        ("surface=camel", "There is no surface “camel”"),
        ("formula=x!", "“!” at character 2"),
        ("formula=x^2*", "ends after “*” at character 4"),
        ("formula=x^2%2B|y", "|"),
    ],
)
def test_what_can_be_meant_in_two_ways_is_not_guessed(link, essential):
    assert any(essential in problem for problem in from_query(link).problems)


def test_a_formula_that_lacks_its_last_bracket_is_read_and_said_to():
    read = from_query("formula=exp(-(x^2%2By^2)&steps=9")
    assert read == from_query("formula=exp(-(x^2%2By^2))&steps=9")
    assert read.problems == (
        "“exp(-(x^2+y^2)” lacks its last bracket; exp(-(x^2+y^2)) was used instead.",
    )


# The link that is handed on


@given(strategies.experiments())
def test_a_link_that_is_handed_on_ends_in_no_bracket_and_reads_alike(experiment):
    link = handed_on(experiment.to_query())
    assert link[-1] not in "()[].,;:!?"
    assert link.count("(") == link.count(")")
    assert from_query(link) == experiment


def test_only_its_last_part_is_escaped():
    assert handed_on(BOOTH) == (
        "surface=booth&start=-1,2&lane=adam(lr=0.1)"
        "&lane=sgd%28lr=0.01,schedule=step%28gamma=0.1%29%29"
    )
    assert handed_on("surface=booth&lane=sgd") == "surface=booth&lane=sgd"
    assert unquote_plus(handed_on(BOOTH)) == BOOTH


@given(st.text(max_size=60))
def test_any_text_is_handed_on_as_what_it_says(text):
    assert from_query(handed_on(f"lane={quote(text)}")) == from_query(f"lane={quote(text)}")
