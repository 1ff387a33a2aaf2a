"""``python -m itilcli``."""

import sys

from itilcli.cli import main

sys.exit(main())
