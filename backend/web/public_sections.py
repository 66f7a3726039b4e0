"""What the public finds where: four sections of the open pages, each with its pages."""

from dataclasses import dataclass

from backend.core.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One page of a section; `key` is what the page itself calls `here`."""

    key: str
    endpoint: str
    words: str


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the public's navigation: it leads to the first of its pages."""

    words: str
    pages: tuple[SectionPage, ...]

    def holds(self, here: str) -> bool:
        """Whether the page that is shown belongs to it."""
        return any(page.key == here for page in self.pages)


def public_sections() -> tuple[Section, ...]:
    """In the order a resident asks: what is reported, what is paid for, is it fair, can I check."""
    return (
        Section(
            _("Reports"),
            (
                SectionPage("reports", "web.reports", _("All reports")),
                SectionPage("overdue", "web.overdue", _("Late answers")),
            ),
        ),
        Section(
            _("Budget"),
            (
                SectionPage("budget", "web.budgets", _("From idea to built")),
                SectionPage("elections", "web.elections", _("Results")),
            ),
        ),
        Section(
            _("How fairly"),
            (
                SectionPage("served", "web.served", _("Each district")),
                SectionPage("findings", "web.findings", _("Audits")),
                SectionPage("decisions", "web.decisions", _("Decisions")),
                SectionPage("how", "web.methods", _("How numbers are made")),
            ),
        ),
        Section(
            _("Open data"),
            (
                SectionPage("data", "web.open_data", _("Files")),
                SectionPage("embed", "web.embedding", _("On your own site")),
                SectionPage("privacy", "web.privacy", _("Privacy")),
            ),
        ),
    )
