"""The subcommands of `secretariat`, one a file."""
