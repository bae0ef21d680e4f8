"""A Kafka broker for tests and developers."""
