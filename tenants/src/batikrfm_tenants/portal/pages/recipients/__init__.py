"""Pages for the people whom a shop writes to. They have no account: the link in a message is signed, and that is all it takes.

No cookie is read or set, no script is needed, and nothing of the portal is around them but its style: what a person sees here is the
shop's name and their own choices. What a GET shows, a POST does: a mail scanner that opens every link changes nothing and takes nothing.
"""
