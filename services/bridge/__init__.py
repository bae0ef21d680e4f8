"""Decisions for those without Kafka: signed webhooks, and a stream over HTTP."""
