"""One module for each diagnostic: what is wrong, why, and the fix."""
