"""What the data room raises."""

__all__ = ["DataError"]


class DataError(ValueError):
    """Data that are missing, damaged or not of the expected form: the message names the file, the rule and the mend."""
