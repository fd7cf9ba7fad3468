import sys

from sqlawait import main

sys.exit(main())
