"""The close codes of the socket (RFC 6455, section 7.4); of these the page comes back after 1013 alone."""

TOO_MANY = 1008  # the client said more than it may
TOO_BIG = 1009
TOO_SLOW = 1013  # "try again later"
GONE = 4401  # the session has ended
