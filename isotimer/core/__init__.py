"""The pure core: no clock, file, thread or screen. Arrays and values in, arrays and values out."""
