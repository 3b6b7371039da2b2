"""Who drives it: the automatic steps, the sweeper that finds what is due, the worker, and the broker set-up."""
