"""From a file to customers: choose files, check the columns, wait, see what became of every row."""
