"""From a number to the customers and orders that it was counted from, down to the line of the file."""
