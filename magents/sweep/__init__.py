"""Many runs of one fund: parameter grids and seeds, walk-forward, over processes or a cluster."""
