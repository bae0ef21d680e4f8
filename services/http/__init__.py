"""How all services speak HTTP: commands, problems, pages of lists, sizes."""
