"""The providers of the matrix: a driver each, all with the interface of base.Driver."""
