"""The first screen: which plan to take and what it costs; every format is made from its facts."""
