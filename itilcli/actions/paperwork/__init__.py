"""The records on paper: forms filled in, blank ones, whole case files, and what a paper's code still says."""
