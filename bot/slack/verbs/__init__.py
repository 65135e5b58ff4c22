"""Each family of verbs: how its words and forms are read, and the routes that do them."""
