"""Many holds → balance, asymmetry, trend, transfer to the track: rows in, numbers and sentences out."""
