"""What the statistics refuse, as a slug and facts: the words belong to whoever shows them."""


class EquityError(ValueError):
    """An input from which no honest figure follows.

    `slug` names the reason (`no-duplicates`); `facts` are the values its sentence needs.
    """

    def __init__(self, slug: str, /, **facts: str | int | float | list[str]) -> None:
        super().__init__(slug)
        self.slug = slug
        self.facts = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.slug}({facts})"
