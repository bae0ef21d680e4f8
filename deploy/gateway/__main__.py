"""Write routes.conf from the routes of the services, or with `--check` say if it differs."""

import argparse
import sys

from deploy.gateway.routes import FILE, configuration


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.gateway", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail on a difference")
    wanted = configuration()
    if not parser.parse_args().check:
        FILE.write_text(wanted, encoding="utf-8")
    elif not FILE.exists() or FILE.read_text(encoding="utf-8") != wanted:
        sys.stderr.write(f"{FILE.name} differs from the code; run: python -m deploy.gateway\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
