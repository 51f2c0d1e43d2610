"""The sending beside the stage `notify`: `loop` for all partitions, `sender` for one, `samples` reads mentions back."""
