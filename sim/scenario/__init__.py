"""What is asked: the scenario language, from files to frozen specs."""
