"""What is logged, and what of it a checkpoint keeps."""

import json

from runtime_kit.checkpoint.loop.metrics import Metrics, best_of

LOSS = ("loss", "min")


def after(body, best, value):
    metrics = Metrics(best)
    metrics.from_json(body)
    return metrics.log(1, 0, {"loss": value, "accuracy": value})


def test_best_names_its_metric():
    metrics = Metrics(LOSS)
    assert [metrics.log(n, 0, {"loss": x}) for n, x in enumerate([3.0, 1.0, 2.0])] == [
        True,
        True,
        False,
    ]
    body = json.loads(json.dumps(metrics.to_json()))
    assert body["best"] == {"metric": "loss", "mode": "min", "value": 1.0}
    assert best_of(body) == ("loss", "min", 1.0)
    assert not after(body, LOSS, 1.5) and after(body, LOSS, 0.5)


def test_best_of_another_metric_does_not_count():
    body = {"best": {"metric": "loss", "mode": "min", "value": 1.0}}
    assert after(body, ("accuracy", "max"), 0.1) and after(body, ("loss", "max"), 0.1)


def test_the_old_form_is_read():
    assert best_of({"best": 1.0}) == (None, None, 1.0)
    assert not after({"best": 1.0}, LOSS, 1.5) and after({"best": 1.0}, LOSS, 0.5)


def test_what_is_not_finite_is_never_the_best():
    metrics = Metrics(("loss", "max"))
    assert not metrics.log(1, 0, {"loss": float("inf")})
    assert not metrics.log(2, 0, {"loss": float("nan")})
    json.dumps(metrics.to_json(), allow_nan=False)
