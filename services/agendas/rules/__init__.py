"""The rules of agendas: pure functions of a state, a command, an actor and the time."""
