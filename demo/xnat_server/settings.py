"""What the administrator of a site can set, and where releases of XNAT differ: one table."""

from dataclasses import dataclass


def _flag(text):
    return {"true": True, "false": False}[text]


def _count(text):
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _one_of(*values):
    return lambda text: {str(value): value for value in values}[text]


@dataclass(frozen=True)
class Setting:
    default: object
    read: object  # from text; raises ValueError or KeyError
    meaning: str


SETTINGS = {
    "sessionTimeout": Setting(15 * 60, _count, "seconds after which an idle session ends"),
    "concurrentMaxSessions": Setting(1000, _count, "sessions a user may have at a time"),
    "aliasTokenTimeout": Setting(2 * 24 * 3600, _count, "seconds that an alias token lives"),
    "emailVerification": Setting(False, _flag, "whether an unverified account may not log in"),
    "logoutTarget": Setting("home", _one_of("home", "login"), "where a logout leads"),
    "usernames": Setting("exact", _one_of("exact", "folded"),
                         "folded: a name in another case finds the same account"),
    "unknownUser": Setting(404, _one_of(404, 500), "status for a user that is not there"),
    "existingUser": Setting(409, _one_of(409, 400, 500), "status for creating one that is there"),
}


class Settings:
    """Values by name. Each is read and set whole, so no lock is needed."""

    def __init__(self):
        self.reset()

    def reset(self):
        self._values = {name: setting.default for name, setting in SETTINGS.items()}

    def __getitem__(self, name):
        return self._values[name]

    def set(self, name, text):
        """Raises ValueError, which says what was wrong."""
        if name not in SETTINGS:
            raise ValueError(f"{name} is no setting; there are: {', '.join(SETTINGS)}")
        try:
            self._values[name] = SETTINGS[name].read(text)
        except (KeyError, ValueError):
            raise ValueError(f"{text!r} is no value of {name} ({SETTINGS[name].meaning})") from None
