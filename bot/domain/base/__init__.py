"""What every other subject stands on."""
