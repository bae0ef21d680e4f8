"""The pure rules of planning: from bodies and their rules to a year of meetings."""
