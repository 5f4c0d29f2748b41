"""Records where the races of today's links go, for tests/test_frozen_links.py to hold them to.

    python tests/record_links.py

adds what is not in the file yet. What stands there stays: a printed link keeps its race. Of a race
are kept each lane's first three points and its last, its last loss and how many rows it has; no
verdict. Where surface and method take nothing but sums, products, quotients and roots, every digit
is the same on every processor and is kept; elsewhere runs are short and 12 digits are.
"""

from __future__ import annotations

import json
from itertools import cycle
from pathlib import Path

import numpy as np

from experiment import CONSTANT, Experiment, Lane, run
from optimizers import OPTIMIZERS
from surfaces import SURFACES

FILE = Path(__file__).parent / "links" / "links.json"

SURFACES_OF_ARITHMETIC = ("booth", "matyas", "rosenbrock", "saddle", "ravine", "himmelblau")
METHODS_OF_ARITHMETIC = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "signsgd", "lion")

SETTINGS = (
    "adam(lr=0.1,beta1=0.8,beta2=0.99,eps=1e-6,weight_decay=0.01,bias_correction=false)",
    "adam(lr=0.05,label=mine+2)",
    "adamw(lr=0.1,weight_decay=0.2,clip=0.5)",
    "amsgrad(lr=0.1,schedule=cosine)",
    "sgd(lr=0.01,schedule=step(step_size=10,gamma=0.1))",
    "sgd(lr=0.01,schedule=exponential(gamma=0.9))",
    "sgd(lr=0.02,schedule=inverse_sqrt,warmup=5)",
    "sgd(lr=0.001,weight_decay=0.1,clip=10)",
    "momentum(lr=0.01,momentum=0.5,dampening=0.5)",
    "nesterov(lr=0.005,momentum=0.8)",
    "rmsprop(lr=1e-2,alpha=0.9,momentum=0.5,centered=true)",
    "lion(lr=0.05,beta1=0.95)",
    "lbfgs(lr=0.5,history_size=3)",
    "conjugate_gradient(c2=0.3)",
    "muon(lr=0.05,nesterov=false)",
    "lookahead(sgd(lr=0.01),k=3)",
    "lookahead(adam(lr=0.1),alpha=0.8,schedule=cosine,warmup=3)",
    "lookahead",
    "sam(sgd(lr=0.01),rho=0.1)",
    "sam(momentum(lr=0.001,momentum=0.8))",
)

TYPED = (
    "surface=formula&formula=x*y&lane=sgd(lr=0.1)",
    "surface=formula(a=2,rotate=30)&formula=ax%5E2%2B3y%5E2&lane=sgd(lr=0.05)",
    "surface=formula(b=100)&formula=(a-x)%5E2%2Bb(y-x%5E2)%5E2&domain=-2,2,-1,3&lane=adam(lr=0.1)",
    "surface=formula&formula=sin(x)/2-max(x,y)**2&domain=-2,2,-1,3&start=0.5,0.2&lane=sgd(lr=0.05)",
    "surface=formula(lambda=3)&formula=lambda*x%5E2%2By%5E2&lane=sgd(lr=0.01)",
    "surface=formula(k1=0.5)&formula=exp(-k1(x%5E2%2By%5E2))&start=1,0.5&lane=sgd(lr=0.1)",
    "formula=exp(-(x%5E2%2By%5E2))&start=1,0.5&lane=sgd(lr=0.1)&lane=adam(lr=0.05)",
    "formula=log(x)%2By%5E2&domain=0.1,5,-2,2&start=3,1&lane=sgd(lr=0.1)",
    "formula=|x|%2B2|y|&start=1.3,0.7&lane=sgd(lr=0.01)&lane=rmsprop",
    "formula=2pi%20x%5E2-cos(3y)&start=0.3,0.2&lane=momentum(lr=0.01)",
    "formula=tanh(x)%5E2%2Batan(y)%5E2&start=1,1&lane=nesterov(lr=0.1)",
    "formula=1/2x%5E2%2By%5E4/4-y%5E2/2&start=1,0.1&lane=sgd(lr=0.05)",
    "formula=min(x%5E2,y%5E2)%2Bsqrt(1%2Bx%5E2)&start=1.3,0.7&lane=adam(lr=0.05)",
    "formula=x%5E2+y%5E2&start=1,0.5&lane=sgd(lr=0.1)",
    "formula=-x%5E2-y%5E2&start=0.1,0.2&lane=sgd(lr=0.01)",
    "formula=2%5E-x%2By%5E2&start=1,1&lane=sgd(lr=0.1)",
    "formula=sinh(x)%5E2%2Bcosh(y)&start=1,1&lane=sgd(lr=0.01)",
    "formula=a(x-1)%5E2%2Bx(1-y)&start=0.5,0.5&lane=sgd(lr=0.05)",
)

RACES = (
    "",
    "surface=rosenbrock",
    "domain=-1,1,0,2&lane=sgd(lr=0.001)",
    "surface=booth&domain=-2,2,0.5,4&lane=sgd(lr=0.01)",
    "surface=rosenbrock(a=1.2,rotate=45,scale_loss=10)&lane=sgd(lr=0.0001)",
    "surface=beale(shift_x=-1)&start=0.5,1&lane=sgd(lr=0.01)",
    "surface=booth(scale_x=2,scale_y=0.5,shift_y=0.25)&lane=sgd(lr=0.01)&lane=momentum(lr=0.001)",
    "surface=quadratic(condition=10,angle=30)&start=-1,0.5&noise=0.25&seed=7&scale=linear&lane=sgd",
    "surface=saddle(a=6,b=3)&noise=1&seed=3&lane=adam(lr=0.1)&lane=sgd(lr=0.01,schedule=cosine)",
    "surface=ravine(lambda1=0.2,lambda2=5)&start=1.5,0.5&start=-1,1&start=0.2,-0.7&lane=sgd(lr=0.01)",
    "surface=himmelblau&per=evaluation&curve=gradient_norm&curve_scale=log&lane=lbfgs&lane=bfgs",
    "surface=rosenbrock&curve=lr.x&scale=linear&lane=adam(lr=0.1)&lane=rprop",
    "surface=matyas&start=3,-4&start=1,1&curve=distance&lane=nelder_mead&lane=trust_region",
    "surface=linear_regression&lane=sgd(lr=0.05)&lane=adam(lr=0.1)",
    "surface=linear_regression(loss=huber,l2=0.1,standardize=true)&batch=8&seed=2&lane=sgd(lr=0.1)",
    "surface=linear_regression(loss=absolute,l1=0.1,standardize=true)&batch=5&per=epoch&lane=adam",
    "surface=logistic_regression(l1=0.05,rotate=30)&start=1,1&lane=sgd(lr=0.1)",
    "surface=logistic_regression(standardize=true,l2=0.1)&batch=16&lane=momentum(lr=0.05)",
    "surface=one_hidden_unit&lane=adam(lr=0.05)&lane=sgd(lr=0.05)",
    "surface=one_hidden_unit(l2=0.01)&batch=4&seed=5&lane=sgd(lr=0.02)",
)


def links() -> list[str]:
    """At most 25 steps each, but for those that have all the same ones."""
    after = [f"{race}&steps=12" if race else "steps=12" for race in (*RACES, *TYPED)]
    places, plain = cycle(SURFACES_OF_ARITHMETIC), ("sgd(lr=0.001)", "adam(lr=0.05)")
    after += [f"surface={next(places)}&steps=25&lane={lane}" for lane in SETTINGS]
    for key, cls in OPTIMIZERS.items():
        suggested = Experiment(lanes=(Lane(cls.suggested()),)).to_query().rpartition("&")[2]
        after.append(f"surface={next(places)}&steps=10&{suggested}&lane={key}")
    for surface in SURFACES:
        if surface != "network_slice":  # which is trained first
            after.append(f"surface={surface}&steps=8&lane={plain[0]}&lane={plain[1]}")
    for key in METHODS_OF_ARITHMETIC:
        lanes = f"lane={key}(lr=0.002)&lane={key}(lr=0.0005)"
        after.append(f"surface={next(places)}&steps=400&{lanes}")
    return after


def record(link: str) -> dict[str, object]:
    """What is kept of a link's race."""
    experiment = Experiment.from_query(link)
    assert not experiment.problems, (link, experiment.problems)
    exact = (
        experiment.surface.key in SURFACES_OF_ARITHMETIC
        and experiment.surface.transform.rotate == 0
        and not experiment.noise
        and all(lane.optimizer.key in METHODS_OF_ARITHMETIC for lane in experiment.lanes)
        and all(lane.schedule == CONSTANT and lane.clip is None for lane in experiment.lanes)
    )
    lanes = []
    for trajectory in run(experiment):
        rows = len(trajectory.loss)
        kept = [*range(1, min(rows, 4)), rows - 1]
        numbers = [*trajectory.theta[kept].ravel().tolist(), float(trajectory.loss[-1])]
        lanes.append([rows, *(n if exact else float(f"{n:.12g}") for n in numbers)])
    return {"link": link, "query": experiment.to_query(), "exact": exact, "lanes": lanes}


def main() -> None:
    """Add the links that are not in the file."""
    kept = json.loads(FILE.read_text()) if FILE.exists() else []
    known = {each["link"] for each in kept}
    with np.errstate(all="ignore"):
        kept += [record(link) for link in links() if link not in known]
    lines = ",\n".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in kept)
    FILE.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
