"""Letters: approved words, filled for one person, with the way out that every message has.

::

    letter = compile_letter(copy, Frame(...))        # once for a text: markdown is read, links are found
    message = letter.email(Person(...), way_out, links)   # for each person; None where a placeholder has no value and no fallback

``LinkMaker`` is what turns a link into one that is counted; ``DIRECT`` leaves links as they are.
"""
