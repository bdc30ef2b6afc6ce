"""Files become entries: pages of news, and JSON in its usual layouts."""

from bot.importers.formats import read_items
from bot.importers.importer import BATCH, ImportReport, ImportTarget, Progress, import_file
from bot.importers.result import NotTaken, Problem, Reading, Remark, Skipped

__all__ = [
    "BATCH",
    "ImportReport",
    "ImportTarget",
    "NotTaken",
    "Problem",
    "Progress",
    "Reading",
    "Remark",
    "Skipped",
    "import_file",
    "read_items",
]
