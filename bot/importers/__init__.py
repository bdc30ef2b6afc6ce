"""Files become entries: pages in the Jekyll format, JSON Lines, JSON lists."""

from bot.importers.reading import read_items
from bot.importers.result import Problem, Reading, Remark, Skipped
from bot.importers.run import BATCH, ImportReport, ImportTarget, Progress, import_file

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
