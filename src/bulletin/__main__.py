"""`python -m bulletin`, the same as the command."""

import sys

from bulletin.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
