"""What is said about each fault of a YAML file: fixed sentences. Nothing of the file is put in."""

from __future__ import annotations

MANY_REQUESTS = "A second document begins here: use one file for each request"
ANCHOR = (
    "Anchors (& and a name) are not read: remove this one, and write the value out where needed"
)
ALIAS = (
    "Aliases (* and a name) are not read: write the value out here,"
    " or put quotation marks around a text that begins with *"
)
TAG = (
    "Tags (! and a name) are not read: remove it,"
    " or put quotation marks around a text that begins with !"
)
DIRECTIVE = "Directives (lines that begin with %) are not read: remove this line"
MERGE = "Merge keys (<<) are not read: write the fields out here"
COMPLEX_KEY = "A field name has to be a text on one line: replace this list or object by a name"
KEY_NOT_TEXT = "A field name has to be text: put quotation marks around it, or write the name"
HOLE = "A hole of a template stands here: put quotation marks around it, as in '{{ name }}'"
NOT_A_NUMBER = (
    "NaN and Infinity are not read as numbers: write a number, null if unknown,"
    " or put quotation marks around a text"
)
TWO_READINGS = (
    "Programs disagree whether this is a number or a text: write the number out in digits,"
    " or put quotation marks around a text"
)
CAPITAL_NULL = (
    "Programs disagree whether this is a text: write null in small letters if the value is unknown,"
    " or put quotation marks around a text"
)
LINE_SEPARATOR = (
    "A character is here that some programs take for the end of the line:"
    " delete it or put a plain space instead"
)
TAB = "A tab is here: indent with spaces only, and put quotation marks around a text with a tab"
START = "A text cannot begin with this character: put quotation marks around the text, or remove it"
NO_COLON = "A colon is missing after the field name: put a colon and a space after the name"
COLON = (
    "A colon cannot stand here: put quotation marks around a text that has a colon and a space in"
    " it, or begin the line of a new field at the same column as the field above"
)
MISPLACED = (
    "This does not belong to what is above it: begin the line at the same column as the fields"
    " or entries it goes with, and put quotation marks around the whole of a text"
)
DASH = "A list cannot begin here: put each entry, with its dash, on a line of its own"
UNCLOSED_BRACKET = "A comma or a closing bracket is missing here: add it"
UNCLOSED_QUOTE = "The text that starts here has no closing quotation mark: add it"
BACKSLASH = (
    "A single backslash is not allowed between double quotation marks:"
    " write two (\\\\) or use single quotation marks"
)
CHARACTER_CODE = (
    "The code after this backslash is not that of a whole character: type the character itself,"
    " or write two backslashes for one"
)
NO_VALUE = "A value is missing here: add it, or write null if it is unknown"
EXTRA_TEXT = "There is more text after the end of the request: remove it, or use one file for each"
BLOCK_TEXT = "The first line of a text over several lines ends with | or >: move the rest down"
UNREADABLE = (
    "YAML cannot be read from here on: check the indentation and the quotation marks around here,"
    " or use a .json file"
)

FAULTS = (
    ("mapping values are not allowed", COLON),
    ("did not find expected key", MISPLACED),
    ("did not find expected '-' indicator", MISPLACED),
    ("did not find expected ',' or", UNCLOSED_BRACKET),
    ("did not find expected node content", NO_VALUE),
    ("did not find expected <document start>", EXTRA_TEXT),
    ("did not find expected comment or line break", BLOCK_TEXT),
    ("did not find expected hex", CHARACTER_CODE),
    ("found invalid Unicode character escape code", CHARACTER_CODE),
    ("found unknown escape character", BACKSLASH),
    ("found a tab character", TAB),
    ("block sequence entries are not allowed", DASH),
    ("block mapping", MISPLACED),
    ("could not find expected ':'", NO_COLON),
    ("found unexpected end of stream", UNCLOSED_QUOTE),
    ("found unexpected document indicator", UNCLOSED_QUOTE),
    ("found character", START),
)
"""How the parser begins what it says, and what we say. It names no part of the file."""
CONTEXTS = (
    ("while scanning an alias", ALIAS),
    ("while scanning an anchor", ANCHOR),
    ("while scanning a tag", TAG),
    ("while parsing a tag", TAG),
    ("while scanning a directive", DIRECTIVE),
    ("while scanning a %", DIRECTIVE),
)
"""What the parser was about, where that says more."""
AT_THE_BEGINNING = (NO_COLON, UNCLOSED_QUOTE)
"""Said of the place where the part begins, not of the place where it breaks off."""
