"""What the emulator keeps: world, clock, settings and every record."""
