"""What runs Secretariat outside a laptop, and what gives tests their real servers."""
