"""Messages about spikes (many people who say the same) and about the topics of a day."""
