"""The one exception base: what a user can put right, said in Chinese."""


class BulletinError(Exception):
    """A condition that the user can understand and mend.

    `code` is a stable reason for programs; `str(error)` is the Chinese message, which says what is
    wrong, where, and what to do. Anything that isn't a BulletinError is a bug and keeps its traceback.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
