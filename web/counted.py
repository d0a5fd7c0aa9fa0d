"""What this web process counts for /metrics while it answers: requests by method and kind of status, and their time."""

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

HERE = CollectorRegistry()
BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # seconds
METHODS = ("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS")
_requests = Counter("duban_http_requests", "Requests answered by this process", ["method", "status"], registry=HERE)
_seconds = Histogram("duban_http_seconds", "Time until the answer begins", ["method"], buckets=BUCKETS, registry=HERE)
ProcessCollector(namespace="duban", registry=HERE)


def count(method: str, status: int, seconds: float) -> None:
    """Count one answer; strange methods count as one, for a label must not grow with what strangers send."""
    known = method if method in METHODS else "other"
    _requests.labels(known, f"{status // 100}xx").inc()
    _seconds.labels(known).observe(seconds)
