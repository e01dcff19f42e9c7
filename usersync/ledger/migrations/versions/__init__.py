"""One module for each revision, named for what it brings."""
