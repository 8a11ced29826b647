"""What the process counts for Prometheus. Each web process counts for itself: a scrape meets one of them, so run one
process per scraped port, or read rates as those of a sample."""

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST

requests = Counter("yimen_requests_total", "Answered requests", ["view", "method", "status"])
seconds = Histogram(
    "yimen_request_seconds",
    "Seconds until the answer was made",
    ["view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_gauges: dict[str, Gauge] = {}


def observe(view: str, method: str, status: int, took: float) -> None:
    """One answered request."""
    requests.labels(view, method, str(status)).inc()
    seconds.labels(view).observe(took)


def show(name: str, text: str, value: float) -> None:
    """A figure read when somebody asks (`yimen_NAME`)."""
    if name not in _gauges:
        _gauges[name] = Gauge(f"yimen_{name}", text)
    _gauges[name].set(value)


def page() -> bytes:
    """Everything in Prometheus' text format."""
    return generate_latest(REGISTRY)
