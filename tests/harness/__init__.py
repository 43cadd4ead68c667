"""What the tests of whole systems stand on: processes, a browser, a bare wire, and set-ups of them."""
