"""One program: it puts the services together and runs them."""
