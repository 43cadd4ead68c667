"""What our peers got wrong: a table of advisories, and a test for each."""
