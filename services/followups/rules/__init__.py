"""The rules of follow-ups: pure functions of a state, a command, an actor and the time."""
