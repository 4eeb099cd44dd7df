"""Which way each straight quotation mark of a paragraph faces."""

from __future__ import annotations

_ALWAYS_OPEN = frozenset("“‘«([{‹„‚¿¡")
_ALWAYS_CLOSE = frozenset("”’»)]}›")
_BEFORE_OPENING = frozenset("([{“‘«—–-/")
_AFTER_CLOSING = frozenset(")]}”’»,;:.!?—–-/…")


class Marks:
    """Says of the quotation mark or bracket at an offset whether it opens or closes.

    A straight mark is judged by the white space around it; where it is glued on both sides, by whether one of its kind
    is open. The state follows the judgement, so that one stray mark doesn't turn the rest of the paragraph around.
    """

    __slots__ = ("_facing", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._facing: dict[int, bool] = {}
        if '"' in text or "'" in text:
            self._judge()

    def _judge(self) -> None:
        text, last = self._text, len(self._text) - 1
        opened = {'"': False, "'": False}
        for quote in opened:
            position = text.find(quote)
            while position != -1:
                before = text[position - 1] if position else " "
                after = text[position + 1] if position < last else " "
                if quote == "'" and before.isalnum() and after.isalnum():
                    position = text.find(quote, position + 1)
                    continue
                left = before.isspace() or before in _BEFORE_OPENING
                right = after.isspace() or after in _AFTER_CLOSING
                if left and not right:
                    opens = True
                elif right and not left:
                    opens = False
                else:
                    opens = not opened[quote]
                self._facing[position] = opens
                opened[quote] = opens
                position = text.find(quote, position + 1)

    def opens(self, position: int) -> bool:
        """Whether the mark at *position* opens; False for anything that isn't a mark."""
        char = self._text[position]
        return char in _ALWAYS_OPEN or self._facing.get(position, False)

    def closes(self, position: int) -> bool:
        """Whether the mark at *position* closes; True for marks without a side (``*``, ``_``)."""
        char = self._text[position]
        if char in _ALWAYS_CLOSE:
            return True
        if char in _ALWAYS_OPEN:
            return False
        return not self._facing.get(position, False)
