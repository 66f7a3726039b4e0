"""Administration of the running city: catalogue, people, keys, templates, settings."""
