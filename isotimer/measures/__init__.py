"""One hold's samples turned into numbers, or into a reason why a number cannot be had."""
