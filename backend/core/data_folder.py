"""The folder of one city's files."""

from backend.core.config import ConfigError, Settings, environment_name


def make_data_folder(settings: Settings) -> None:
    """Make it where there is none; raises `ConfigError` where that cannot be."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"The folder {settings.data_dir} of {environment_name('data_dir')} cannot be made: "
            f"{error.strerror}."
        ) from error
