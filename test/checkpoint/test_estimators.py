"""scikit-learn estimators with partial_fit: by their parameters and arrays, bit for bit."""

import contextlib
import datetime
import json

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import IncrementalPCA, MiniBatchNMF
from sklearn.linear_model import (
    PassiveAggressiveClassifier,
    Perceptron,
    SGDClassifier,
    SGDRegressor,
)
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

from runtime_kit import Run
from runtime_kit.checkpoint import CannotStoreError, CheckpointMismatchError

CLASSES = np.array([0, 1, 2])
ESTIMATORS = {
    "SGDClassifier": lambda: SGDClassifier(random_state=1, average=True),
    "SGDRegressor": lambda: SGDRegressor(random_state=1, penalty="elasticnet"),
    "Perceptron": lambda: Perceptron(random_state=1),
    "PassiveAggressive": lambda: PassiveAggressiveClassifier(random_state=1),
    "MLPClassifier adam": lambda: MLPClassifier(
        hidden_layer_sizes=(8,), random_state=np.random.RandomState(3)
    ),
    "MLPRegressor sgd": lambda: MLPRegressor(hidden_layer_sizes=(8,), solver="sgd", random_state=1),
    "GaussianNB": GaussianNB,
    "MultinomialNB": MultinomialNB,
    "MiniBatchKMeans": lambda: MiniBatchKMeans(3, random_state=np.random.RandomState(3)),
    "IncrementalPCA": lambda: IncrementalPCA(2),
    "MiniBatchNMF": lambda: MiniBatchNMF(2, random_state=1, init="random"),
    "StandardScaler": StandardScaler,
}


def batch(seed):
    dice = np.random.RandomState(seed)
    return dice.rand(40, 5), dice.randint(0, 3, 40)


def fit(estimator, seed):
    x, y = batch(seed)
    if hasattr(estimator, "predict_proba") or type(estimator).__name__ in (
        "SGDClassifier",
        "Perceptron",
        "PassiveAggressiveClassifier",
    ):
        estimator.partial_fit(x, y, classes=CLASSES)
    elif "Regressor" in type(estimator).__name__:
        estimator.partial_fit(x, y.astype(float))
    else:
        estimator.partial_fit(x)


def arrays(estimator):
    found = {}
    for name, value in vars(estimator).items():
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(item, (np.ndarray, float, int, np.generic)):
                found[f"{name}{index}"] = np.asarray(item)
    return found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ESTIMATORS)
def test_goes_on_bit_for_bit(runs, name):
    whole = ESTIMATORS[name]()
    for seed in range(8):
        fit(whole, seed)

    def attempt(stop):
        estimator = ESTIMATORS[name]()
        run = Run("r", runs, every=1).track(estimator=estimator)
        with contextlib.suppress(ZeroDivisionError):
            for step in run.steps(8):
                if step == stop:
                    1 / 0  # noqa: B018  a break would be the loop's end
                fit(estimator, step)
        run.manager.settle()
        run.manager.close()
        return estimator

    attempt(4)
    resumed = attempt(None)
    expected, found = arrays(whole), arrays(resumed)
    assert set(expected) == set(found)
    for key, value in expected.items():
        np.testing.assert_array_equal(found[key], value, err_msg=key)
    x, _ = batch(99)
    if hasattr(whole, "predict"):
        np.testing.assert_array_equal(whole.predict(x), resumed.predict(x))
    state = json.loads(next((runs / "r").glob("step-*08/state.json")).read_text())
    assert "sklearn" in state["versions"]


def test_another_estimator_is_a_mismatch(runs):
    estimator = GaussianNB()
    fit(estimator, 0)
    run = Run("r", runs).track(estimator=estimator)
    run.save(wait=True)
    run.manager.close()
    run = Run("r", runs).track(estimator=MultinomialNB())
    with pytest.raises(CheckpointMismatchError, match="MultinomialNB.*GaussianNB"):
        run.restore()
    run.manager.close()


def test_refusal_names_the_path(runs):
    estimator = SGDClassifier()
    estimator.when = datetime.datetime.now()
    with pytest.raises(CannotStoreError, match=r"model\.fitted\.when is a datetime"):
        Run("r", runs).track(model=estimator).save(wait=True)
