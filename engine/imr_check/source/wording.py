"""What is said about each fault of a file: fixed sentences. Nothing of the file is put into one."""

from __future__ import annotations

from .limits import MAX_BYTES, MAX_DEPTH

EMPTY = "The file is empty: export or save the request again"
NOT_FOUND = "The file was not found: check its name and its folder"
A_FOLDER = "This is a folder, not a file: give the name of a request file in it"
NOT_ALLOWED = "You are not allowed to read this file: ask its owner, or copy it to your folder"
UNREADABLE = "The file could not be read: copy it to a folder on this computer and try again"
TOO_LARGE = (
    f"The file is larger than {MAX_BYTES // 1024**2} MB, the limit for one request:"
    " leave out attachments and scanned pages"
)
UTF_16 = "The file is saved as UTF-16 ('Unicode'): save it again with the encoding UTF-8"
NOT_UTF_8 = "The text here is not UTF-8: save the file again with the encoding UTF-8"
NULL_BYTES = "The file is not plain text (it has null bytes): export it again as JSON in UTF-8"
NOT_WRITABLE = "You are not allowed to change this file: ask its owner, or mend a copy of it"
NOT_WRITTEN = "The mended file could not be written: check the folder and the space on the disk"
CHANGED = "The file was changed while it was being mended, so it was left alone: try again"
NO_STDIN = "Nothing can be read from standard input: give the name of a file instead"

TOO_DEEP = f"More than {MAX_DEPTH} levels of brackets are inside each other: simplify this part"
NOT_A_NUMBER = "NaN and Infinity are not numbers in JSON: write a number, or null if unknown"
HUGE_NUMBER = (
    "The number is too large to be read exactly: correct it,"
    " or put quotation marks around it if it is an identifier"
)
HALF_CHARACTER = (
    "The text holds half of a character (a \\ud8xx to \\udfxx code on its own):"
    " delete it or type the character again"
)
NO_VALUE = "A value is missing here: add it, or write null if it is unknown"
NO_KEY = "A field name in double quotation marks is expected here: add it or remove what is there"
NO_COLON = "A colon is missing after the field name: put one between the name and its value"
NO_COMMA = "A comma is missing before this: put one after the previous value"
NOT_A_COMMA = "Only a comma or a closing bracket can stand here: replace or remove this character"
TRAILING_COMMA = "Nothing follows this comma: remove it"
DOUBLED_COMMA = "There is one comma too many here: remove it"
BARE_TEXT = (
    "Text needs double quotation marks around it: add them"
    " (only numbers and lower-case true, false and null go without)"
)
BARE_KEY = "The field name needs double quotation marks around it: add them"
BAD_NUMBER = (
    "This is not a plain number: put quotation marks around a date, range or quantity with a unit,"
    " or write only digits and one decimal point, without leading zero or plus sign"
)
DECIMAL_COMMA = (
    "A field name is expected here: if this belongs to the number before the comma,"
    " put a decimal point instead of the comma"
)
INNER_QUOTE = (
    "The text before this has ended: put a backslash before each quotation mark inside a text"
    ' (\\"), or add the missing comma'
)
EXTRA_TEXT = "There is more text after the end of the request: remove it, or use one file for each"
LINE_EXTRA = (
    "There is more text after the end of the request: put each request on a line of its own"
)
LINE_CUT = (
    "The line ends inside a request: in this kind of file each request is one line,"
    " so join its lines, or save the request as a .json file of its own"
)
LINE_NOT_JSON = "The line is not JSON: each line of this file is one request, which starts with {"
LINE_TOO_LARGE = (
    f"The line is larger than {MAX_BYTES // 1024**2} MB, the limit for one request:"
    " leave out attachments and scanned pages"
)
NOT_JSON = "The file is not JSON: export the request as JSON, which starts with {"
NO_QUOTE = (
    "The text that starts here does not end on its line: add its closing quotation mark,"
    " and write a line break inside a text as \\n"
)
CONTROL = "The text holds a tab or an invisible character here: delete it or put a space instead"
BACKSLASH = "A single backslash is not allowed in a text: write two (\\\\) or remove it"
UNICODE_ESCAPE = "The code after \\u needs four digits (0-9, a-f): correct or remove it"
UNEXPLAINED = "The file could not be read as JSON: export the request again"

STRAIGHT = 'Only straight double quotation marks (") are allowed here: replace this one'
COMMENT = "Comments are not allowed in JSON: remove the comment"
INVISIBLE = "An invisible character is here: delete it or put a plain space instead"
# What a character that has no business outside of a text gives away, wherever it stands.
HINTS = (
    dict.fromkeys("'`\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb", STRAIGHT)
    | dict.fromkeys("/#", COMMENT)
    | {"=": "An equals sign is not allowed here: use a colon between a field name and its value"}
)
STRING_FAULTS = (
    ("Unterminated", "The text that starts here has no closing quotation mark: add it"),
    ("Invalid control", CONTROL),
    ("Invalid \\u", UNICODE_ESCAPE),
    ("Invalid \\", BACKSLASH),
)


def hint(character: str) -> str | None:
    """Return what a character outside of a text gives away wherever it stands, if anything."""
    return HINTS.get(character) if character.isprintable() else INVISIBLE
