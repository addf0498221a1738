"""The case folder: exhibits, runs, and the hash-chained log of everything done."""
