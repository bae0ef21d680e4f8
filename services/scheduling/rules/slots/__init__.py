"""Finding a time for a meeting: ranked slots with their reasons, or the least that is in the way.

`find.find(search)` is the way in. Everything is a list of obstacles: a rule, a party, and the
windows of starts that break it. Instants are counted in whole minutes since 1970 in UTC.
"""
