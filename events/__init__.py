"""The language that crosses a service's border, and the road it travels."""
