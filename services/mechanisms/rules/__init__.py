"""The rules of mechanisms: pure functions of a state, a command and an actor."""
