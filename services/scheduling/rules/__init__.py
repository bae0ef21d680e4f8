"""The rules of scheduling: pure functions of a state, a command, an actor and the time."""
