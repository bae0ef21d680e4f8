"""Small services, each with its own tables; none imports another."""
