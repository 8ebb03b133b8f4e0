"""Questions that planners ask, one file each."""
