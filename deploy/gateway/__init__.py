"""The gateway: one address for all services, each of which has a port of its own."""
