"""Traces and errors sent elsewhere, where the installation asks for it. Neither is imported otherwise, and neither gets anybody's data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batikrfm.sdk.errors import SetupError
from batikrfm.sdk.text import Text
from batikrfm.web.logs import TOLD, places
from batikrfm.web.settings import WebSettings

if TYPE_CHECKING:
    from litestar import Litestar


class NotInstalledError(SetupError):
    """Values: ``variable``, ``extra``."""

    text = Text(
        id="{variable} diisi, tetapi paketnya belum terpasang: pip install 'batikrfm[{extra}]'",
        en="{variable} is set, but what it needs is not installed: pip install 'batikrfm[{extra}]'",
    )


def observed(app: Litestar, settings: WebSettings) -> Litestar:
    """``app``, watched by what ``settings`` names. Raises :class:`NotInstalledError`."""
    tell_sentry(settings.sentry_dsn)
    if settings.otlp_endpoint:
        _trace(app)
    return app


def _trace(app: Litestar) -> None:
    """A span a request, sent by OTLP over HTTP to OTEL_EXPORTER_OTLP_ENDPOINT; the exporter reads its other variables itself."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError:
        raise NotInstalledError(variable="OTEL_EXPORTER_OTLP_ENDPOINT", extra="otel") from None
    provider = TracerProvider(resource=Resource.create({"service.name": "batikrfm"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    app.asgi_handler = OpenTelemetryMiddleware(  # type: ignore[assignment] # an ASGI application, though its types are looser
        app.asgi_handler, tracer_provider=provider, server_request_hook=_without_data, default_span_details=_span_name
    )


def _span_name(scope: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401 - an ASGI scope
    """A span is named by its method: the route is not known yet, and a path may hold anything."""
    return str(scope.get("method", "")), {}


def _without_data(span: Any, _scope: Any) -> None:  # noqa: ANN401 - what OpenTelemetry hands over
    """Take out what may name a person: the query and the client."""
    for name in ("http.url", "url.full", "http.target", "url.query", "url.path", "net.peer.ip", "client.address", "http.user_agent"):
        if span.is_recording() and name in (getattr(span, "attributes", None) or {}):
            span.set_attribute(name, "-")


def tell_sentry(dsn: str | None) -> None:
    """Tell Sentry of every exception that this process logs as an error. None is nobody. Raises :class:`NotInstalledError`."""
    if dsn is None:
        return
    try:
        import sentry_sdk
    except ModuleNotFoundError:
        raise NotInstalledError(variable="SENTRY_DSN", extra="sentry") from None
    sentry_sdk.init(
        dsn,
        send_default_pii=False,
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=_only_places,
    )

    def tell(error: BaseException) -> None:
        sentry_sdk.capture_exception(error)

    TOLD.append(tell)


def _only_places(event: Any, hint: dict[str, Any]) -> Any:  # noqa: ANN401 - Sentry's event
    """An error by its kind and place; its words may repeat a customer's data."""
    error = (hint.get("exc_info") or (None, None, None))[1]
    event.pop("request", None)
    event.pop("user", None)
    for value in event.get("exception", {}).get("values", ()):
        value["value"] = "-"
    if error is not None:
        event["extra"] = {"trace": places(error)}
    return event
