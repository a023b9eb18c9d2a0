"""The matrix of faults outside: each call that goes out, times each way in which it can go wrong."""
