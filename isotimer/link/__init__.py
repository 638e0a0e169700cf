"""The serial line: finding ports, reading bytes, device files on disk, and simulated devices."""
