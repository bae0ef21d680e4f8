"""The rules of subscriptions: pure functions of a state, a command and an actor."""
