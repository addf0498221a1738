"""Marks and notes: their lists, their lane, the lines in all lanes, and what is said while results are sealed."""
