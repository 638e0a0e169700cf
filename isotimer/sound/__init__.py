"""Sound: cues on a PortAudio stream, spoken words, and what stands in where there is no sound."""
