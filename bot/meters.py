"""What a process measures of itself, for its own /metrics: of what other processes do it knows nothing."""

from collections.abc import Callable

from prometheus_client import Counter, Histogram, start_http_server

SCORING = Histogram(
    "recovery_scoring_seconds",
    "How long the model took for one batch of texts.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
SCORED = Counter("recovery_scored_texts", "Texts that the model scored.")


def serve_own_metrics(host: str, port: int) -> Callable[[], None]:
    """Show them where no web part does; what ends that. Raises OSError where the port cannot be had."""
    server, thread = start_http_server(port, addr=host)

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return end
