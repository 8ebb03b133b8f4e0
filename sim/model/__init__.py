"""What is done: the processes of one run, and the only place that knows SimPy."""
