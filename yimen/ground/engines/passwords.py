"""How passwords are kept: argon2id, as costly as a hall can bear on a Monday morning."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """46 MiB, one pass, one lane: one of the equivalent settings that OWASP's password storage guide recommends.

    Django's own (100 MiB, two passes, eight lanes) takes four times the processor's time a sign-in: 300 people who sign
    in at eight o'clock would wait two minutes on two cores (`yimen bench rush`). A hash made with other settings is
    made anew at the next sign-in.
    """

    time_cost = 1
    memory_cost = 47_104
    parallelism = 1
