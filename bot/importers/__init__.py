"""How do files become entries: pages of news, JSON? No address is asked but by a `PageFiller`."""

from bot.importers.formats import read_items
from bot.importers.importer import (
    BATCH,
    FETCHED,
    ImportReport,
    ImportTarget,
    PageFiller,
    Progress,
    import_file,
)
from bot.importers.result import NotTaken, Problem, Reading, Remark, Skipped

__all__ = [
    "BATCH",
    "FETCHED",
    "ImportReport",
    "ImportTarget",
    "NotTaken",
    "PageFiller",
    "Problem",
    "Progress",
    "Reading",
    "Remark",
    "Skipped",
    "import_file",
    "read_items",
]
