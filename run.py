"""The door: `python run.py` answers the headline study, `python run.py --help` says the rest."""

from sim.cli.main import main

if __name__ == "__main__":
    main(prog_name="run.py")
