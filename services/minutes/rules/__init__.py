"""The rules of minutes and decisions: pure functions of a state, a command, an actor and time."""
