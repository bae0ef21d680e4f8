"""The Kafka road: one topic, keyed by mechanism, for services in processes of their own."""
