"""What `rebato doctor` looks at: each module checks one neighbour and says what it found and how to mend it."""
