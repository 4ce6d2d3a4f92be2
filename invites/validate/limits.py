"""How large a file may be before it is refused unread."""

#: bytes of a list or an event file
MAX_FILE = 10_000_000
#: rows of a list, without the header
MAX_ROWS = 5_000
#: columns that may hold anything
MAX_COLUMNS = 200
#: characters in one cell
MAX_CELL = 2_000

#: bytes that the parts of a workbook may unpack to, together
MAX_UNPACKED = 32_000_000
#: how many times larger than its packed size a workbook above 1 MB may be
MAX_RATIO = 100
#: parts and sheets of a workbook
MAX_PARTS = 1_000
MAX_SHEETS = 50
#: bytes that a workbook's cells could hold if each showed the longest shared text
MAX_SPREAD = 1_000_000_000
