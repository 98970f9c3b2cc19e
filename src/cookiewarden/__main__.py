"""Run the command line: ``python -m cookiewarden``.

Rule: nothing happens unless this module is the program.
"""

from cookiewarden.cli import main

if __name__ == "__main__":
    main()
