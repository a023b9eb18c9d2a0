"""What the disk holds after a power cut at any moment: a model of the files that a real desk writes and flushes."""
