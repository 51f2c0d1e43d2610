"""Emoticons, read as the picture that they stand for: `:-)` counts as 😊.

They must be found before punctuation is dropped. Eyes, an optional nose, a mouth; a mouth that is a letter or a
digit must end a word (`:D` but not `:Delta`), and the `:/` of an address isn't one.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.arrays import Flags, Index
from detectors.text.characters import Codes, sign_code

_EYES: Final = ":;<="  # neighbours in ASCII, so that one comparison finds them; all are marks
_NOSES: Final = "-o*'"
_MEANING: Final = {
    **dict.fromkeys((":)", ":]", "=)", "=]", ":}"), "😊"),
    **dict.fromkeys((":d", "=d", ";d"), "😀"),
    **dict.fromkeys((";)", ";]", ":p", "=p", ";p"), "😉"),
    **dict.fromkeys((":(", ":[", "=(", ":{"), "😞"),
    **dict.fromkeys((":/", ":\\", "=/"), "😕"),
    ":|": "😐",
    "<3": "❤",
}
_TABLE_SIZE: Final = 128


def _tables() -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Codes]:
    """Number of the eyes by character (0 = none), length of the nose, code of the face by eyes and mouth."""
    eyes = np.zeros(_TABLE_SIZE, np.intp)
    noses = np.zeros(_TABLE_SIZE, np.intp)
    faces = np.zeros((len(_EYES) + 1, _TABLE_SIZE), np.uint32)
    for number, char in enumerate(_EYES, 1):
        eyes[ord(char)] = number
    for char in _NOSES:
        noses[ord(char)] = 1
    for emoticon, picture in _MEANING.items():
        for char in {emoticon[1], emoticon[1].upper()}:
            faces[_EYES.index(emoticon[0]) + 1, ord(char)] = sign_code(picture)
    return eyes, noses, faces


_EYE_NUMBER, _NOSE_LENGTH, _FACE = _tables()
_WORD_MOUTH = np.array([chr(char).isalnum() for char in range(_TABLE_SIZE)])


def replace_emoticons(points: Codes, codes: Codes, eyes: Index) -> None:
    """Writes the code of the picture over the mouth of each emoticon, in place.

    `points` are the characters and end in three borders; `eyes` is where there may be some.
    """
    if not len(eyes):
        return
    mouths = eyes + 1 + _NOSE_LENGTH.take(_ascii(points, eyes + 1))
    mouth_chars = _ascii(points, mouths)
    faces = _FACE[_EYE_NUMBER.take(points.take(eyes)), mouth_chars]
    is_face = (faces > 0) & ((codes.take(mouths + 1) == 0) | ~_WORD_MOUTH.take(mouth_chars))
    is_face &= ~((mouth_chars == ord("/")) & (points.take(mouths + 1) == ord("/")))
    found = mouths.compress(is_face)
    codes[found] = faces.compress(is_face)
    codes[found - 1] = 0  # a nose that is a letter (`:o)`) is no word


def eyes_among(points: Codes) -> Flags:
    """Whether characters are eyes."""
    return points - np.uint32(ord(_EYES[0])) < len(_EYES)


def _ascii(points: Codes, at: Index) -> Codes:
    """The characters at some places, those past ASCII as the last one of it, which is no part of any face."""
    return np.minimum(points.take(at), np.uint32(_TABLE_SIZE - 1))
