"""Many runs: executed, estimated, compared, tabulated."""
