"""Where traces go: to an OpenTelemetry collector, if the settings name one."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from services.service import Service

ADDRESSES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
NOT_TRACED = "livez,readyz,metrics,static,by-token,by-link"  # the last two hold secrets


@contextmanager
def traced(
    app: FastAPI, services: Sequence[Service], said: Mapping[str, str] = os.environ
) -> Iterator[None]:
    """Record what `app` and its services do, as the variables OTEL_… in `said` have it.

    Nothing is recorded where none of ADDRESSES is among them. What is still held goes out on
    leaving.
    """
    if not any(said.get(name) for name in ADDRESSES):
        yield
        return
    name = services[0].name if len(services) == 1 else "secretariat"
    ours = Resource({"service.name": name, "service.namespace": "secretariat"})
    provider = TracerProvider(resource=ours.merge(OTELResourceDetector().detect()))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    FastAPIInstrumentor.instrument_app(
        app, tracer_provider=provider, excluded_urls=NOT_TRACED, exclude_spans=["receive", "send"]
    )
    try:
        yield
    finally:
        provider.shutdown()
