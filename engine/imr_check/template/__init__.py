"""Templates: which criteria can be met, whatever is filled into the holes of a request."""
