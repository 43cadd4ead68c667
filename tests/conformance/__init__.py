"""What the specifications ask of a relying party, row by row, and the tests that show it is kept."""
