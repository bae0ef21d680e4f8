"""The rules of minutes: pure functions of a state, a command, an actor and the time."""
