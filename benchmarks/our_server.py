"""linkname-ls as the script starts it that pip installs, from this clone and with the Python that runs this."""

import sys

from linkname_ls.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
