"""Sources: ways for mentions to get into the topic `mentions`: over HTTP and from a watched folder."""
