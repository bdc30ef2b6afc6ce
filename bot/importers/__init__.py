"""Files become entries: pages in the Jekyll format, JSON Lines, JSON lists."""

from bot.importers.formats import read_items
from bot.importers.importer import BATCH, ImportReport, ImportTarget, Progress, import_file
from bot.importers.result import Problem, Reading, Remark, Skipped

__all__ = [
    "BATCH",
    "ImportReport",
    "ImportTarget",
    "Problem",
    "Progress",
    "Reading",
    "Remark",
    "Skipped",
    "import_file",
    "read_items",
]
