"""The door: `python run.py` answers the headline study, `python run.py --help` says the rest."""

import os

ONE_THREAD = "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"
"""Work is shared out to processes; threads of NumPy's linear algebra beside them would only be in the way."""

if __name__ == "__main__":
    from sim.cli.door import main  # workers import this file too, and not what the commands need

    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    main()
