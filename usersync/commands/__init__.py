"""The commands of the command line, one file for each subject. Heavy imports stay inside them: help is quick."""
